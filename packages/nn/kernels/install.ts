import * as tf from "@tensorflow/tfjs";
import { adamKernels } from "./adam.ts";
import { attentionKernels } from "./attention.ts";
import { copyKernels } from "./copy.ts";
import { crossEntropyKernels } from "./cross_entropy.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { embeddingKernels } from "./embedding.ts";
import { guardAllocation, Heap, type WasmBackend } from "./heap.ts";
import { instantiateKernels, probeSimd, type SimdVariant } from "./kernel_module.ts";
import type { KernelInputs, KernelTable } from "./kernel_table.ts";
import { layerNormKernels } from "./layer_norm.ts";
import { linearKernels } from "./linear.ts";
import { matmulKernels } from "./matmul.ts";
import { attentiveGruKernels } from "./rnn_attentive.ts";
import { gruKernels } from "./rnn_gru.ts";
import { lstmKernels } from "./rnn_lstm.ts";
import { standardKernels } from "./standard.ts";

const tables: KernelTable[] = [
  adamKernels,
  attentionKernels,
  attentiveGruKernels,
  copyKernels,
  crossEntropyKernels,
  elementwiseKernels,
  embeddingKernels,
  gruKernels,
  layerNormKernels,
  linearKernels,
  lstmKernels,
  matmulKernels,
  standardKernels,
];

/** One per backend: a backend that is removed and started again has another heap. */
const heaps = new WeakMap<object, Heap>();
let registered = false;

/**
 * Puts our kernels into tfjs's WASM backend, which has to be the current one: over its own where those
 * are slow, and under names of our own (`Heed...`) for the fused operations of the layers.
 *
 * @param variant Which instructions; default: the best that this runtime has.
 * @returns The kernels on the backend's heap.
 */
export async function installKernels(variant: SimdVariant = probeSimd()): Promise<Heap> {
  const backend = tf.backend() as unknown as WasmBackend;
  const present = heaps.get(backend);
  if (present?.variant === variant) return present;
  const { wasm } = backend;
  const memory = wasm.wasmMemory ?? wasm.asm?.memory;
  if (!memory) throw new Error("Cannot install the kernels: this tfjs hides its WASM memory");
  guardAllocation(wasm, memory);
  const heap = new Heap(backend, await instantiateKernels(memory, variant), variant);
  present?.dispose();
  heaps.set(backend, heap);
  if (!registered) {
    for (const table of tables) registerTable(table);
    registered = true;
  }
  return heap;
}

function registerTable(table: KernelTable): void {
  for (const [kernelName, kernel] of Object.entries(table)) {
    const stock = tf.getKernel(kernelName, "wasm");
    if (stock) tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel({
      kernelName,
      backendName: "wasm",
      kernelFunc: (given) => {
        const { inputs, attrs, backend } = given;
        const heap = heaps.get(backend as object);
        const fallback = () => {
          if (stock) return stock.kernelFunc(given);
          throw new TypeError(`Cannot run ${kernelName} on WASM for these types of tensors`);
        };
        return heap ? kernel(heap, inputs as unknown as KernelInputs, attrs, fallback) : fallback();
      },
    });
  }
}
