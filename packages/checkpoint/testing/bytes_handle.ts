import type { FileHandle } from "../files.ts";

/** A file that is only bytes, and what was asked of it. */
export interface BytesHandle extends FileHandle {
  /** The longest piece that was asked for, given or not. */
  readonly longest: number;
}

/** Opens bytes as a file. */
export function handleOf(bytes: Uint8Array): BytesHandle {
  let longest = 0;
  return {
    size: bytes.length,
    get longest() {
      return longest;
    },
    read: (offset, length) => {
      longest = Math.max(longest, length);
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) {
        return Promise.reject(new RangeError(`Asked for ${length} bytes at ${offset}`));
      }
      return Promise.resolve(new Uint8Array(bytes.subarray(offset, offset + length)));
    },
    close: () => Promise.resolve(),
  };
}
