import { type DirectoryLock, lockDirectory } from "../directory_lock.ts";

/** Longer than any download: who waits is told so, and may stop. */
const LONG_MS = 24 * 3600 * 1000;

/**
 * Takes a model's folder for writing; while another process has it, waits, where there is somebody to tell so.
 *
 * @returns Lets go of the folder.
 */
export async function takeTurn(
  folder: string,
  { onWait, signal }: { onWait?: (owner: string) => void; signal?: AbortSignal } = {},
): Promise<() => void> {
  const lock = await lockNow(folder, onWait) ??
    await lockDirectory(folder, { waitMs: LONG_MS, signal });
  // Not "using", which Node 20 cannot read.
  return () => lock[Symbol.dispose]();
}

/** The folder, if it is free; else tells who has it. */
async function lockNow(
  folder: string,
  onWait: ((owner: string) => void) | undefined,
): Promise<DirectoryLock | undefined> {
  try {
    return await lockDirectory(folder);
  } catch (error) {
    const owner = /another process(?: \(.*?\))?/.exec((error as Error).message)?.[0];
    if (owner === undefined || onWait === undefined) throw error;
    onWait(owner);
    return undefined;
  }
}
