import type * as NodeCrypto from "node:crypto";
import type * as NodeFsSync from "node:fs";
import type * as NodeFs from "node:fs/promises";
import type * as NodePath from "node:path";
import type * as NodeUrl from "node:url";
import { decodeText, locate, pastEnd, showPath } from "./_location.ts";
import type { Chunks, FileHandle, Files, Path } from "./files.ts";

/** What of `process` is used here; Deno has the same global as Node. */
interface Process {
  readonly versions?: { readonly node?: string };
  readonly platform: string;
  readonly pid: number;
  kill(pid: number, signal: 0): unknown;
  readonly env: Record<string, string | undefined>;
  getBuiltinModule?(name: string): unknown;
}

/** What of Deno is used here: locks that end with their process, and whether the host may be named. */
interface DenoLocks {
  open(path: string, options: { read: true; write: true; create: true }): Promise<LockFile>;
  readonly permissions: {
    querySync(wanted: { name: "sys"; kind: "hostname" }): { readonly state: string };
  };
}

interface LockFile {
  tryLock(exclusive: boolean): Promise<boolean>;
  stat(): Promise<{ readonly ino: number | null }>;
  truncate(): Promise<void>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

const CHUNK_BYTES = 1 << 18;
/** Node refuses single reads and writes of 2 GiB. */
const MAX_IO_BYTES = 1 << 30;
/** A temporary file older than this belongs to a writer that was killed. */
const STALE_MS = 3_600_000;
/** A lock that says nothing for so long belongs to a process that was killed as it wrote. */
const HALF_WRITTEN_MS = 10_000;

/**
 * Files of Deno and Node; undefined elsewhere.
 *
 * The built-in modules come from `process.getBuiltinModule` (Deno 2, Node 20.16 and later) and not
 * from an import, so that a bundler for the browser finds nothing to resolve.
 *
 * @param remote Reads the URLs that are not `file:`.
 */
export function diskFiles(remote: Files): Files | undefined {
  const runtime = (globalThis as { process?: Process }).process;
  if (runtime?.versions?.node === undefined || runtime.getBuiltinModule === undefined) {
    return undefined;
  }
  const fs = runtime.getBuiltinModule("node:fs/promises") as typeof NodeFs;
  const { rmSync } = runtime.getBuiltinModule("node:fs") as typeof NodeFsSync;
  const { dirname, basename, join } = runtime.getBuiltinModule("node:path") as typeof NodePath;
  const { fileURLToPath } = runtime.getBuiltinModule("node:url") as typeof NodeUrl;
  const { createHash, randomUUID } = runtime.getBuiltinModule("node:crypto") as typeof NodeCrypto;

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

  async function* streamDisk(
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

  async function writeAtomic(path: string, chunks: Chunks): Promise<void> {
    const directory = dirname(path);
    const temporary = join(directory, `${basename(path)}.${randomUUID()}.partial`);
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

  async function writeAll(file: NodeFs.FileHandle, chunks: Chunks): Promise<void> {
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

  const deno = (globalThis as { Deno?: DenoLocks }).Deno;

  /** The machine's name; Deno asks for a permission, and a training must not stop to ask. */
  function hostName(): string | undefined {
    try {
      const allowed = deno?.permissions.querySync({ name: "sys", kind: "hostname" }).state;
      if (allowed !== undefined && allowed !== "granted") return undefined;
      return (runtime!.getBuiltinModule!("node:os") as { hostname(): string }).hostname();
    } catch {
      return undefined;
    }
  }

  async function lockWithDeno(
    path: string,
    text: string,
  ): Promise<(() => void) | undefined> {
    for (;;) {
      const file = await deno!.open(path, { read: true, write: true, create: true });
      try {
        if (!await file.tryLock(true)) {
          file.close();
          return undefined;
        }
        const named = await fs.stat(path).catch(() => undefined);
        // Between opening and locking, the one who had it may have removed the file.
        if (named === undefined || named.ino !== ((await file.stat()).ino ?? named.ino)) {
          file.close();
          continue;
        }
        await file.truncate();
        await file.write(new TextEncoder().encode(text));
      } catch (error) {
        file.close();
        throw error;
      }
      return once(() => {
        remove(path);
        file.close();
      });
    }
  }

  /** Node has no locks that end with their process: the file names it, and the system knows if it runs. */
  async function lockWithNode(
    path: string,
    text: string,
  ): Promise<(() => void) | undefined> {
    for (;;) {
      try {
        await fs.writeFile(path, text, { flag: "wx" });
        return once(() => remove(path));
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
      if (!await isStale(path)) return undefined;
      await fs.rm(path, { force: true });
    }
  }

  /** Whether the process that a lock names has ended; of another machine's process that cannot be told. */
  async function isStale(path: string): Promise<boolean> {
    let text: string;
    try {
      text = await fs.readFile(path, "utf8");
      const { host, pid } = JSON.parse(text);
      return host === hostName() && !isRunning(pid);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return true; // let go in between
    }
    // Just being written, or cut off by a kill: then it says nothing for ever.
    const status = await fs.stat(path).catch(() => undefined);
    return status === undefined || Date.now() - status.mtimeMs > HALF_WRITTEN_MS;
  }

  function remove(path: string): void {
    try {
      rmSync(path, { force: true });
    } catch { /* It says nothing any more, once its process has ended. */ }
  }

  function isRunning(pid: unknown): boolean {
    try {
      runtime!.kill(pid as number, 0);
      return true;
    } catch (error) {
      return codeOf(error) !== "ESRCH";
    }
  }

  return {
    get process() {
      return { pid: runtime.pid, host: hostName() };
    },
    lock: (path, text) =>
      reach(
        "lock",
        path,
        (disk) => deno === undefined ? lockWithNode(disk, text) : lockWithDeno(disk, text),
        () => Promise.resolve(() => {}),
      ),
    writable: true,
    platform: runtime.platform,
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
    open: (path) => reach("open", path, open, () => remote.open(path)),
    stream: async function* (path, options = {}) {
      const place = locate(path, fileURLToPath);
      if (place.disk === undefined) return yield* remote.stream(path, options);
      const { offset = 0, signal } = options;
      try {
        yield* streamDisk(place.disk, offset, signal);
      } catch (cause) {
        signal?.throwIfAborted();
        throw explain("read", path, cause);
      }
    },
    writeAtomic: (path, chunks) =>
      reach(
        "write",
        path,
        (disk) => writeAtomic(disk, chunks),
        () => remote.writeAtomic(path, chunks),
      ),
    append: (path, chunks) =>
      reach(
        "append to",
        path,
        (disk) => append(disk, chunks),
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
      const hash = createHash("sha256");
      return {
        update: (bytes) => void hash.update(bytes),
        digest: () => Promise.resolve(hash.digest("hex")),
      };
    },
    environment: (name) => {
      try {
        return runtime.env[name] || undefined;
      } catch {
        return undefined; // Deno refuses a variable that no permission names.
      }
    },
  };
}

/** A function that does its work the first time. */
function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | null)?.code;
}

const REASONS: Record<string, string> = {
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  EACCES: "the system denies it",
  EPERM: "the system denies it",
  EEXIST: "it exists already",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  EMFILE: "too many files are open",
};

/**
 * Says what was tried with which file; an error that is about the content passes through unchanged.
 */
function explain(action: string, path: Path, cause: unknown): unknown {
  const code = codeOf(cause);
  const reason = code === undefined ? undefined : REASONS[code] ?? (cause as Error).message;
  if (reason !== undefined) {
    return new Error(`Cannot ${action} ${showPath(path)}: ${reason}`, { cause });
  }
  if (cause instanceof Error && cause.name === "NotCapable") {
    return new Error(`Cannot ${action} ${showPath(path)}: ${cause.message}`, { cause });
  }
  return cause;
}
