/** What an address is a multiple of: a cache line. */
const ALIGNMENT = 64;
/** Bytes that the memory grows by at least. */
const GROWTH = 1 << 20;

/**
 * Hands out blocks of a WebAssembly memory, first fit, and joins free neighbours.
 *
 * Several threads may share the memory, each with a heap of its own: a heap uses only what its own calls of
 * `grow` have added, or what it was given at the start.
 */
export class Heap {
  readonly #memory: WebAssembly.Memory;
  /** Free blocks by address, ascending, never touching each other. */
  readonly #free: { address: number; bytes: number }[] = [];
  readonly #used = new Map<number, number>();
  #usedBytes = 0;
  #views: Views;

  /**
   * Makes a heap.
   *
   * @param memory The memory, which grows on demand.
   * @param range What belongs to this heap from the start; by default nothing.
   */
  constructor(memory: WebAssembly.Memory, range?: { start: number; end: number }) {
    this.#memory = memory;
    this.#views = viewsOf(memory.buffer);
    if (range) this.#release(range.start, range.end - range.start);
  }

  /** Bytes handed out now. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The whole memory as bytes, float32 and int32; any later `allocate` may make the views stale. */
  get views(): Views {
    const { buffer } = this.#memory;
    if (buffer !== this.#views.buffer) this.#views = viewsOf(buffer);
    return this.#views;
  }

  /**
   * Hands out a block; its contents are whatever was there.
   *
   * @param bytes Size of the block.
   * @returns Its address, a multiple of 64, never 0.
   * @throws {RangeError} When the memory cannot grow any more.
   */
  allocate(bytes: number): number {
    const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    let at = this.#free.findIndex((block) => block.bytes >= size);
    if (at < 0) {
      this.#grow(size);
      at = this.#free.findIndex((block) => block.bytes >= size);
    }
    const block = this.#free[at];
    const address = block.address;
    if (block.bytes === size) this.#free.splice(at, 1);
    else {
      block.address += size;
      block.bytes -= size;
    }
    this.#used.set(address, size);
    this.#usedBytes += size;
    return address;
  }

  /**
   * Takes a block back.
   *
   * @param address What `allocate` gave; 0 is ignored.
   */
  free(address: number): void {
    if (address === 0) return;
    const bytes = this.#used.get(address);
    if (bytes === undefined) throw new Error(`Cannot free address ${address}: it is not in use`);
    this.#used.delete(address);
    this.#usedBytes -= bytes;
    this.#release(address, bytes);
  }

  /** Copies integers into a new block. */
  placeIntegers(values: ArrayLike<number>): number {
    const address = this.allocate(values.length * 4);
    this.views.integers.set(values, address / 4);
    return address;
  }

  #grow(size: number): void {
    const pages = Math.ceil(Math.max(size, GROWTH) / 65536);
    let before: number;
    try {
      before = this.#memory.grow(pages); // atomic: what it adds is this heap's alone
    } catch (cause) {
      const megabytes = (this.#memory.buffer.byteLength / 1e6).toFixed(0);
      throw new RangeError(
        `Cannot take ${
          (size / 1e6).toFixed(1)
        } MB more: the memory has ${megabytes} MB and cannot ` +
          "grow; use smaller batches, fewer beams or int8",
        { cause },
      );
    }
    this.#release(before * 65536, pages * 65536);
  }

  #release(start: number, length: number): void {
    // Address 0 means "absent" to the kernels.
    const address = Math.max(ALIGNMENT, Math.ceil(start / ALIGNMENT) * ALIGNMENT);
    const bytes = start + length - address;
    if (bytes <= 0) return;
    let at = this.#free.findIndex((block) => block.address > address);
    if (at < 0) at = this.#free.length;
    this.#free.splice(at, 0, { address, bytes });
    this.#join(at);
    if (at > 0) this.#join(at - 1);
  }

  /** Joins a free block with the next one if they touch. */
  #join(at: number): void {
    const block = this.#free[at], next = this.#free[at + 1];
    if (next === undefined || block.address + block.bytes !== next.address) return;
    block.bytes += next.bytes;
    this.#free.splice(at + 1, 1);
  }
}

/** One memory, three ways to read it. */
export interface Views {
  /** What the views look at. */
  readonly buffer: ArrayBufferLike;
  /** Byte by byte. */
  readonly bytes: Uint8Array<ArrayBufferLike>;
  /** As float32, indexed by address / 4. */
  readonly floats: Float32Array<ArrayBufferLike>;
  /** As int32, indexed by address / 4. */
  readonly integers: Int32Array<ArrayBufferLike>;
}

function viewsOf(buffer: ArrayBufferLike): Views {
  return {
    buffer,
    bytes: new Uint8Array(buffer),
    floats: new Float32Array(buffer),
    integers: new Int32Array(buffer),
  };
}
