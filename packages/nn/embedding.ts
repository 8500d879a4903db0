import * as tf from "@tensorflow/tfjs";
import { fusedEmbedding } from "./kernels/embedding.ts";
import { hasKernel } from "./kernels/fused_op.ts";

/** Weights of an embedding table. */
export interface EmbeddingWeights {
  /** `[vocab, hidden]` */
  readonly weight: tf.Tensor;
}

/** Options of {@linkcode embedding}. */
export interface EmbeddingOptions {
  /** Factor of the rows; default 1. */
  readonly scale?: number;
}

/**
 * Looks up rows of an embedding table. The same table can serve as output projection (tied weights).
 *
 * @param weights `weight` `[vocab, hidden]`.
 * @param ids int32 of any shape, each below `vocab`.
 * @param options `scale`: factor of the rows, such as the root of `hidden` in a Transformer.
 * @returns `[...ids.shape, hidden]`; on WebGPU, which cannot throw, NaN for an id outside the table.
 * @throws {TypeError} When the table is not 2-D or the ids are not int32.
 * @throws {RangeError} On WASM, for an id outside the table.
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
export function embedding(
  weights: EmbeddingWeights,
  ids: tf.Tensor,
  { scale = 1 }: EmbeddingOptions = {},
): tf.Tensor {
  if (weights.weight.rank !== 2 || ids.dtype !== "int32") {
    throw new TypeError(
      `Cannot look up embedding: table [${weights.weight.shape}] has to be 2-D and ids int32, ` +
        `but are ${ids.dtype}`,
    );
  }
  if (hasKernel("HeedEmbedding")) return fusedEmbedding(weights.weight, ids, scale);
  return tf.tidy(() => {
    const rows = tf.gather(weights.weight, ids as tf.Tensor1D);
    return scale === 1 ? rows : tf.mul(rows, scale);
  });
}
