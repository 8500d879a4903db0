/** The parts of tfjs's pool of buffers that are used here. */
export interface BufferManager {
  /** Buffers to use again, by size and usage. */
  readonly freeBuffers: Map<string, GpuBuffer[]>;
  readonly numBytesUsed: number;
  numBytesAllocated: number;
  numFreeBuffers: number;
  acquireBuffer(size: number, usage: number, mapped?: boolean, reuse?: boolean): GpuBuffer;
}

interface GpuBuffer {
  readonly size: number;
  destroy(): void;
}

/** Free bytes that are always allowed, and how much of what was in use at most. */
const SPARE_BYTES = 256 * 2 ** 20, SPARE_SHARE = 0.5;

const limited = new WeakSet<BufferManager>();

/**
 * Bounds tfjs's pool of buffers, which keeps every buffer for the next tensor of exactly its size. Each
 * batch of another shape would take the memory of a whole training step anew, and never give it back.
 * Here, a buffer that would bring the total above one and a half times what was ever in use (and some)
 * first destroys those that were not used for longest.
 *
 * @param manager tfjs's pool; limiting it twice is fine.
 * @param spareBytes Free bytes that are always allowed.
 */
export function limitPool(manager: BufferManager, spareBytes: number = SPARE_BYTES): void {
  if (limited.has(manager)) return;
  limited.add(manager);
  const acquire = manager.acquireBuffer.bind(manager);
  let mostUsed = 0;
  manager.acquireBuffer = (size, usage, mapped = false, reuse = true) => {
    const { freeBuffers } = manager, key = `${size}_${usage}`;
    const fitting = reuse ? freeBuffers.get(key) : undefined;
    if (fitting?.length) {
      freeBuffers.delete(key); // and to the end: a map keeps the order of insertion
      freeBuffers.set(key, fitting);
    } else {
      const most = Math.max(mostUsed, manager.numBytesUsed + size);
      destroyFree(manager, most * (1 + SPARE_SHARE) + spareBytes - size);
    }
    const buffer = acquire(size, usage, mapped, reuse);
    mostUsed = Math.max(mostUsed, manager.numBytesUsed);
    return buffer;
  };
}

/** Destroys free buffers, the longest unused first, until no more than `most` bytes are allocated. */
function destroyFree(manager: BufferManager, most: number): void {
  for (const [key, buffers] of manager.freeBuffers) {
    while (buffers.length > 0 && manager.numBytesAllocated > most) {
      const buffer = buffers.pop()!;
      buffer.destroy(); // what was submitted still runs
      manager.numFreeBuffers--;
      manager.numBytesAllocated -= buffer.size;
    }
    if (manager.numBytesAllocated <= most) return;
    manager.freeBuffers.delete(key);
  }
}
