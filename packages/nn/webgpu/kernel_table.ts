import type * as tf from "@tensorflow/tfjs";
import type { KernelInputs } from "../kernels/kernel_table.ts";
import type { Gpu } from "./gpu.ts";

/** A kernel: records programs, and returns the tensors that they will write. */
export type GpuKernel = (
  gpu: Gpu,
  inputs: KernelInputs,
  // deno-lint-ignore no-explicit-any
  attributes: any,
) => tf.TensorInfo | tf.TensorInfo[];

/** Kernels by name; names, inputs and attributes are those of the WASM kernels. */
export type GpuKernelTable = Readonly<Record<string, GpuKernel>>;
