/** Length of what is fetched at once: about a hundred tensors of a small model, or one of a large. */
export const BLOCK_BYTES = 1 << 22;

/** Blocks of one file that are kept. */
const MAX_BLOCKS = 8;

/** Reads `length` bytes from `offset`; both lie within the file. */
type ReadRange = (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Reads a file whose every request costs a journey, in blocks: small pieces near each other, such
 * as the tensors of a layer, come from one request. Pieces longer than a block are read as they are.
 *
 * @param size Length of the file in bytes.
 * @param options `readRange`: makes one request; `first`: the block at the start, or all of a shorter
 * file, if it is there already.
 * @returns The same as `readRange`, with fewer requests. The bytes are the caller's own.
 */
export function readInBlocks(
  size: number,
  { readRange, first }: { readRange: ReadRange; first?: Uint8Array<ArrayBuffer> },
): ReadRange {
  // The least recently used block is the first in the map. Promises, because reads may overlap.
  const blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  if (first?.byteLength === Math.min(size, BLOCK_BYTES)) blocks.set(0, Promise.resolve(first));

  function block(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const start = index * BLOCK_BYTES;
    const found = blocks.get(index) ?? readRange(start, Math.min(BLOCK_BYTES, size - start));
    blocks.delete(index);
    blocks.set(index, found);
    for (const oldest of blocks.keys()) {
      if (blocks.size <= MAX_BLOCKS) break;
      blocks.delete(oldest);
    }
    // What failed is asked for again the next time.
    found.catch(() => blocks.get(index) === found && blocks.delete(index));
    return found;
  }

  return async (offset, length) => {
    if (length > BLOCK_BYTES) return await readRange(offset, length);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const position = offset + done;
      const index = Math.floor(position / BLOCK_BYTES);
      const start = position - index * BLOCK_BYTES;
      const piece = (await block(index)).subarray(start, start + length - done);
      bytes.set(piece, done);
      done += piece.byteLength;
    }
    return bytes;
  };
}
