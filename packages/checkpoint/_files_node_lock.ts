import { codeOf } from "./_files_node_errors.ts";
import type { NodeRuntime } from "./_files_node_runtime.ts";

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

/** A lock that says nothing for so long belongs to a process that was killed as it wrote. */
const HALF_WRITTEN_MS = 10_000;

/** Locks, by paths of the system. */
export interface DiskLocks {
  /** The machine's name; undefined where it may not be read. */
  host(): string | undefined;
  /** Lets go when called; undefined when another process has the lock. */
  lock(path: string, text: string): Promise<(() => void) | undefined>;
}

/** Locks that end with their process. */
export function diskLocks({ fs, fsSync, os, process }: NodeRuntime): DiskLocks {
  const { Deno: deno } = globalThis as { Deno?: DenoLocks };

  /** The machine's name; Deno asks for a permission, and a training must not stop to ask. */
  function hostName(): string | undefined {
    try {
      const allowed = deno?.permissions.querySync({ name: "sys", kind: "hostname" }).state;
      if (allowed !== undefined && allowed !== "granted") return undefined;
      return os.hostname();
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
      fsSync.rmSync(path, { force: true });
    } catch { /* It says nothing any more, once its process has ended. */ }
  }

  function isRunning(pid: unknown): boolean {
    try {
      process.kill(pid as number, 0);
      return true;
    } catch (error) {
      return codeOf(error) !== "ESRCH";
    }
  }

  return { host: hostName, lock: deno === undefined ? lockWithNode : lockWithDeno };
}

/** A function that does its work the first time. */
function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
