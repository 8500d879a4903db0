import type * as tf from "@tensorflow/tfjs";
import { runOver } from "./elementwise.ts";
import { fusedOp, isRecording, isSoleOwner, runKernel } from "./fused_op.ts";
import type { KernelTable } from "./kernel_table.ts";

/** Cross-entropy of logits against labels. */
export const crossEntropyKernels: KernelTable = {
  /** Returns the loss and, with `gradient`, what it changes by per logit. */
  HeedCrossEntropy(heap, { logits, labels }, { labelSmoothing, ignoreIndex, gradient }) {
    const [rows, vocab] = logits.shape;
    const loss = heap.output([]);
    const slope = gradient ? heap.output(logits.shape) : undefined;
    const bad = heap.kernels.crossEntropy(
      heap.offset(logits),
      heap.offset(labels),
      heap.offset(slope),
      heap.offset(loss),
      rows,
      vocab,
      labelSmoothing,
      ignoreIndex,
    );
    if (bad >= 0) {
      heap.discard(loss, slope);
      throw new RangeError(
        `Cannot compute cross-entropy: the label of row ${bad} is outside the vocabulary of ${vocab}`,
      );
    }
    return slope ? [loss, slope] : [loss];
  },
};

/** The sum over rows; the gradient is written once, in the pass that computes the loss. */
export function fusedCrossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: { labelSmoothing: number; ignoreIndex: number },
): tf.Scalar {
  return fusedOp([logits], (save) => {
    const gradient = isRecording();
    const [loss, slope] = runKernel("HeedCrossEntropy", { logits, labels }, {
      ...options,
      gradient,
    });
    if (gradient) save([slope]);
    return loss;
  }, ({ dy: factor }, [slope]) => [
    runOver("HeedScale", { x: slope, factor } as { x: tf.Tensor }, { inPlace: isSoleOwner(slope) }),
  ]) as tf.Scalar;
}
