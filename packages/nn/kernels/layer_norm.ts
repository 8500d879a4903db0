import type * as tf from "@tensorflow/tfjs";
import { fusedOp, isRecording, runKernel, share } from "./fused_op.ts";
import { type KernelTable, sizeOf } from "./kernel_table.ts";

/** Layer normalisation with the residual sum before it. */
export const layerNormKernels: KernelTable = {
  /** Returns the result, and mean and inverse deviation of every row. */
  HeedLayerNorm(heap, { x, residual, weight, bias }, { eps }) {
    const size = x.shape.at(-1)!, rows = sizeOf(x.shape.slice(0, -1));
    const y = heap.output(x.shape), stats = heap.output([rows, 2]);
    heap.kernels.layerNorm(
      heap.offset(x),
      heap.offset(residual),
      heap.offset(weight),
      heap.offset(bias),
      heap.offset(y),
      heap.offset(stats),
      rows,
      size,
      eps,
    );
    return [y, stats];
  },

  /** Returns the gradients of x (the residual's is the same), weight and bias. */
  HeedLayerNormGradient(heap, { dy, x, residual, weight, stats }) {
    const size = x.shape.at(-1)!, rows = sizeOf(x.shape.slice(0, -1));
    const dx = heap.output(x.shape), dWeight = heap.output([size]), dBias = heap.output([size]);
    heap.kernels.layerNormGradient(
      heap.offset(dy),
      heap.offset(x),
      heap.offset(residual),
      heap.offset(weight),
      heap.offset(stats),
      heap.offset(dx),
      heap.offset(dWeight),
      heap.offset(dBias),
      rows,
      size,
    );
    return [dx, dWeight, dBias];
  },
};

/** Layer normalisation of x + residual over the last dimension. */
export function fusedLayerNorm(
  x: tf.Tensor,
  { weight, bias }: { weight: tf.Tensor; bias: tf.Tensor },
  { eps, residual }: { eps: number; residual?: tf.Tensor },
): tf.Tensor {
  const inputs = residual ? [x, weight, bias, residual] : [x, weight, bias];
  return fusedOp(inputs, (save) => {
    const [y, stats] = runKernel("HeedLayerNorm", { x, residual, weight, bias }, { eps });
    if (isRecording()) save(residual ? [x, weight, stats, residual] : [x, weight, stats]);
    return y;
  }, ({ dy }, [x, weight, stats, residual]) => {
    const gradients = runKernel("HeedLayerNormGradient", { dy, x, residual, weight, stats });
    return residual ? [...gradients, share(gradients[0])] : gradients;
  });
}
