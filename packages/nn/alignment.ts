import * as tf from "@tensorflow/tfjs";
import { composedMaskedSoftmax } from "./masked_softmax.ts";

/** What a state looks at, and how the two are compared. */
export interface AlignmentMemory {
  /** What is compared with the query, `[batch, k_len, size]`. */
  readonly keys: tf.Tensor;
  /** What is averaged, `[batch, k_len, width]`. */
  readonly values: tf.Tensor;
  /** `[batch, k_len]` float32, 1 = attend, 0 = hidden; default: every key is seen. */
  readonly mask?: tf.Tensor;
  /** `[size]`: scores are `v · tanh(query + key)`; without it they are `query · key`. */
  readonly v?: tf.Tensor;
}

/** Result of {@linkcode alignmentCore}; the caller owns both. */
export interface AlignmentResult {
  /** `[batch, q_len, width]` */
  readonly context: tf.Tensor;
  /** `[batch, q_len, k_len]`; each row sums to 1 over the keys that are seen. */
  readonly weights: tf.Tensor;
}

/**
 * Soft alignment between projected queries and keys: additive scores (Bahdanau et al. 2015, appendix
 * A.1.2) or products (Luong et al. 2015, equation 8), softmax, average of the values.
 *
 * @param query `[batch, q_len, size]`
 * @param memory Keys, values, mask, and how they are compared.
 * @returns The context and the weights.
 * @throws {TypeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { alignmentCore } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const keys = tf.zeros([1, 2, 3]), values = tf.tensor3d([[[1], [3]]]);
 * const { context } = alignmentCore(tf.ones([1, 1, 3]), { keys, values, v: tf.ones([3]) });
 * assertEquals([...await context.data()], [2]);
 * ```
 */
export function alignmentCore(query: tf.Tensor, memory: AlignmentMemory): AlignmentResult {
  checkAlignment(query, memory);
  const { keys, values, mask, v } = memory;
  const [batch, qLen, size] = query.shape, kLen = keys.shape[1]!;
  return tf.tidy(() => {
    let scores: tf.Tensor;
    if (v) {
      const sums = tf.add(tf.expandDims(query, 2), tf.expandDims(keys, 1));
      // A product with a column would go through a broadcast product, whose gradient tfjs gets wrong.
      scores = tf.sum(tf.mul(tf.tanh(sums), tf.reshape(v, [1, 1, 1, size])), -1);
    } else scores = tf.matMul(query, keys, false, true);
    const weights = tf.reshape(
      composedMaskedSoftmax(tf.reshape(scores, [batch, 1, qLen, kLen]), {
        mask,
        causal: false,
        scale: 1,
      }),
      [batch, qLen, kLen],
    );
    return { context: tf.matMul(weights, values), weights };
  });
}

function checkAlignment(query: tf.Tensor, { keys, values, mask, v }: AlignmentMemory): void {
  const [batch, kLen, size] = keys.shape;
  const is = (tensor: tf.Tensor, shape: number[]) => tf.util.arraysEqual(tensor.shape, shape);
  const fits = query.rank === 3 && keys.rank === 3 && values.rank === 3 &&
    query.shape[0] === batch && query.shape[2] === size &&
    is(values, [batch, kLen!, values.shape[2]!]) &&
    (!mask || is(mask, [batch, kLen!])) && (!v || is(v, [size!]));
  if (fits) return;
  throw new TypeError(
    `Cannot align: query [${query.shape}], keys [${keys.shape}], values [${values.shape}]` +
      (v ? `, v [${v.shape}]` : "") + (mask ? `, mask [${mask.shape}]` : "") +
      " do not fit each other",
  );
}
