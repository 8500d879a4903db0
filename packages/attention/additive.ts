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
 *
 * @example One step of a decoder, which reads the context beside its newest token
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import {
 *   additiveAttention,
 *   initAdditiveAttentionWeights,
 *   paddingMask,
 * } from "@heed/attention";
 * import { gruCell, initGruWeights } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * // Two sentences of three and two words; the encoder gave a state of width 6 for each.
 * const states = tf.randomNormal([2, 3, 6]), attentionMask = paddingMask([[5, 6, 7], [8, 9]]);
 * const attention = initAdditiveAttentionWeights({ queryWidth: 4, stateWidth: 6, size: 5 }, { seed: 1 });
 * const cell = initGruWeights({ inSize: 3 + 6, hiddenSize: 4 }, { seed: 2 });
 *
 * const before = tf.zeros([2, 4]), token = tf.ones([2, 3]); // the decoder's state and newest token
 * const { context, weights } = additiveAttention(attention, before.expandDims(1), {
 *   states,
 *   attentionMask,
 * });
 * const after = gruCell(cell, tf.concat([token, context.squeeze([1])], 1), before);
 * assertEquals(after.shape, [2, 4]);
 * assertEquals((await weights.data())[5], 0); // the second sentence has no third word
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
    keys,
    values: states,
    v: weights.v,
    mask: attentionMask,
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
