import * as tf from "@tensorflow/tfjs";
import { dropout as dropOut, dropoutMask, type DropoutOptions } from "./dropout.ts";
import { fusedAttention } from "./kernels/attention.ts";
import { hasKernel } from "./kernels/fused_op.ts";
import { composedMaskedSoftmax } from "./masked_softmax.ts";

/** Options of {@linkcode attentionCore}. */
export interface AttentionCoreOptions {
  /** Number of heads; it divides `hidden`. */
  readonly heads: number;
  /** `[batch, k_len]` float32, 1 = attend, 0 = hidden; default: every key is seen. */
  readonly mask?: tf.Tensor;
  /**
   * Query `i` sees keys `0 .. k_len - q_len + i` only, so that the last query sees every key
   * (the newest tokens of a cached decoder); default false.
   */
  readonly causal?: boolean;
  /** With `causal`: a query sees so many of these keys, the newest ones; default all. */
  readonly window?: number;
  /** Factor of the scores; default `1 / sqrt(head_dim)`. */
  readonly scale?: number;
  /** Dropout of the probabilities (training); default none. */
  readonly dropout?: DropoutOptions;
}

/** Result of {@linkcode attentionCore}; the caller owns both. */
export interface AttentionCoreResult {
  /** `[batch, q_len, hidden]` */
  readonly context: tf.Tensor;
  /** `[batch, heads, q_len, k_len]`, before dropout; no gradient flows through it. */
  readonly probabilities: tf.Tensor;
}

/**
 * Scaled dot-product attention of all heads at once (Vaswani et al. 2017, section 3.2), between the
 * projections of queries, keys and values and the output projection.
 *
 * A query that sees no key at all (every key hidden) has probabilities and context zero.
 *
 * @param query `[batch, q_len, hidden]`, heads side by side in the last dimension.
 * @param key `[batch, k_len, hidden]`
 * @param value `[batch, k_len, hidden]`
 * @param options Heads, masks, scale and dropout.
 * @returns The context and the attention probabilities.
 * @throws {TypeError} When the shapes do not fit each other.
 * @throws {RangeError} When `heads` does not divide `hidden`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { attentionCore } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const x = tf.ones([1, 3, 4]);
 * const { probabilities } = attentionCore(x, x, x, { heads: 2, causal: true });
 * assertEquals([...await probabilities.slice([0, 0, 1], [1, 1, 1]).data()], [0.5, 0.5, 0]);
 * ```
 */
export function attentionCore(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  options: AttentionCoreOptions,
): AttentionCoreResult {
  checkShapes(query, key, value, options);
  const { window = Infinity } = options;
  // The fused kernel knows no window.
  if (hasKernel("HeedAttention") && window >= key.shape[1]!) {
    const { mask, heads, causal = false, dropout } = options;
    const scale = options.scale ?? 1 / Math.sqrt(query.shape[2]! / heads);
    const kept = dropout?.rate ? dropoutMask(dropout) : { seed: 0, threshold: 0, keepScale: 0 };
    const attributes = { heads, causal, scale, ...kept };
    if (!mask || mask.dtype === "float32") {
      return fusedAttention({ query, key, value, mask }, attributes);
    }
    return tf.tidy(() =>
      fusedAttention({ query, key, value, mask: tf.cast(mask, "float32") }, attributes)
    );
  }
  return composedAttentionCore(query, key, value, options);
}

/** {@linkcode attentionCore} made of tfjs ops, for devices without the fused kernel. */
function composedAttentionCore(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  { heads, mask, causal = false, window, scale, dropout }: AttentionCoreOptions,
): AttentionCoreResult {
  const [batch, qLen, hidden] = query.shape, kLen = key.shape[1]!;
  const headDim = hidden / heads;
  return tf.tidy(() => {
    const split = (x: tf.Tensor, length: number) =>
      tf.transpose(tf.reshape(x, [batch, length, heads, headDim]), [0, 2, 1, 3]);
    const scores = tf.matMul(split(query, qLen), split(key, kLen), false, true);
    const probabilities = composedMaskedSoftmax(scores, {
      mask,
      causal,
      window,
      scale: scale ?? 1 / Math.sqrt(headDim),
    }); // [batch, heads, q_len, k_len]
    const kept = dropout ? dropOut(probabilities, dropout) : probabilities;
    const context = tf.matMul(kept, split(value, kLen)); // [batch, heads, q_len, head_dim]
    return {
      context: tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [batch, qLen, hidden]),
      probabilities: tf.clone(probabilities),
    };
  });
}

function checkShapes(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  { heads, mask, causal, window }: AttentionCoreOptions,
): void {
  const [batch, , hidden] = query.shape;
  const fits = query.rank === 3 && key.rank === 3 && key.shape[0] === batch &&
    key.shape[2] === hidden && tf.util.arraysEqual(key.shape, value.shape) &&
    (!mask || tf.util.arraysEqual(mask.shape, key.shape.slice(0, 2)));
  if (!fits) {
    throw new TypeError(
      `Cannot attend: query [${query.shape}], key [${key.shape}], value [${value.shape}]` +
        `${mask ? ` and mask [${mask.shape}]` : ""} do not fit each other`,
    );
  }
  if (window !== undefined && !(causal && Number.isInteger(window) && window > 0)) {
    throw new RangeError(
      `Cannot attend with window ${window}: it must be a positive integer, and belongs to causal`,
    );
  }
  if (hidden % heads !== 0) {
    throw new RangeError(
      `Cannot split hidden size ${hidden} into ${heads} heads: it must be divisible by heads`,
    );
  }
}
