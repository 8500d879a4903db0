import * as tf from "@tensorflow/tfjs";
import type { KernelInputs } from "../kernels/kernel_table.ts";
import { adamKernels } from "./adam.ts";
import { attentionKernels } from "./attention.ts";
import { crossEntropyKernels } from "./cross_entropy.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { embeddingKernels } from "./embedding.ts";
import { Gpu, type WebGpuBackend } from "./gpu.ts";
import type { GpuKernelTable } from "./kernel_table.ts";
import { layerNormKernels } from "./layer_norm.ts";
import { linearKernels } from "./linear.ts";

const tables: GpuKernelTable[] = [
  adamKernels,
  attentionKernels,
  crossEntropyKernels,
  elementwiseKernels,
  embeddingKernels,
  layerNormKernels,
  linearKernels,
];

/** One per backend: a backend that is removed and started again has another device. */
const gpus = new WeakMap<object, Gpu>();

/**
 * Registers our kernels for tfjs's WebGPU backend, under the names that the layers look for.
 * Registering them twice is fine.
 */
export function installGpuKernels(): void {
  for (const [kernelName, kernel] of tables.flatMap((table) => Object.entries(table))) {
    if (tf.getKernel(kernelName, "webgpu")) continue;
    tf.registerKernel({
      kernelName,
      backendName: "webgpu",
      kernelFunc: ({ inputs, attrs, backend }) =>
        kernel(gpuOf(backend as object), inputs as unknown as KernelInputs, attrs),
    });
  }
}

function gpuOf(backend: object): Gpu {
  let gpu = gpus.get(backend);
  if (!gpu) gpus.set(backend, gpu = new Gpu(backend as WebGpuBackend));
  return gpu;
}
