/**
 * Text to text: splits documents into sentences, translates them in batches, and puts the text
 * together again as it was laid out.
 *
 * @example
 * ```ts
 * import { Translator } from "@heed/translation";
 * import { assets } from "@heed/model-en-de";
 * import { assertMatch } from "@std/assert";
 *
 * using translator = await Translator.load(assets, { device: "wasm" });
 * const [[best]] = await translator.translate(["Open the file.\n\n- Then close it."]);
 * assertMatch(best.translation, /^\p{Lu}.+\n\n- \p{Lu}.+/u);
 * ```
 *
 * @module
 */
export { calibrateProbability, fitBetaCalibration } from "./confidence/beta_calibration.ts";
export type { BetaCalibration } from "./confidence/beta_calibration.ts";
export { readConfidence, writeConfidence } from "./confidence/confidence_calibration.ts";
export type { ConfidenceCalibration } from "./confidence/confidence_calibration.ts";
export { fitConfidence, sampleConfidence } from "./confidence/confidence_samples.ts";
export type { ConfidenceSample, ConfidenceSamples } from "./confidence/confidence_samples.ts";
export { rightWords } from "./confidence/right_words.ts";
export type { TranslatedWord } from "./confidence/translated_words.ts";
export { readGlossary } from "./glossary/glossary.ts";
export type { Glossary } from "./glossary/glossary.ts";
export {
  LanguageError,
  modelLanguages,
  normalizeLanguage,
  selectLanguagePair,
} from "./languages.ts";
export type { LanguagePair } from "./languages.ts";
export type { RequestedDevice, Runtime, RuntimeRequest } from "./decide_runtime.ts";
export { chooseRuntime, readLanguages, translatorParts } from "./load.ts";
export type { LoadOptions } from "./load.ts";
export type { PlaceLink, TextPlace, UsedTerm } from "./links/place_link.ts";
export { splitLongSentence } from "./long_sentences.ts";
export type { LongSentenceOptions } from "./long_sentences.ts";
export type { AttentionMaps, CrossAttention, Seq2SeqAttentions } from "@heed/model";
export type { AttentionOptions, PairAttention } from "./pair_attention.ts";
export type { TranslationModel, TranslationTokenizer } from "./model.ts";
export { assertAttends, chooseModel, shippedModels } from "./models.ts";
export type { ModelChoice, ShippedModel } from "./models.ts";
export { buildShortlist } from "./shortlist/build_shortlist.ts";
export type { BuildShortlistOptions } from "./shortlist/build_shortlist.ts";
export { Shortlist, shortlistFile } from "./shortlist/shortlist.ts";
export type { ShortlistParts } from "./shortlist/shortlist.ts";
export { readShortlist, writeShortlist } from "./shortlist/shortlist_file.ts";
export {
  defaultShortlistSizes,
  shortlistVocabulary,
  trainShortlist,
} from "./shortlist/train_shortlist.ts";
export type {
  ShortlistProgress,
  ShortlistTokenizer,
  TrainShortlistOptions,
} from "./shortlist/train_shortlist.ts";
export { PivotTranslator } from "./pivot/pivot_translator.ts";
export type { ProtectedKind } from "./protected/patterns.ts";
export { findProtectedSpans } from "./protected/protected_spans.ts";
export type { ProtectedSpan, ProtectedSpanOptions } from "./protected/protected_spans.ts";
export { slotTokens } from "./protected/slot_tokens.ts";
export { splitSentences } from "./sentences.ts";
export type { TextSegment } from "./sentences.ts";
export type {
  SentenceTranslation,
  TranslateOptions,
  TranslateStreamOptions,
  Translation,
} from "./translation.ts";
export type { TranslationDraft } from "./drafts.ts";
export { Translator } from "./translator.ts";
export type { TranslatorDevice, TranslatorParts } from "./translator_parts.ts";
