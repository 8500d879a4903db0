/**
 * What a model is, for whoever runs it: model directories that are opened once, families of models
 * (config, tensors with names and shapes, fresh weights, tokenizer, tasks), and the interfaces that all
 * runtimes share. Nothing here computes.
 *
 * @example
 * ```ts
 * import { openModel, tensorsOf } from "@heed/model";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await openModel(assets);
 * const family = await directory.family();
 * const tensors = tensorsOf(family.tensors(await directory.config()));
 * assertEquals(tensors.get("model.shared.weight")?.shape, [8112, 256]);
 * ```
 *
 * @module
 */
export { type Architecture, architectureProblems, type TokenIds } from "./architecture.ts";
export type { AttentionMaps } from "./attention_maps.ts";
export { ConfigReader, type IntegerOptions, type Json, MOST } from "./config_reader.ts";
export {
  type CrossAttention,
  type CrossAttentionOptions,
  selectCrossAttention,
  type Seq2SeqAttentions,
} from "./cross_attention.ts";
export { ModelDirectory, type ModelSource, openModel, updateJson } from "./directory.ts";
export {
  type EncodedTexts,
  type EncoderDecoder,
  generateTargets,
  maxTargetTokens,
  scoreTargets,
  type SearchConfig,
  type StartedSearch,
} from "./encoder_decoder.ts";
export * from "./family.ts";
export {
  architectureOf,
  families,
  familyOfArchitecture,
  findFamily,
  refusalOf,
  registerFamily,
} from "./families.ts";
export { bergamot, type BergamotTensors } from "./families/bergamot.ts";
export { parseBergamotConfig } from "./families/bergamot_config.ts";
export {
  bert,
  bigBird,
  distilbert,
  type EncoderTensors,
  roberta,
  savedEncoderName,
  xlmRoberta,
} from "./families/bert.ts";
export {
  type ClassificationKind,
  type EncoderConfig,
  type EncoderHeadName,
  type EncoderModelType,
  parseEncoderConfig,
} from "./families/bert_config.ts";
export { type EncoderTask, type HeadTensors } from "./families/bert_heads.ts";
export {
  type BlockSparsity,
  drawRandomBlocks,
  type RandomBlockOptions,
  sparseBlocks,
} from "./families/big_bird_blocks.ts";
export {
  checkEncoderCall,
  checkTokenTypes,
  type EncoderModel,
  type EncodeTextOptions,
  type LogitsOptions,
  type Pooling,
  poolStates,
  type PoolTextOptions,
  type ReadTextOptions,
  unitVector,
} from "./encoder_model.ts";
export {
  type CausalConfig,
  type CausalTensors,
  gpt2,
  gpt3,
  parseCausalConfig,
} from "./families/gpt2.ts";
export { marian, type MarianTensors } from "./families/marian.ts";
export {
  type AlignmentHead,
  defaultSeq2SeqConfig,
  parseSeq2SeqConfig,
  type Seq2SeqActivation,
  type Seq2SeqConfig,
  seq2SeqConfigToJson,
} from "./families/marian_config.ts";
export { type CellTensors, rnn, type RnnTensors } from "./families/rnn.ts";
export {
  defaultRnnConfig,
  parseRnnConfig,
  type RnnArchitecture,
  type RnnAttentionScore,
  type RnnCell,
  type RnnConfig,
  rnnConfigToJson,
} from "./families/rnn_config.ts";
export type { MarianFiles } from "./marian_files.ts";
export { type LoadedTokenizer, loadTokenizer, loadTokenizerFile } from "./load_tokenizer.ts";
export { type PositionTableConfig, sinusoidalTable, type SinusoidLayout } from "./sinusoids.ts";
export * from "./stack.ts";
export * from "./tensor_spec.ts";
