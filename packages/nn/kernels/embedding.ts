import type * as tf from "@tensorflow/tfjs";
import { fusedOp, runKernel } from "./fused_op.ts";
import { type KernelTable, sizeOf } from "./kernel_table.ts";

/** Rows of a table, times a scale, and the gradient of the table. */
export const embeddingKernels: KernelTable = {
  HeedEmbedding(heap, { weight, ids }, { scale }) {
    const [vocab, hidden] = weight.shape;
    const out = heap.output([...ids.shape, hidden]);
    const bad = heap.kernels.gatherRows(
      heap.offset(weight),
      heap.offset(ids),
      heap.offset(out),
      sizeOf(ids.shape),
      hidden,
      vocab,
      scale,
    );
    if (bad >= 0) {
      heap.discard(out);
      throw new RangeError(
        `Cannot look up embedding: the id at position ${bad} is outside the vocabulary of ${vocab}`,
      );
    }
    return out;
  },

  HeedEmbeddingGradient(heap, { dy, ids }, { vocab, scale }) {
    const hidden = dy.shape.at(-1)!, out = heap.output([vocab, hidden]);
    heap.kernels.segmentSum(
      heap.offset(dy),
      heap.offset(ids),
      heap.offset(out),
      sizeOf(ids.shape),
      hidden,
      vocab,
      scale,
    );
    return out;
  },
};

/** weight[ids] * scale. */
export function fusedEmbedding(weight: tf.Tensor, ids: tf.Tensor, scale: number): tf.Tensor {
  const vocab = weight.shape[0];
  return fusedOp([weight], (save) => {
    save([ids]);
    return runKernel("HeedEmbedding", { weight, ids }, { scale })[0];
  }, ({ dy }, [ids]) => runKernel("HeedEmbeddingGradient", { dy, ids }, { vocab, scale }));
}
