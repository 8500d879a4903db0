import { pastEnd } from "./_location.ts";
import type { NodeRuntime } from "./_files_node_runtime.ts";
import type { FileHandle } from "./files.ts";

const CHUNK_BYTES = 1 << 18;
/** Node refuses single reads and writes of 2 GiB. */
export const MAX_IO_BYTES: number = 1 << 30;

/** Reading in pieces, by paths of the system. */
export interface DiskReader {
  open(path: string): Promise<FileHandle>;
  stream(
    path: string,
    offset: number,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/** Reads files in pieces. */
export function diskReader({ fs }: NodeRuntime): DiskReader {
  async function open(path: string): Promise<FileHandle> {
    const file = await fs.open(path, "r");
    let size: number;
    try {
      const status = await file.stat();
      if (status.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
      size = status.size;
    } catch (error) {
      await file.close();
      throw error;
    }
    let closed = false;
    return {
      size,
      async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
        if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
          throw pastEnd(path, offset, length, size);
        }
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length;) {
          const { bytesRead } = await file.read(
            bytes,
            done,
            Math.min(length - done, MAX_IO_BYTES),
            offset + done,
          );
          if (bytesRead === 0) throw pastEnd(path, offset, length, offset + done);
          done += bytesRead;
        }
        return bytes;
      },
      async close(): Promise<void> {
        if (closed) return;
        closed = true;
        await file.close();
      },
    };
  }

  async function* stream(
    path: string,
    offset: number,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const file = await fs.open(path, "r");
    try {
      for (let position = offset;;) {
        signal?.throwIfAborted();
        const bytes = new Uint8Array(CHUNK_BYTES);
        const { bytesRead } = await file.read(bytes, 0, CHUNK_BYTES, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        yield bytes.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  return { open, stream };
}
