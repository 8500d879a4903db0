/**
 * The encoder-decoder Transformer, and the recurrent models before it, as pure functions over tfjs
 * tensors, for training, for research, and for building other models. Importing this entry point
 * loads tfjs; `@heed/seq2seq` does so only when a model is loaded.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { freshWeights } from "@heed/nn";
 * import { buildSeq2SeqWeights, encode } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 8, hiddenSize: 8 });
 * const weights = buildSeq2SeqWeights(config, freshWeights({ seed: 1 }));
 * const { attentions } = encode(weights, tf.tensor2d([[1, 2, 0]], [1, 3], "int32"), {
 *   config,
 *   outputAttentions: true,
 * });
 * assertEquals(attentions?.map(({ shape }) => shape), new Array(4).fill([1, 4, 3, 3]));
 * ```
 *
 * @module
 */
export * from "./forward.ts";
export * from "./ids_tensor.ts";
export * from "./loss.ts";
export * from "./model.ts";
export * from "./rnn/decoder.ts";
export { encodeRnn, type RnnEncodeOptions, type RnnEncodeResult } from "./rnn/encoder.ts";
export * from "./rnn/loss.ts";
export * from "./rnn/step_decoder.ts";
export * from "./rnn/weights.ts";
export * from "./step_decoder.ts";
export * from "./teacher_forcing.ts";
export * from "./trainable.ts";
export {
  parallelProblem,
  startTrainingWorkers,
  type StartTrainingWorkersOptions,
} from "./training_workers.ts";
export * from "./weights.ts";
