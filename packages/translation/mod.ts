/**
 * Text to text: splits documents into sentences, translates them in batches, and puts the text
 * together again as it was laid out.
 *
 * ```ts
 * import { Translator } from "@heed/translation";
 * import { assets } from "@heed/model-en-de";
 *
 * using translator = await Translator.load(assets, { device: "wasm" });
 * const [[best]] = await translator.translate(["Open the file.\n\n- Then close it."]);
 * console.log(best.translation, best.score);
 * ```
 *
 * @module
 */
export { LanguageError, normalizeLanguage, selectLanguagePair } from "./languages.ts";
export type { LanguagePair } from "./languages.ts";
export type { RequestedDevice, Runtime, RuntimeRequest } from "./decide_runtime.ts";
export { chooseRuntime, readLanguages } from "./load.ts";
export type { LoadOptions } from "./load.ts";
export { splitLongSentence } from "./long_sentences.ts";
export type { LongSentenceOptions } from "./long_sentences.ts";
export type { AttentionMaps, CrossAttention, Seq2SeqAttentions } from "@heed/engine";
export type { AttentionOptions, PairAttention } from "./pair_attention.ts";
export type { TranslationModel, TranslationTokenizer } from "./model.ts";
export { splitSentences } from "./sentences.ts";
export type { TextSegment } from "./sentences.ts";
export type {
  SentenceTranslation,
  TranslateOptions,
  TranslateStreamOptions,
  Translation,
} from "./translation.ts";
export { Translator } from "./translator.ts";
export type { TranslatorDevice, TranslatorParts } from "./translator.ts";
