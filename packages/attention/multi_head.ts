import * as tf from "@tensorflow/tfjs";
import { attentionCore, deriveSeed, initLinearWeights, linear, type LinearWeights } from "@heed/nn";

/** Sizes of a multi-head attention layer. */
export interface MultiHeadAttentionConfig {
  /** Width of the hidden states; a multiple of `numHeads` unless `headDim` is given. */
  readonly hiddenSize: number;
  /** Number of heads. */
  readonly numHeads: number;
  /** Width of a head, which need not fill `hiddenSize` with the others; default `hiddenSize / numHeads`. */
  readonly headDim?: number;
}

/**
 * Weights of a multi-head attention layer: four projections with bias, three `[heads * head_dim, hidden]` and one
 * back. With the default `headDim` all are `[hidden, hidden]`.
 */
export interface MultiHeadAttentionWeights {
  /** Projection of the queries. */
  readonly query: LinearWeights;
  /** Projection of the keys. */
  readonly key: LinearWeights;
  /** Projection of the values. */
  readonly value: LinearWeights;
  /** Projection of the heads' results, side by side, back to the hidden size. */
  readonly output: LinearWeights;
}

/** Projected keys and values: what decoding step by step keeps of the past, or of the source. */
export interface KeyValueCache {
  /** `[batch, k_len, heads * head_dim]` */
  readonly key: tf.Tensor;
  /** `[batch, k_len, heads * head_dim]` */
  readonly value: tf.Tensor;
}

/** Options of {@linkcode multiHeadAttention}. */
export interface MultiHeadAttentionOptions {
  /** Number of heads. */
  readonly numHeads: number;
  /** Keys and values to attend to, from {@linkcode projectKeyValue}. */
  readonly keyValue: KeyValueCache;
  /** `[batch, k_len]` float32, 1 = attend, 0 = hide; default: every key may be seen. */
  readonly attentionMask?: tf.Tensor;
  /** Query `i` sees keys up to `k_len - q_len + i`; default false. */
  readonly causal?: boolean;
  /** With `causal`: query `i` sees only so many keys, the last one of them at `k_len - q_len + i`; default all. */
  readonly window?: number;
  /** Dropout of the attention weights; default none. */
  readonly dropout?: { readonly rate: number; readonly seed: number };
}

/** Result of {@linkcode multiHeadAttention}. */
export interface MultiHeadAttentionResult {
  /** `[batch, q_len, hidden]` */
  readonly output: tf.Tensor;
  /** Attention weights `[batch, heads, q_len, k_len]`; each row sums to 1. */
  readonly weights: tf.Tensor;
}

/**
 * Projects states to keys and values, once for as many queries as follow.
 *
 * @param weights The layer's weights.
 * @param states `[batch, k_len, hidden]`
 * @returns Keys and values, owned by the caller.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { initMultiHeadAttentionWeights, projectKeyValue } from "@heed/attention";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initMultiHeadAttentionWeights({ hiddenSize: 8, numHeads: 2 }, { seed: 1 });
 * assertEquals(projectKeyValue(weights, tf.ones([1, 5, 8])).key.shape, [1, 5, 8]);
 * ```
 */
export function projectKeyValue(
  weights: MultiHeadAttentionWeights,
  states: tf.Tensor,
): KeyValueCache {
  return { key: linear(weights.key, states), value: linear(weights.value, states) };
}

/**
 * Appends newer keys and values to older ones.
 *
 * @param past What was seen so far `[batch, past_len, heads * head_dim]`; stays the caller's.
 * @param next What is new `[batch, new_len, heads * head_dim]`; stays the caller's.
 * @returns `[batch, past_len + new_len, heads * head_dim]`, owned by the caller.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { appendKeyValue } from "@heed/attention";
 * import { assertEquals } from "@std/assert";
 *
 * const one = { key: tf.ones([1, 1, 4]), value: tf.ones([1, 1, 4]) };
 * assertEquals(appendKeyValue(one, one).key.shape, [1, 2, 4]);
 * ```
 */
