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
  const mask = attentionMask && { mask: attentionMask };
  return alignmentCore(query, { keys: states, values: states, ...mask });
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
 */
export function generalAttention(
  { weight }: { readonly weight: tf.Tensor },
  query: tf.Tensor,
  { states, attentionMask }: AlignmentOptions,
): AlignmentAttentionResult {
  const keys = linear({ weight }, states);
  const mask = attentionMask && { mask: attentionMask };
  const result = alignmentCore(query, { keys, values: states, ...mask });
  keys.dispose();
  return result;
}
