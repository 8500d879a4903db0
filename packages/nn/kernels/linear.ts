import type * as tf from "@tensorflow/tfjs";
import { ACTIVATION_KINDS, type ActivationKind, slopeFromResult } from "./elementwise.ts";
import { fusedOp, isRecording, runKernel } from "./fused_op.ts";
import { type KernelTable, sizeOf } from "./kernel_table.ts";
import { GEMM_RELU } from "./matmul.ts";

/** A fully connected layer with its activation. */
export const linearKernels: KernelTable = {
  /** `keep`: also returns the numbers before the activation, where its gradient needs them. */
  HeedLinear(heap, { x, weight, bias }, { kind, keep }) {
    const [outSize, inSize] = weight.shape;
    const shape = [...x.shape.slice(0, -1), outSize], rows = sizeOf(shape.slice(0, -1));
    const z = heap.output(shape);
    const y = keep ? heap.output(shape) : z;
    const { kernels } = heap, at = heap.offset(z);
    kernels.gemm(
      heap.offset(x),
      inSize,
      1,
      heap.offset(weight),
      1,
      inSize,
      at,
      outSize,
      rows,
      outSize,
      inSize,
      heap.offset(bias),
      kind === "relu" ? GEMM_RELU : 0,
      heap.gemmScratch,
    );
    if (kind && kind !== "relu") {
      const number = ACTIVATION_KINDS[kind as ActivationKind];
      kernels.activate(number, at, heap.offset(y), rows * outSize);
    }
    return keep ? [y, z] : [y];
  },

  /** `z`: what HeedActivationGradient wants, absent without activation. */
  HeedLinearGradient(heap, { dy, x, weight, z }, { kind, inPlace, hasBias }) {
    const [outSize, inSize] = weight.shape, rows = sizeOf(dy.shape.slice(0, -1));
    const dx = heap.output(x.shape), dWeight = heap.output(weight.shape);
    const outputs = [dx, dWeight];
    if (hasBias) outputs.push(heap.output([outSize]));
    const { kernels, gemmScratch } = heap;
    const backward = (dz: number) => {
      const weightAt = heap.offset(weight), xAt = heap.offset(x);
      const dxAt = heap.offset(dx), dWeightAt = heap.offset(dWeight);
      kernels.gemm(
        ...[dz, outSize, 1, weightAt, inSize, 1, dxAt, inSize] as const,
        ...[rows, inSize, outSize, 0, 0, gemmScratch] as const,
      );
      kernels.gemm(
        ...[dz, 1, outSize, xAt, inSize, 1, dWeightAt, inSize] as const,
        ...[outSize, inSize, rows, 0, 0, gemmScratch] as const,
      );
      if (hasBias) kernels.sumRows(dz, heap.offset(outputs[2]), rows, outSize, 0);
    };
    if (!kind) backward(heap.offset(dy));
    else {
      const size = rows * outSize, number = ACTIVATION_KINDS[kind as ActivationKind];
      const through = (out: number) => {
        kernels.activateGradient(number, heap.offset(dy), heap.offset(z), out, size);
        backward(out);
      };
      if (inPlace) through(heap.offset(dy));
      else heap.withMemory(size * 4, through);
    }
    return outputs;
  },
};

/** kind(x weight^T + bias) over the last dimension of x. */
export function fusedLinear(
  x: tf.Tensor,
  { weight, bias }: { weight: tf.Tensor; bias?: tf.Tensor },
  kind: ActivationKind | undefined,
): tf.Tensor {
  const inputs = bias ? [x, weight, bias] : [x, weight];
  return fusedOp(inputs, (save) => {
    const keep = isRecording() && kind !== undefined && !slopeFromResult(kind);
    const [y, z] = runKernel("HeedLinear", { x, weight, bias }, { kind, keep });
    if (isRecording()) save(kind ? [x, weight, z ?? y] : [x, weight]);
    return y;
  }, ({ dy, own }, [x, weight, z]) => {
    const attributes = { kind, inPlace: own, hasBias: bias !== undefined };
    return runKernel("HeedLinearGradient", { dy, x, weight, z }, attributes);
  });
}
