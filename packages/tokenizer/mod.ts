/**
 * Text to token ids and back, identical to the reference tokenizers: the pipelines of Hugging Face's tokenizer.json
 * (WordPiece, byte-level and character BPE, unigram, word level), SentencePiece's models (encode, decode, load, save,
 * train) and the tokenizer of MarianMT translation models.
 *
 * @example
 * ```ts
 * import { SentencePieceTokenizer, trainUnigram } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const trained = await trainUnigram(["the cat sat on the mat", "the dog sat on the cat"], {
 *   vocabSize: 16,
 * });
 * const tokenizer = SentencePieceTokenizer.load(trained.save());
 * const { ids } = tokenizer.encode("the dog sat");
 * assertEquals(tokenizer.decode(ids), "the dog sat");
 * ```
 *
 * @module
 */
export type { DecodeOptions, EncodeOptions, Tokenizer } from "./tokenizer.ts";
export { codePointOffsets, type Encoding, type FullEncoding } from "./encoding.ts";
export type { TokenizerModel, WordPieces } from "./models/model.ts";
export { PipelineTokenizer } from "./pipeline_tokenizer.ts";
export type { AddedToken } from "./added_tokens.ts";
export type { Truncation } from "./truncation.ts";
export type { Padding } from "./padding.ts";
export { Bpe, type BpeOptions } from "./models/bpe.ts";
export { WordPiece, type WordPieceOptions } from "./models/wordpiece.ts";
export { WordLevel, type WordLevelOptions } from "./models/word_level.ts";
export { parseVocabTxt, serializeVocabTxt } from "./formats/vocab_txt.ts";
export {
  parseVocabMerges,
  serializeVocabMerges,
  type VocabMerges,
} from "./formats/vocab_merges.ts";
export {
  type MarianEncodeOptions,
  MarianTokenizer,
  type MarianTokenizerFiles,
} from "./marian_tokenizer.ts";
export { languageCodesOf, languageToken } from "./language_tokens.ts";
export {
  type SampleOptions,
  type ScoredEncoding,
  SentencePieceTokenizer,
} from "./sentencepiece_tokenizer.ts";
export { StreamingDecoder } from "./streaming_decoder.ts";
export { Unigram, type UnigramOptions } from "./models/unigram.ts";
export {
  type MergeDropout,
  SentencePieceBpe,
  type SentencePieceBpeOptions,
} from "./models/sentencepiece_bpe.ts";
export {
  SentencePieceNormalizer,
  type SentencePieceNormalizerOptions,
} from "./normalizers/sentencepiece_normalizer.ts";
export {
  type NormalizerSpec,
  parseSentencePieceModel,
  PieceType,
  type SentencePiece,
  type SentencePieceModel,
  serializeSentencePieceModel,
  type TrainerSpec,
} from "./formats/sentencepiece_model.ts";
export {
  trainUnigram,
  type TrainUnigramOptions,
  type TrainUnigramProgress,
} from "./trainers/train_unigram.ts";
export { trainBpe, type TrainBpeOptions, type TrainedBpe } from "./trainers/train_bpe.ts";
export {
  type TrainedWordPiece,
  trainWordPiece,
  type TrainWordPieceOptions,
} from "./trainers/train_wordpiece.ts";
export { type TrainedWordLevel, trainWordLevel } from "./trainers/train_word_level.ts";
export {
  tokenizerEndings,
  type TokenizerType,
  tokenizerTypes,
  trainTokenizer,
  type TrainTokenizerOptions,
  type TrainTokenizerProgress,
} from "./trainers/train_tokenizer.ts";
export { BERT_TOKENS, bertPipeline, type Vocabulary } from "./pipelines/bert_pipeline.ts";
export { byteLevelPipeline, END_OF_TEXT } from "./pipelines/byte_level_pipeline.ts";
export { CHARACTER_TOKENS, characterPipeline } from "./pipelines/character_pipeline.ts";
export { WORD_TOKENS, wordPipeline } from "./pipelines/word_pipeline.ts";
export type { WordTrainerOptions, WordTrainerProgress } from "./trainers/word_trainer_options.ts";
