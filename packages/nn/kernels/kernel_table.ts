import type * as tf from "@tensorflow/tfjs";
import type { Heap } from "./heap.ts";

/** Inputs of a kernel by name; an absent one is undefined. */
export type KernelInputs = Record<string, tf.TensorInfo>;

/**
 * A kernel: computes on the heap. `fallback` runs tfjs's own kernel of the same name on the same
 * inputs, for the cases that are none of our business.
 */
export type Kernel = (
  heap: Heap,
  inputs: KernelInputs,
  // deno-lint-ignore no-explicit-any
  attributes: any,
  fallback: () => tf.TensorInfo | tf.TensorInfo[],
) => tf.TensorInfo | tf.TensorInfo[];

/** Kernels by name. */
export type KernelTable = Readonly<Record<string, Kernel>>;

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}