export function appendKeyValue(past: KeyValueCache, next: KeyValueCache): KeyValueCache {
  return {
    key: tf.concat([past.key, next.key], 1),
    value: tf.concat([past.value, next.value], 1),
  };
}

/**
 * Multi-head attention (Vaswani et al. 2017, section 3.2.2): every head compares queries and keys
 * in a space of its own, `softmax(Q Kᵀ / sqrt(head_dim) + mask) V`, and the heads' results are
 * projected back. Self-attention when `keyValue` comes from the same states as the query,
 * encoder-decoder attention when it comes from the encoder, a cached step when `q_len` is 1.
 *
 * @param weights The layer's weights.
 * @param query States that ask `[batch, q_len, hidden]`.
 * @param options Heads, keys and values, mask, causality.
 * @returns Output and attention weights, both owned by the caller.
 * @throws {RangeError} When `numHeads` does not divide the width of the projections.
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
 * const states = tf.ones([1, 5, 8]);
 * const keyValue = projectKeyValue(weights, states);
 * const attended = multiHeadAttention(weights, states, { numHeads: 2, keyValue, causal: true });
 * assertEquals(attended.output.shape, [1, 5, 8]);
 * assertEquals(attended.weights.shape, [1, 2, 5, 5]);
 * ```
 */
export function multiHeadAttention(
  weights: MultiHeadAttentionWeights,
  query: tf.Tensor,
  { numHeads, keyValue, attentionMask, causal = false, window, dropout }: MultiHeadAttentionOptions,
): MultiHeadAttentionResult {
  const projected = linear(weights.query, query);
  const { context, probabilities } = attentionCore(projected, keyValue.key, keyValue.value, {
    heads: numHeads,
    mask: attentionMask,
    causal,
    window,
    dropout,
  });
  const output = linear(weights.output, context);
  // On a gradient tape tfjs keeps what it needs; outside of one these are the only references.
  tf.dispose([projected, context]);
  return { output, weights: probabilities };
}

/**
 * Fresh weights: Glorot uniform projections, zero biases.
 *
 * @param config Hidden size, number of heads and their width.
 * @param options The seed.
 * @returns Weights owned by the caller.
 * @throws {RangeError} When the hidden size is not a multiple of `numHeads` and no `headDim` is given, or `headDim` is
 * not a positive integer.
 *
 * @example
 * ```ts
 * import { initMultiHeadAttentionWeights } from "@heed/attention";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initMultiHeadAttentionWeights({ hiddenSize: 8, numHeads: 2 }, { seed: 1 });
 * assertEquals(weights.query.weight.shape, [8, 8]);
 * const wide = initMultiHeadAttentionWeights({ hiddenSize: 8, numHeads: 2, headDim: 6 }, { seed: 1 });
 * assertEquals([wide.query.weight.shape, wide.output.weight.shape], [[12, 8], [8, 12]]);
 * ```
 */
export function initMultiHeadAttentionWeights(
  { hiddenSize, numHeads, headDim = hiddenSize / numHeads }: MultiHeadAttentionConfig,
  { seed }: { seed: number },
): MultiHeadAttentionWeights {
  if (headDim !== hiddenSize / numHeads && !(Number.isInteger(headDim) && headDim > 0)) {
    throw new RangeError(
      `Cannot make heads of headDim ${headDim}: it must be a positive integer`,
    );
  }
  if (!Number.isInteger(headDim)) {
    throw new RangeError(
      `Cannot split hiddenSize ${hiddenSize} into ${numHeads} heads: hiddenSize must be divisible by numHeads`,
    );
  }
  const width = numHeads * headDim;
  const projection = (name: string, inSize: number, outSize: number) =>
    initLinearWeights({ inSize, outSize }, { seed: deriveSeed(seed, name) });
  return {
    query: projection("query", hiddenSize, width),
    key: projection("key", hiddenSize, width),
    value: projection("value", hiddenSize, width),
    output: projection("output", width, hiddenSize),
  };
}
