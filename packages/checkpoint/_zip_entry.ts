import { showValue } from "./show_value.ts";
import type { FileHandle } from "./files.ts";
import { zipDataStart, type ZipEntry } from "./_zip_directory.ts";

/** A file inside an archive, open for reading pieces of it. */
export interface OpenEntry {
  /** Its length. */
  readonly size: number;
  /** Reads exactly `length` bytes from `offset`; both lie within it. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Compressed files up to this length are taken whatever they claim. */
const SMALL_BYTES = 1 << 24;

/** Weights compress to nine tenths; what would grow more than this is made to fill the memory. */
const MAX_RATIO = 100;

/**
 * Opens a file inside an archive: one that lies there as it is, or is deflated, which is unpacked again for each piece
 * and never further than its end.
 *
 * @param handle The archive.
 * @param entry Which file.
 * @param file The archive's name for the errors.
 * @returns The file.
 * @throws {SyntaxError} When it is packed in another way, or would grow too much.
 */
export async function openZipEntry(
  handle: FileHandle,
  entry: ZipEntry,
  file: string,
): Promise<OpenEntry> {
  const { name, method, storedBytes, bytes: size } = entry;
  const wrong = (what: string, options?: ErrorOptions) =>
    new SyntaxError(`Cannot read ${file}: ${showValue(name)} in it ${what}`, options);
  const start = await zipDataStart(handle, entry, file);
  if (method === 0) return { size, read: (offset, length) => handle.read(start + offset, length) };
  if (method !== 8) throw wrong(`is packed by method ${method}; 0 and 8 are read`);
  if (size > SMALL_BYTES && size > MAX_RATIO * storedBytes) {
    throw wrong(`claims ${size} bytes, packed into ${storedBytes}: more than ${MAX_RATIO} times`);
  }
  return {
    size,
    read: async (offset, length) => {
      const packed = await handle.read(start, storedBytes);
      const result = new Uint8Array(length);
      let at = 0;
      try {
        for await (const piece of inflate(packed)) {
          const from = Math.max(0, offset - at);
          const part = piece.subarray(from, Math.max(from, offset + length - at));
          result.set(part, Math.max(0, at - offset));
          at += piece.length;
          if (at >= offset + length) return result;
        }
      } catch (cause) {
        throw wrong("is damaged", { cause });
      }
      throw wrong(`ends at byte ${at} of ${size}`);
    },
  };
}

/** Unpacks as far as it is asked. */
async function* inflate(packed: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array> {
  const pieces = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = pieces.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
