/**
 * Attention: masks, scaled dot-product, multi-head, and the cache for decoding step by step; and where it
 * came from: additive attention and Luong's scores.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import {
 *   initMultiHeadAttentionWeights,
 *   multiHeadAttention,
 *   projectKeyValue,
 * } from "@heed/attention";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initMultiHeadAttentionWeights({ hiddenSize: 8, numHeads: 2 }, { seed: 1 });
 * const states = tf.ones([1, 3, 8]);
 * const { output, weights: looks } = multiHeadAttention(weights, states, {
 *   numHeads: 2,
 *   keyValue: projectKeyValue(weights, states),
 *   attentionMask: tf.tensor2d([[1, 1, 0]]),
 * });
 * assertEquals([output.shape, looks.shape], [[1, 3, 8], [1, 2, 3, 3]]);
 * ```
 *
 * @module
 */
export * from "./additive.ts";
export * from "./block_sparse.ts";
export * from "./luong.ts";
export * from "./mask.ts";
export * from "./multi_head.ts";
export * from "./scaled_dot_product.ts";
