import type * as tf from "@tensorflow/tfjs";
import { alignmentCore, linear } from "@heed/nn";
import type { AlignmentAttentionResult, AlignmentOptions } from "./additive.ts";

/**
 * Luong's `dot` score (Luong, Pham & Manning 2015, equation 8): `score(s, h_j) = s · h_j`, without
 * weights and without a scale.
 *
 * @param query Decoder states `[batch, q_len, width]`.
 * @param options Encoder states `[batch, k_len, width]` and mask.
 * @returns Context and weights.
 * @throws {TypeError} When query and states are not of one width.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { dotAttention } from "@heed/attention";
 * import { assertEquals } from "@std/assert";
 *
 * const { weights } = dotAttention(tf.ones([1, 1, 2]), { states: tf.ones([1, 4, 2]) });
 * assertEquals([...await weights.data()], [0.25, 0.25, 0.25, 0.25]);
 * ```
 */
export function dotAttention(
  query: tf.Tensor,
  { states, attentionMask }: AlignmentOptions,
): AlignmentAttentionResult {
  return alignmentCore(query, { keys: states, values: states, mask: attentionMask });
}

/**
 * Luong's `general` score (Luong, Pham & Manning 2015, equation 8): `score(s, h_j) = s · W_a h_j`.
 *
 * @param weights `weight` `[query_width, state_width]`.
 * @param query Decoder states `[batch, q_len, query_width]`.
 * @param options Encoder states `[batch, k_len, state_width]` and mask.
 * @returns Context and weights.
 * @throws {TypeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { generalAttention } from "@heed/attention";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = { weight: tf.zeros([3, 2]) };
 * const { context } = generalAttention(weights, tf.ones([1, 1, 3]), { states: tf.ones([1, 4, 2]) });
 * assertEquals([...await context.data()], [1, 1]);
 * ```
 *
 * @example A step of Luong's decoder: the attentional state `tanh(W_c [c; s])` (equation 5) predicts the next word
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { generalAttention, paddingMask } from "@heed/attention";
 * import { initLinearWeights, linear, xavierUniform } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const states = tf.randomNormal([2, 3, 6]), attentionMask = paddingMask([[5, 6, 7], [8, 9]]);
 * const score = { weight: xavierUniform([4, 6], { seed: 1 }) };
 * const combine = initLinearWeights({ inSize: 6 + 4, outSize: 4 }, { seed: 2 });
 * const output = initLinearWeights({ inSize: 4, outSize: 20 }, { seed: 3 });
 *
 * const query = tf.ones([2, 1, 4]); // the decoder's states
 * const { context } = generalAttention(score, query, { states, attentionMask });
 * const attentional = linear(combine, tf.concat([context, query], 2), { activation: "tanh" });
 * assertEquals(linear(output, attentional).shape, [2, 1, 20]);
 * ```
 */
export function generalAttention(
  { weight }: { readonly weight: tf.Tensor },
  query: tf.Tensor,
  { states, attentionMask }: AlignmentOptions,
): AlignmentAttentionResult {
  const keys = linear({ weight }, states);
  const result = alignmentCore(query, { keys, values: states, mask: attentionMask });
  keys.dispose();
  return result;
}
