import type * as tf from "@tensorflow/tfjs";
import { alignmentCore, deriveSeed, linear, normal, xavierUniform } from "@heed/nn";

/** Weights of {@linkcode additiveAttention}. */
export interface AdditiveAttentionWeights {
  /** W_a `[size, query_width]` */
  readonly query: tf.Tensor;
  /** U_a `[size, state_width]` */
  readonly key: tf.Tensor;
  /** v_a `[size]` */
  readonly v: tf.Tensor;
}

/** What is attended to, for additive attention and for Luong's scores. */
export interface AlignmentOptions {
  /** Encoder states, compared with the query and averaged: `[batch, k_len, state_width]`. */
  readonly states: tf.Tensor;
  /** `[batch, k_len]` float32, 1 = attend, 0 = hide; default: every state may be seen. */
  readonly attentionMask?: tf.Tensor;
}

/** Result of an attention over encoder states; the caller owns both. */
export interface AlignmentAttentionResult {
  /** `[batch, q_len, state_width]` */
  readonly context: tf.Tensor;
  /** `[batch, q_len, k_len]`; each row sums to 1. */
  readonly weights: tf.Tensor;
}

/**
 * Additive attention (Bahdanau, Cho & Bengio 2015, section 3.1 and appendix A.1.2): a small network
 * says how well the inputs around position j and the output at position i match,
 *
 *     e_ij = v_a · tanh(W_a s_(i-1) + U_a h_j)
 *     alpha_ij = exp(e_ij) / sum_k exp(e_ik)
 *     c_i = sum_j alpha_ij h_j
 *
 * @param weights The alignment model.
 * @param query Decoder states `[batch, q_len, query_width]`.
 * @param options Encoder states and mask.
 * @returns Context and weights.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { additiveAttention, initAdditiveAttentionWeights } from "@heed/attention";
 * import { assertEquals } from "@std/assert";
 *
 * const sizes = { queryWidth: 4, stateWidth: 6, size: 5 };
 * const weights = initAdditiveAttentionWeights(sizes, { seed: 1 });
 * const { context } = additiveAttention(weights, tf.ones([2, 1, 4]), { states: tf.ones([2, 3, 6]) });
 * assertEquals(context.shape, [2, 1, 6]);
 * ```
 */
export function additiveAttention(
  weights: AdditiveAttentionWeights,
  query: tf.Tensor,
  { states, attentionMask }: AlignmentOptions,
): AlignmentAttentionResult {
  const projected = linear({ weight: weights.query }, query);
  const keys = linear({ weight: weights.key }, states);
  const result = alignmentCore(projected, {
    ...{ keys, values: states, v: weights.v },
    ...(attentionMask && { mask: attentionMask }),
  });
  projected.dispose();
  keys.dispose();
  return result;
}

/**
 * Fresh weights: Glorot uniform projections, `v_a` normal with deviation `1 / sqrt(size)`.
 *
 * @param sizes Widths of query, states and of the space in which they are compared.
 * @param options The seed.
 * @returns Weights owned by the caller.
 *
 * @example
 * ```ts
 * import { initAdditiveAttentionWeights } from "@heed/attention";
 * import { assertEquals } from "@std/assert";
 *
 * const sizes = { queryWidth: 4, stateWidth: 6, size: 5 };
 * assertEquals(initAdditiveAttentionWeights(sizes, { seed: 1 }).key.shape, [5, 6]);
 * ```
 */
export function initAdditiveAttentionWeights(
  { queryWidth, stateWidth, size }: { queryWidth: number; stateWidth: number; size: number },
  { seed }: { seed: number },
): AdditiveAttentionWeights {
  return {
    query: xavierUniform([size, queryWidth], { seed: deriveSeed(seed, "query") }),
    key: xavierUniform([size, stateWidth], { seed: deriveSeed(seed, "key") }),
    v: normal([size], { seed: deriveSeed(seed, "v"), std: size ** -0.5 }),
  };
}
