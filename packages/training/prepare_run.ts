import { type DirectoryLock, files, lockDirectory } from "@heed/checkpoint";
import { assertNoRun } from "./checkpoints.ts";

/** How the preparation of a run begins. */
export interface PrepareRunOptions {
  /** Whether a run goes on, with its own tokenizer; default false. */
  readonly resume?: boolean;
  /** Stops the preparation. */
  readonly signal?: AbortSignal;
  /** Called with what a person should know. */
  readonly onWarning?: (text: string) => void;
}

/**
 * Keeps other processes out of a run's folder while it is prepared, and after that until the run is disposed of: else a
 * tokenizer could be written over that of a run, or of one that begins at the same time.
 *
 * @param output Folder of the run; it is made.
 * @param prepare Prepares the run, which owns the lock from then on: its disposal lets it go.
 * @param options `resume`: whether the folder may hold a run.
 * @returns What `prepare` gives. When it throws, the lock is let go.
 * @throws {RangeError} When the folder holds a run that is not to go on.
 * @throws {Error} When another process trains there.
 *
 * @example
 * ```ts
 * import { lockRun } from "@heed/training";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const output = await Deno.makeTempDir();
 * const lock = await lockRun(output, (lock) => Promise.resolve(lock));
 * await assertRejects(() => lockRun(output, () => Promise.resolve(0)), Error, "another process");
 * lock[Symbol.dispose]();
 * assertEquals(await lockRun(output, (lock) => Promise.resolve(lock[Symbol.dispose]())), undefined);
 * await Deno.remove(output, { recursive: true });
 * ```
 */
export async function lockRun<Run>(
  output: string,
  prepare: (lock: DirectoryLock) => Promise<Run>,
  { resume = false }: Pick<PrepareRunOptions, "resume"> = {},
): Promise<Run> {
  await files.makeDirectory(output);
  const lock = await lockDirectory(output);
  try {
    if (!resume) await assertNoRun(output);
    return await prepare(lock);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}
