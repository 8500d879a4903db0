import { codeOf, explain } from "./_files_node_errors.ts";
import { diskLocks } from "./_files_node_lock.ts";
import { diskReader } from "./_files_node_read.ts";
import { nodeRuntime } from "./_files_node_runtime.ts";
import { diskWriter } from "./_files_node_write.ts";
import { decodeText, locate } from "./_location.ts";
import type { Files, Path } from "./files.ts";

/**
 * Files of Deno and Node; undefined elsewhere.
 *
 * @param remote Reads the URLs that are not `file:`.
 */
export function diskFiles(remote: Files): Files | undefined {
  const runtime = nodeRuntime();
  if (runtime === undefined) return undefined;
  const { fs, process, url: { fileURLToPath }, crypto } = runtime;
  const reader = diskReader(runtime), writer = diskWriter(runtime), locks = diskLocks(runtime);

  /** Runs `onDisk` for a path and `onUrl` for a URL, and says in every error what was tried. */
  async function reach<T>(
    action: string,
    path: Path,
    onDisk: (path: string) => Promise<T>,
    onUrl: () => Promise<T>,
  ): Promise<T> {
    const place = locate(path, fileURLToPath);
    if (place.disk === undefined) return await onUrl();
    try {
      return await onDisk(place.disk);
    } catch (cause) {
      throw explain(action, path, cause);
    }
  }

  return {
    get process() {
      return { pid: process.pid, host: locks.host() };
    },
    lock: (path, text) =>
      reach(
        "lock",
        path,
        (disk) => locks.lock(disk, text),
        () => Promise.resolve(() => {}),
      ),
    writable: true,
    platform: process.platform,
    readBytes: (path) =>
      reach("read", path, async (disk) => {
        const bytes = await fs.readFile(disk);
        // A small file lies in Node's shared pool; the caller gets bytes at offset 0 of a buffer of
        // their own.
        return bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
          ? new Uint8Array(bytes.buffer)
          : new Uint8Array(bytes);
      }, () => remote.readBytes(path)),
    readText: async (path) =>
      decodeText(
        await reach<Uint8Array>(
          "read",
          path,
          (disk) => fs.readFile(disk),
          () => remote.readBytes(path),
        ),
        path,
      ),
    open: (path) => reach("open", path, reader.open, () => remote.open(path)),
    stream: async function* (path, options = {}) {
      const place = locate(path, fileURLToPath);
      if (place.disk === undefined) return yield* remote.stream(path, options);
      const { offset = 0, signal } = options;
      try {
        yield* reader.stream(place.disk, offset, signal);
      } catch (cause) {
        signal?.throwIfAborted();
        throw explain("read", path, cause);
      }
    },
    writeAtomic: (path, chunks) =>
      reach(
        "write",
        path,
        (disk) => writer.writeAtomic(disk, chunks),
        () => remote.writeAtomic(path, chunks),
      ),
    append: (path, chunks) =>
      reach(
        "append to",
        path,
        (disk) => writer.append(disk, chunks),
        () => remote.append(path, chunks),
      ),
    appendText: (path, text) =>
      reach(
        "append to",
        path,
        (disk) => fs.appendFile(disk, text),
        () => remote.appendText(path, text),
      ),
    exists: (path) =>
      reach("look for", path, async (disk) => {
        try {
          await fs.stat(disk);
          return true;
        } catch (error) {
          if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false;
          throw error;
        }
      }, () => remote.exists(path)),
    list: (directory) =>
      reach(
        "list",
        directory,
        async (disk) => (await fs.readdir(disk)).sort(),
        () => remote.list(directory),
      ),
    makeDirectory: (directory) =>
      reach("make the folder", directory, async (disk) => {
        await fs.mkdir(disk, { recursive: true });
      }, () => remote.makeDirectory(directory)),
    remove: (path) =>
      reach(
        "remove",
        path,
        (disk) => fs.rm(disk, { recursive: true, force: true }),
        () => remote.remove(path),
      ),
    rename: (from, to) =>
      reach("rename", from, (disk) => {
        const target = locate(to, fileURLToPath);
        if (target.disk === undefined) return remote.rename(from, to);
        return fs.rename(disk, target.disk);
      }, () => remote.rename(from, to)),
    size: (path) =>
      reach("measure", path, async (disk) => (await fs.stat(disk)).size, () => remote.size(path)),
    sha256: () => {
      const hash = crypto.createHash("sha256");
      return {
        update: (bytes) => void hash.update(bytes),
        digest: () => Promise.resolve(hash.digest("hex")),
      };
    },
    environment: (name) => {
      try {
        return process.env[name] || undefined;
      } catch {
        return undefined; // Deno refuses a variable that no permission names.
      }
    },
  };
}
