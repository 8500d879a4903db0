import type * as tf from "@tensorflow/tfjs";
import { fusedOp, isRecording, runKernel, share } from "./fused_op.ts";
import { type KernelTable, sizeOf } from "./kernel_table.ts";

/** Numbers of the activation functions in the kernels. */
export const ACTIVATION_KINDS = {
  relu: 0,
  gelu: 1,
  silu: 2,
  tanh: 3,
  sigmoid: 4,
  gelu_tanh: 5,
} as const;

/** Activation functions with a kernel. */
export type ActivationKind = "relu" | "gelu" | "gelu_tanh" | "silu" | "tanh";

/** Whether the slope of a function is computed from its result; else from its argument. */
export function slopeFromResult(kind: ActivationKind): boolean {
  return kind === "relu" || kind === "tanh";
}

/** Kernels that treat every element alike. */
export const elementwiseKernels: KernelTable = {
  HeedActivation(heap, { x }, { kind }: { kind: ActivationKind }) {
    const out = heap.output(x.shape);
    const size = sizeOf(x.shape);
    heap.kernels.activate(ACTIVATION_KINDS[kind], heap.offset(x), heap.offset(out), size);
    return out;
  },

  /** `z`: the result or the argument, as {@linkcode slopeFromResult} says; relu takes either. */
  HeedActivationGradient(heap, { dy, z }, { kind, inPlace }) {
    const out = inPlace ? dy : heap.output(dy.shape);
    heap.kernels.activateGradient(
      ACTIVATION_KINDS[kind as ActivationKind],
      heap.offset(dy),
      heap.offset(z),
      heap.offset(out),
      sizeOf(dy.shape),
    );
    return inPlace ? [] : out;
  },

  HeedDropout(heap, { x }, { seed, threshold, keepScale, inPlace }) {
    const out = inPlace ? x : heap.output(x.shape);
    const size = sizeOf(x.shape);
    heap.kernels.dropout(heap.offset(x), heap.offset(out), size, 0, seed, threshold, keepScale);
    return inPlace ? [] : out;
  },

  /** x times a scalar tensor. */
  HeedScale(heap, { x, factor }, { inPlace }) {
    const by = heap.readFloat(heap.offset(factor));
    if (inPlace && by === 1) return [];
    const out = inPlace ? x : heap.output(x.shape);
    heap.kernels.multiply(heap.offset(x), by, heap.offset(out), sizeOf(x.shape));
    return inPlace ? [] : out;
  },
};

/** Runs a kernel over `x` itself when that is allowed, else into a new tensor. */
export function runOver(
  name: string,
  inputs: { x: tf.Tensor } | { dy: tf.Tensor; z: tf.Tensor },
  { inPlace, ...attributes }: { inPlace: boolean },
): tf.Tensor {
  const [out] = runKernel(name, inputs, { ...attributes, inPlace });
  return out ?? share("x" in inputs ? inputs.x : inputs.dy);
}

/** An activation function. */
export function fusedActivation(kind: ActivationKind, x: tf.Tensor): tf.Tensor {
  return fusedOp([x], (save) => {
    const [y] = runKernel("HeedActivation", { x }, { kind });
    if (isRecording()) save([slopeFromResult(kind) ? y : x]);
    return y;
  }, ({ dy, own }, [z]) => [
    runOver("HeedActivationGradient", { dy, z }, { kind, inPlace: own } as { inPlace: boolean }),
  ]);
}

/** What the dropout kernels need to know. */
export interface DropoutMask {
  /** Key of the random stream. */
  readonly seed: number;
  /** Words below it drop the element. */
  readonly threshold: number;
  /** Factor of the elements that stay. */
  readonly keepScale: number;
}

/** Dropout; the backward pass draws the same mask again instead of keeping it. */
export function fusedDropout(x: tf.Tensor, mask: DropoutMask): tf.Tensor {
  return fusedOp(
    [x],
    () => runKernel("HeedDropout", { x }, mask)[0],
    ({ dy, own }) => [runOver("HeedDropout", { x: dy }, { ...mask, inPlace: own })],
  );
}
