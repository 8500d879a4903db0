import { showPath } from "./_location.ts";
import { files, type Path } from "./files.ts";
import { joinPath } from "./join_path.ts";

/** A folder that is this process's to write in, until it is disposed of. */
export interface DirectoryLock extends AsyncDisposable {
  /** The file that says who writes; undefined where no files are written. */
  readonly path?: string;
}

/** Name of the file, in the folder. */
const LOCK = ".heed-lock.json";

/**
 * Takes a folder for writing, so that two processes do not write in it at once.
 *
 * A file in the folder holds process id, host and start. The lock of a process that was killed is
 * stale and is taken over.
 *
 * @param directory The folder; it must exist.
 * @returns The lock; dispose of it to let others write.
 * @throws {Error} When another process, or another part of this one, writes in the folder.
 * @example
 * ```ts
 * import { lockDirectory } from "@heed/checkpoint";
 * import { assertRejects } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * {
 *   await using _ = await lockDirectory(directory);
 *   await assertRejects(() => lockDirectory(directory), Error, "another process");
 * }
 * await using _ = await lockDirectory(directory);
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function lockDirectory(directory: Path): Promise<DirectoryLock> {
  if (files.lock === undefined) return { [Symbol.asyncDispose]: async () => {} };
  const path = String(joinPath(directory, LOCK));
  const { pid, host } = files.process!;
  const owner = { pid, host, since: new Date().toISOString() };
  const release = await files.lock(path, JSON.stringify(owner) + "\n");
  if (release === undefined) {
    throw new Error(
      `Cannot write in ${showPath(directory)}: another process${await ownerOf(
        path,
      )} writes in it; ` +
        "wait for it, or name another folder",
    );
  }
  return { path, [Symbol.asyncDispose]: release };
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
