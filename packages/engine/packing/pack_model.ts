import { assertCheckpoint, type WeightsReader } from "@heed/checkpoint";
import {
  type ModelConfig,
  type ModelDirectory,
  tensorsOf,
  type TransformerTensors,
} from "@heed/model";
import {
  compileKernels,
  createMemory,
  instantiateKernels,
  type Kernels,
} from "../kernels/kernel_module.ts";
import { ACTIVATION_RANGES, type SimdMode } from "../kernels/simd_mode.ts";
import { Heap } from "../memory/heap.ts";
import { type EngineDType, headGeometry, LinearPacker, padded } from "./linear_packer.ts";
import { type PackedHead, packHeads } from "./pack_heads.ts";
import { smoothChannels } from "./smooth_channels.ts";
import { type PackedStack, StackPacker } from "./stack_packer.ts";
import { readVector } from "./weight_rows.ts";

/** What the padding of a vocabulary gets as its logit: never chosen, no part of a sum. */
const NEVER = -1e9;

/** A model in a WASM memory. A plain value: it can be sent to a worker, which then shares the memory if it can be. */
export interface PackedModel {
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  readonly simd: SimdMode;
  readonly dtype: EngineDType;
  /** Bytes of the packed weights. */
  readonly weightBytes: number;
  readonly encoder?: PackedStack;
  readonly decoder?: PackedStack;
  /** Projection to logits: its descriptor, and its outputs padded. */
  readonly output?: { readonly linear: number; readonly stride: number };
  /** Descriptor of the dense layer over the first token; absent without. */
  readonly pooler?: number;
  /** What else turns the encoder's states into logits; absent without. */
  readonly heads?: readonly PackedHead[];
}

/** One thread's way to a packed model. */
export interface EngineThread {
  readonly heap: Heap;
  readonly kernels: Kernels;
}

/** How a model is packed. */
export interface PackOptions {
  /** Sizes. */
  readonly config: ModelConfig;
  readonly simd: SimdMode;
  readonly dtype: EngineDType;
  /** Make a memory that several threads can share. */
  readonly shared: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Reads a checkpoint and packs it for the kernels, one tensor after the other.
 *
 * @param directory Model directory.
 * @param options Sizes, type of the weights, and how the memory is made.
 * @returns The packed model and the thread that packed it.
 * @throws {TypeError} When tensors are missing, unexpected or mis-shaped; all are named.
 * @throws {RangeError} When a weight is not finite, or the memory does not suffice.
 */
export async function packModel(
  directory: ModelDirectory,
  options: PackOptions,
): Promise<{ model: PackedModel; thread: EngineThread }> {
  const family = await directory.family();
  // No `using`: bundlers leave it as it is, and Node 20 cannot read it.
  const reader = await directory.weights();
  try {
    const config = await family.settle?.(options.config, reader) ?? options.config;
    const tensors = family.tensors(config, reader.names) as TransformerTensors;
    const found = reader.names.map((name) => [name, reader.info(name)] as const);
    assertCheckpoint(found, tensorsOf(tensors), { ignored: (name) => family.ignored.test(name) });
    return await packTensors(reader, tensors, options);
  } finally {
    await reader.close();
  }
}

async function packTensors(
  reader: WeightsReader,
  tensors: TransformerTensors,
  { simd, dtype, shared, signal }: PackOptions,
): Promise<{ model: PackedModel; thread: EngineThread }> {
  const elements = [...tensorsOf(tensors).values()].reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
  const bytes = elements * (dtype === "int8" ? 1.1 : 4.1) + (4 << 20);
  const memory = createMemory({ shared, bytes });
  const module = await compileKernels(simd, { shared });
  const thread = startThread({ memory, module, simd }, { end: memory.buffer.byteLength });
  const context = { reader, ...thread, range: ACTIVATION_RANGES[simd] };
  const linears = new LinearPacker(context, dtype);
  const stacks = new StackPacker(context, linears);
  signal?.throwIfAborted();
  const isAlone = tensors.decoder === undefined;
  const encoder = tensors.encoder && await stacks.pack(tensors.encoder, { smooth: isAlone });
  if (encoder) await smoothChannels(thread, encoder, { packer: linears, context });
  signal?.throwIfAborted();
  const decoder = tensors.decoder && await stacks.pack(tensors.decoder);
  const last = decoder ?? encoder;
  let output: PackedModel["output"];
  if (tensors.output && last) {
    const { weight, bias } = tensors.output;
    const table = await stacks.table(weight);
    const values = bias ? await readVector(bias, context) : new Float32Array(last.vocabSize);
    output = {
      linear: linears.withBias(table, values, { filler: NEVER, isTable: !weight.transposed }),
      stride: padded(last.vocabSize),
    };
  }
  const pooler = tensors.pooler && last &&
    await linears.pack({ parts: [tensors.pooler] }, headGeometry(last.size, 1));
  const heads = tensors.heads && encoder &&
    await packHeads(tensors.heads, { context, linears, stacks, encoder, tensors });
  return {
    model: {
      memory,
      module,
      simd,
      dtype,
      weightBytes: linears.packedBytes,
      encoder,
      decoder,
      output,
      pooler,
      heads,
    },
    thread,
  };
}

/**
 * Starts the kernels for one thread.
 *
 * @param model The packed model, or what will hold it.
 * @param owned The beginning of the memory that this thread may use; threads that join later own nothing yet.
 */
export function startThread(
  { memory, module, simd }: Pick<PackedModel, "memory" | "module" | "simd">,
  owned?: { end: number },
): EngineThread {
  const heap = new Heap(memory, owned && { start: 0, end: owned.end });
  const kernels = instantiateKernels(module, memory, simd);
  kernels.setConstants(heap.allocate(kernels.constantBytes()));
  return { heap, kernels };
}
