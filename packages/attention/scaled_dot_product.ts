import type * as tf from "@tensorflow/tfjs";
import { attentionCore } from "@heed/nn";

/** Options of {@linkcode scaledDotProductAttention}. */
export interface ScaledDotProductOptions {
  /** What is compared with the query, `[batch, k_len, dim]`. */
  readonly key: tf.Tensor;
  /** What is averaged, `[batch, k_len, dim]`. */
  readonly value: tf.Tensor;
  /** `[batch, k_len]` float32, 1 = attend, 0 = hide; default: every key may be seen. */
  readonly attentionMask?: tf.Tensor;
  /** Query `i` sees keys up to `k_len - q_len + i`; default false. */
  readonly causal?: boolean;
}

/** Result of {@linkcode scaledDotProductAttention}. */
export interface ScaledDotProductResult {
  /** `[batch, q_len, dim]` */
  readonly context: tf.Tensor;
  /** `[batch, q_len, k_len]`; each row sums to 1. */
  readonly weights: tf.Tensor;
}

/**
 * Scaled dot-product attention, `softmax(Q Kᵀ / sqrt(dim)) V` (Vaswani et al. 2017, equation 1):
 * each query gets the average of the values, weighted by how well it matches their keys.
 *
 * @param query `[batch, q_len, dim]`
 * @param options Keys, values, mask, causality.
 * @returns Context and weights, both owned by the caller.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { scaledDotProductAttention } from "@heed/attention";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const key = tf.tensor3d([[[10, 0], [0, 10]]]);
 * const value = tf.tensor3d([[[1, 2], [3, 4]]]);
 * const { context } = scaledDotProductAttention(tf.tensor3d([[[10, 0]]]), { key, value });
 * assertAlmostEquals((await context.data())[0], 1, 1e-6);
 * ```
 */
export function scaledDotProductAttention(
  query: tf.Tensor,
  { key, value, attentionMask, causal = false }: ScaledDotProductOptions,
): ScaledDotProductResult {
  const { context, probabilities } = attentionCore(query, key, value, {
    heads: 1,
    mask: attentionMask,
    causal,
  });
  const weights = probabilities.squeeze([1]);
  probabilities.dispose();
  return { context, weights };
}
