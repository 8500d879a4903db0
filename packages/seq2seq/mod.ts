/**
 * The encoder-decoder Transformer in MarianMT's shape: load a checkpoint, translate ids, score
 * translations, look at its attention, train it further, save it for Python's transformers. It
 * computes with tfjs; on the CPU `@heed/engine` translates with the same directories, and faster. And
 * where it came from: recurrent encoder-decoders without and with attention, with the same methods.
 *
 * @example
 * ```ts
 * import { assets } from "@heed/model-en-de";
 * import { loadModel } from "@heed/seq2seq";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using model = await loadModel(assets, { device: "wasm" });
 * const [[best]] = await model.generate([[6, 2, 0]]);
 * const [scored] = await model.score([[6, 2, 0]], [best.ids]);
 * assertAlmostEquals(scored.score, best.score, 1e-4);
 * ```
 *
 * @module
 */
export * from "./config.ts";
export type { AnyFunctions, EncoderDecoderFunctions } from "./functions.ts";
export { functionsOf } from "./functions.ts";
export * from "./load.ts";
export type { EncoderDecoderModel, ModelOf, ModelParts, RnnModel, Seq2SeqModel } from "./model.ts";
export type { Seq2SeqBatch, TeacherForcingOptions } from "./teacher_forcing.ts";
export type { CellWeights, RnnWeights } from "./rnn/weights.ts";
export type { Seq2SeqWeights } from "./weights.ts";
