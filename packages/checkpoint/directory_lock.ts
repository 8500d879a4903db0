import { showPath } from "./_location.ts";
import { files, type Path } from "./files.ts";
import { joinPath } from "./join_path.ts";

/** A folder that is this process's to write in, until it is disposed of. */
export interface DirectoryLock extends Disposable {
  /** The file that says who writes; undefined where no files are written. */
  readonly path?: string;
}

/** Options of {@linkcode lockDirectory}. */
export interface LockOptions {
  /** Milliseconds to wait for whoever writes in the folder; 0, not at all, by default. */
  readonly waitMs?: number;
  /** Stops the waiting. */
  readonly signal?: AbortSignal;
}

/** Name of the file, in the folder. */
const LOCK = ".heed-lock.json";

/** Milliseconds between two looks. */
const PAUSE_MS = 50;

/**
 * Takes a folder for writing, so that two processes do not write in it at once.
 *
 * A file in the folder holds process id, host and start. The lock of a process that was killed is
 * stale and is taken over.
 *
 * @param directory The folder; it must exist.
 * @param options How long to wait for it.
 * @returns The lock; dispose of it to let others write.
 * @throws {Error} When another process, or another part of this one, writes in the folder.
 * @example
 * ```ts
 * import { lockDirectory } from "@heed/checkpoint";
 * import { assertRejects } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * {
 *   using _ = await lockDirectory(directory);
 *   await assertRejects(() => lockDirectory(directory), Error, "another process");
 * }
 * {
 *   using _ = await lockDirectory(directory);
 * }
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function lockDirectory(
  directory: Path,
  { waitMs = 0, signal }: LockOptions = {},
): Promise<DirectoryLock> {
  if (files.lock === undefined) return { [Symbol.dispose]: () => {} };
  const path = String(joinPath(directory, LOCK));
  const { pid, host } = files.process!;
  const until = performance.now() + waitMs;
  for (;;) {
    signal?.throwIfAborted();
    const owner = { pid, host, since: new Date().toISOString() };
    const release = await files.lock(path, JSON.stringify(owner) + "\n");
    if (release !== undefined) return { path, [Symbol.dispose]: release };
    if (performance.now() >= until) break;
    await pause(signal);
  }
  throw new Error(
    `Cannot write in ${showPath(directory)}: another process${await ownerOf(
      path,
    )} writes in it; ` +
      "wait for it, or name another folder",
  );
}

/** A moment, or less when the signal is aborted. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  await new Promise<void>((resolve) => {
    stop = resolve;
    timer = setTimeout(resolve, PAUSE_MS);
    signal?.addEventListener("abort", stop, { once: true });
  });
  clearTimeout(timer);
  signal?.removeEventListener("abort", stop);
}

/** What the file says; nothing when it is just being written, or a system forbids to read it. */
async function ownerOf(path: string): Promise<string> {
  try {
    const { pid, host, since } = JSON.parse(await files.readText(path));
    return ` (${pid} on ${host ?? "this machine"} since ${since})`;
  } catch {
    return "";
  }
}
