import type * as tf from "@tensorflow/tfjs";
import type { KernelModule, SimdVariant } from "./kernel_module.ts";

/** The parts of tfjs's WASM backend that the kernels need. */
export interface WasmBackend {
  readonly wasm: {
    _malloc(bytes: number): number;
    _free(offset: number): void;
    readonly HEAPU8: Uint8Array;
    readonly asm?: { readonly memory?: WebAssembly.Memory };
    readonly wasmMemory?: WebAssembly.Memory;
  };
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  refCount(dataId: object): number;
  incRef(dataId: object): void;
  disposeData(dataId: object): boolean;
}

/**
 * The kernels on the heap of one tfjs backend.
 *
 * The heap is tfjs's: all memory comes from its `_malloc`, which may grow (and so move the views of)
 * the heap at any allocation. Hence the rules: the kernels get addresses, never views; a view is made
 * after the last allocation and dropped before the next; nobody calls `memory.grow`.
 */
export class Heap {
  /** The kernels; their matrix product may be another than the compiled one, see `useProduct`. */
  readonly kernels: Readonly<KernelModule>;
  /** The kernels as they were compiled. */
  readonly wasmKernels: Readonly<KernelModule>;
  /** Which binary they are. */
  readonly variant: SimdVariant;
  /** Memory for the packed panels of a product, for the life of the backend. */
  readonly gemmScratch: number;
  readonly #backend: WasmBackend;
  readonly #constants: number;
  readonly #kernels: KernelModule;

  constructor(backend: WasmBackend, kernels: KernelModule, variant: SimdVariant) {
    this.wasmKernels = kernels;
    this.kernels = this.#kernels = { ...kernels };
    this.variant = variant;
    this.#backend = backend;
    this.gemmScratch = backend.wasm._malloc(kernels.gemmScratchBytes()) >>> 0;
    this.#constants = backend.wasm._malloc(kernels.constantBytes()) >>> 0;
    kernels.setConstants(this.#constants);
  }

  /**
   * Sets the one door for matrix products.
   *
   * @param product What `kernels.gemm` does from now on; undefined for the compiled kernel.
   */
  useProduct(product: KernelModule["gemm"] | undefined): void {
    this.#kernels.gemm = product ?? this.wasmKernels.gemm;
  }

  /** Address of a tensor's data; 0 for no tensor. */
  offset(tensor: tf.TensorInfo | undefined): number {
    return tensor ? this.#backend.dataIdMap.get(tensor.dataId).memoryOffset : 0;
  }

  /** A new tensor whose data is not initialised. */
  output(shape: number[], dtype: tf.DataType = "float32"): tf.TensorInfo {
    return this.#backend.makeOutput(shape, dtype);
  }

  /** Gives back an output that will not be returned after all. */
  discard(...tensors: (tf.TensorInfo | undefined)[]): void {
    for (const tensor of tensors) if (tensor) this.#backend.disposeData(tensor.dataId);
  }

  /** Another owner of the same data. */
  share({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.#backend.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** Runs `use` with `bytes` of memory that is free again afterwards. */
  withMemory(bytes: number, use: (address: number) => void): void {
    const address = this.#backend.wasm._malloc(bytes) >>> 0;
    try {
      use(address);
    } finally {
      this.#backend.wasm._free(address);
    }
  }

  /** One float at an address. */
  readFloat(address: number): number {
    return new Float32Array(this.#backend.wasm.HEAPU8.buffer, address, 1)[0];
  }

  /** Sets one float. */
  writeFloat(address: number, value: number): void {
    new Float32Array(this.#backend.wasm.HEAPU8.buffer, address, 1)[0] = value;
  }

  /** Copies floats out of the heap. */
  copyOut(address: number, into: Float32Array): void {
    into.set(new Float32Array(this.#backend.wasm.HEAPU8.buffer, address, into.length));
  }

  /** Copies floats into the heap. */
  copyIn(address: number, from: Float32Array): void {
    new Float32Array(this.#backend.wasm.HEAPU8.buffer, address, from.length).set(from);
  }

  /** The heap from an address on, for a native function; made anew for each, as the heap may move. */
  from(address: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#backend.wasm.HEAPU8.buffer as ArrayBuffer, address >>> 0);
  }

  /** Writes `size` floats into every one of `rows` rows, which are `stride` floats apart. */
  repeatRow(
    row: number,
    out: number,
    { rows, size, stride }: { rows: number; size: number; stride: number },
  ): void {
    const { HEAPU8 } = this.#backend.wasm, bytes = size * 4, from = row >>> 0, to = out >>> 0;
    if (stride !== size) {
      for (let i = 0; i < rows; i++) HEAPU8.copyWithin(to + i * stride * 4, from, from + bytes);
      return;
    }
    HEAPU8.copyWithin(to, from, from + bytes);
    // What is filled is copied behind itself, each time twice as much.
    for (let filled = bytes; filled < rows * bytes; filled *= 2) {
      HEAPU8.copyWithin(to + filled, to, to + Math.min(filled, rows * bytes - filled));
    }
  }

  /** Frees what the constructor allocated. */
  dispose(): void {
    this.#backend.wasm._free(this.gemmScratch);
    this.#backend.wasm._free(this.#constants);
  }
}

/** Bytes as megabytes for a message. */
function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 0);
}

/** The largest heap and the largest piece of it; together below 4 GiB, see guardAllocation. */
const MAX_HEAP_BYTES = 3 * 2 ** 30;
const MAX_PIECE_BYTES = 2 ** 30 - 2 ** 20;

const guarded = new WeakSet<object>();

/**
 * Makes tfjs's allocator throw when the heap is full. tfjs itself would take the 0 that it gets for an
 * address and write over its own data.
 *
 * Emscripten's `sbrk` wraps around at 4 GiB and then hands out memory that is in use, or beyond the end
 * of the heap. Hence the limits: with at most 3 GiB of heap and pieces below 1 GiB it cannot.
 *
 * @param wasm The Emscripten module of tfjs's backend; guarding it twice is fine.
 * @param memory Its memory.
 */
export function guardAllocation(wasm: WasmBackend["wasm"], memory: WebAssembly.Memory): void {
  if (guarded.has(wasm)) return;
  guarded.add(wasm);
  const grow = memory.grow.bind(memory);
  memory.grow = (pages: number): number => {
    if (memory.buffer.byteLength + pages * 2 ** 16 <= MAX_HEAP_BYTES) return grow(pages);
    throw new RangeError("Cannot grow the WASM heap beyond 3 GiB"); // Emscripten catches it
  };
  // Emscripten's stub replaces itself, and so would replace the guard, when it is first called.
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes: number): number => {
    const address = bytes <= MAX_PIECE_BYTES ? allocate(bytes) : 0;
    if (address === 0 && bytes > 0) {
      throw new RangeError(
        `Out of memory: cannot allocate ${megabytes(bytes)} MB for a tensor; the WASM heap holds ` +
          `${megabytes(wasm.HEAPU8.byteLength)} MB of at most 3072 MB, 1023 MB in one piece; use ` +
          `smaller batches or shorter sequences, or dispose of tensors`,
      );
    }
    return address;
  };
}
