import { compileKernels, createMemory } from "../kernels/kernel_module.ts";
import {
  LINEAR_BIAS,
  LINEAR_BYTES,
  LINEAR_CHANNELS,
  LINEAR_CORRECTIONS,
  LINEAR_DTYPE,
  LINEAR_K,
  LINEAR_N,
  LINEAR_SCALES,
  LINEAR_WEIGHTS,
} from "../kernels/layout.ts";
import { describeMachine } from "../options.ts";
import { padded } from "../packing/linear_packer.ts";
import { type EngineThread, startThread } from "../packing/pack_model.ts";

/** Vectors that are packed at once. */
const ROWS = 512;

/**
 * Vectors in int8, to find which of many are near to one: their products with it come from one call.
 *
 * @example
 * ```ts
 * import { VectorTable } from "@heed/engine";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const table = await VectorTable.create([Float32Array.of(1, 0), Float32Array.of(0.6, 0.8)]);
 * const products = table.products(Float32Array.of(0, 1));
 * assertAlmostEquals(products[1], 0.8, 0.01);
 * ```
 */
export class VectorTable {
  /** How many vectors there are. */
  readonly count: number;
  readonly #thread: EngineThread;
  readonly #size: number;
  readonly #linear: number;
  readonly #input: number;
  readonly #output: number;
  readonly #scratch: number;

  private constructor(thread: EngineThread, vectors: readonly Float32Array[]) {
    const { heap, kernels } = thread;
    this.count = vectors.length;
    this.#size = vectors[0].length;
    const k = padded(this.#size), n = padded(vectors.length);
    const room = (bytes: number) => {
      const address = heap.allocate(bytes);
      heap.views.bytes.fill(0, address, address + bytes);
      return address;
    };
    const weights = room(n * k), bias = room(n * 4);
    const scales = room(n * 4), corrections = room(n * 4);
    const source = room(ROWS * k * 4);
    for (let first = 0; first < n; first += ROWS) {
      const count = Math.min(ROWS, n - first);
      const { floats } = heap.views;
      floats.fill(0, source / 4, source / 4 + count * k);
      vectors.slice(first, first + count).forEach((vector, i) =>
        floats.set(vector, source / 4 + i * k)
      );
      kernels.packInt8(
        source,
        count,
        k,
        weights + first * k,
        scales + first * 4,
        corrections + first * 4,
      );
    }
    heap.free(source);
    this.#thread = thread;
    this.#linear = room(LINEAR_BYTES);
    this.#input = room(k * 4);
    this.#output = room(n * 4);
    this.#scratch = room(kernels.linearScratchBytes(1, k));
    const fields: readonly (readonly [offset: number, value: number])[] = [
      [LINEAR_DTYPE, 1],
      [LINEAR_K, k],
      [LINEAR_N, n],
      [LINEAR_WEIGHTS, weights],
      [LINEAR_BIAS, bias],
      [LINEAR_SCALES, scales],
      [LINEAR_CORRECTIONS, corrections],
      [LINEAR_CHANNELS, 0],
    ];
    for (const [offset, value] of fields) {
      heap.views.integers[(this.#linear + offset) / 4] = value;
    }
  }

  /**
   * Packs vectors.
   *
   * @param vectors At least one, all of one length.
   * @returns The table; its memory goes with it.
   * @throws {RangeError} When there is none.
   */
  static async create(vectors: readonly Float32Array[]): Promise<VectorTable> {
    if (vectors.length === 0) throw new RangeError("Cannot make a table of no vectors");
    const { simd } = describeMachine();
    const bytes = vectors.length * (padded(vectors[0].length) + 16) + (4 << 20);
    const memory = createMemory({ shared: false, bytes });
    const module = await compileKernels(simd, { shared: false });
    const thread = startThread({ memory, module, simd }, { end: memory.buffer.byteLength });
    return new VectorTable(thread, vectors);
  }

  /**
   * Multiplies a vector with all of the table.
   *
   * @param vector As long as those.
   * @returns A product for each `[count]`, near to the exact one.
   * @throws {TypeError} When it has another length.
   */
  products(vector: Float32Array): Float32Array {
    if (vector.length !== this.#size) {
      throw new TypeError(
        `Cannot multiply a vector of ${vector.length} numbers with those of ${this.#size}`,
      );
    }
    const { heap: { views }, kernels } = this.#thread;
    views.floats.set(vector, this.#input / 4);
    const k = padded(this.#size) * 4, n = padded(this.count) * 4;
    kernels.linear(this.#input, 1, k, this.#linear, this.#output, n, 0, this.#scratch);
    return views.floats.slice(this.#output / 4, this.#output / 4 + this.count);
  }
}
