import type { FileHandle as NodeFile } from "node:fs/promises";
import { MAX_IO_BYTES } from "./_files_node_read.ts";
import type { NodeRuntime } from "./_files_node_runtime.ts";
import type { Chunks } from "./files.ts";

/** A temporary file older than this belongs to a writer that was killed. */
const STALE_MS = 3_600_000;

/** Writing, by paths of the system. */
export interface DiskWriter {
  /** A file that is whole, or not there. */
  writeAtomic(path: string, chunks: Chunks): Promise<void>;
  append(path: string, chunks: Chunks): Promise<void>;
}

/** Writes files so that they last. */
export function diskWriter(
  { fs, path: { basename, dirname, join }, crypto }: NodeRuntime,
): DiskWriter {
  async function writeAtomic(path: string, chunks: Chunks): Promise<void> {
    const directory = dirname(path);
    const temporary = join(directory, `${basename(path)}.${crypto.randomUUID()}.partial`);
    // "wx" makes the file and fails on an existing name, so that a planted link is never followed.
    const file = await fs.open(temporary, "wx");
    try {
      try {
        await writeAll(file, chunks);
      } finally {
        await file.close();
      }
      await fs.rename(temporary, path);
    } catch (error) {
      await fs.rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
    await syncDirectory(directory);
    await removeStale(directory, basename(path));
  }

  async function append(path: string, chunks: Chunks): Promise<void> {
    const file = await fs.open(path, "a");
    try {
      await writeAll(file, chunks);
    } finally {
      await file.close();
    }
  }

  async function writeAll(file: NodeFile, chunks: Chunks): Promise<void> {
    for await (const chunk of chunks instanceof Uint8Array ? [chunks] : chunks) {
      for (let done = 0; done < chunk.byteLength;) {
        const count = Math.min(chunk.byteLength - done, MAX_IO_BYTES);
        done += (await file.write(chunk, done, count)).bytesWritten;
      }
    }
    await file.sync();
  }

  /** Makes the new name itself reach the disk, where the system can do that (not on Windows). */
  async function syncDirectory(directory: string): Promise<void> {
    try {
      const folder = await fs.open(directory, "r");
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    } catch { /* The file is complete; only its name may be lost with the power. */ }
  }

  /** Removes what killed writers of the same file left behind. */
  async function removeStale(directory: string, name: string): Promise<void> {
    try {
      for (const entry of await fs.readdir(directory)) {
        if (!entry.startsWith(`${name}.`) || !entry.endsWith(".partial")) continue;
        const stale = join(directory, entry);
        if (Date.now() - (await fs.stat(stale)).mtimeMs > STALE_MS) await fs.rm(stale);
      }
    } catch { /* Another process removed it first, or the folder may not be listed. */ }
  }

  return { writeAtomic, append };
}
