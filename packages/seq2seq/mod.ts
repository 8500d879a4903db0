/**
 * The encoder-decoder Transformer in MarianMT's shape: load a checkpoint, translate ids, score
 * translations, look at its attention, train it further, save it for Python's transformers. It
 * computes with tfjs; on the CPU `@heed/engine` translates with the same directories, and faster. And
 * where it came from: recurrent encoder-decoders without and with attention, with the same methods.
 *
 * @example
 * ```ts
 * import { assets } from "@heed/model-en-de";
 * import { loadSeq2SeqModel } from "@heed/seq2seq";
 *
 * using model = await loadSeq2SeqModel(assets.base, { device: "wasm" });
 * const [[best]] = await model.generate([[6, 2, 0]], { maxNewTokens: 8 });
 * console.log(best.ids, best.score);
 * ```
 *
 * @module
 */
export * from "./config.ts";
export * from "./load.ts";
export type { CrossAttention, CrossAttentionOptions, Seq2SeqAttentions } from "@heed/engine";
export type {
  EncoderDecoderModel,
  ModelParts,
  SearchConfig,
  StartedSearch,
} from "./encoder_decoder_model.ts";
export type { Seq2SeqModel } from "./model.ts";
export type { Seq2SeqBatch } from "./teacher_forcing.ts";
export type { WeightsDType } from "./_checkpoint.ts";
export {
  defaultRnnConfig,
  parseRnnConfig,
  type RnnArchitecture,
  type RnnAttentionScore,
  type RnnCell,
  type RnnConfig,
  rnnConfigToJson,
} from "./rnn/config.ts";
export * from "./rnn/load.ts";
export type { RnnModel } from "./rnn/model.ts";
export type { CellWeights, RnnWeights } from "./rnn/weights.ts";
export type { Seq2SeqWeights, WeightSource } from "./weights.ts";
