import * as tf from "@tensorflow/tfjs";

/** Weights of an embedding table. */
export interface EmbeddingWeights {
  /** `[vocab, hidden]` */
  readonly weight: tf.Tensor;
}

/**
 * Looks up rows of an embedding table. The same table can serve as output projection (tied weights).
 *
 * @param weights `weight` `[vocab, hidden]`.
 * @param ids Integers of any shape, each below `vocab`.
 * @returns `[...ids.shape, hidden]`
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { embedding } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const table = { weight: tf.tensor2d([[1, 2], [3, 4]]) };
 * assertEquals([...await embedding(table, tf.tensor1d([1], "int32")).data()], [3, 4]);
 * ```
 */
export function embedding(weights: EmbeddingWeights, ids: tf.Tensor): tf.Tensor {
  return tf.gather(weights.weight, ids as tf.Tensor1D);
}
