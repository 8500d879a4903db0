/**
 * The Transformer's encoder and decoder: feed-forward network, layers and stacks, post- and
 * pre-norm.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { encoder, initEncoderLayerWeights } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { hiddenSize: 8, intermediateSize: 16, numHeads: 2 };
 * const layers = [1, 2].map((seed) => initEncoderLayerWeights(config, { seed }));
 * const { lastHiddenState } = encoder(layers, tf.ones([1, 3, 8]), {
 *   numHeads: 2,
 *   activation: "relu",
 * });
 * assertEquals(lastHiddenState.shape, [1, 3, 8]);
 * ```
 *
 * @module
 */
export * from "./classifier.ts";
export * from "./decoder.ts";
export * from "./encoder.ts";
export * from "./feed_forward.ts";
export * from "./layer_options.ts";
export * from "./token_and_position_embedding.ts";
