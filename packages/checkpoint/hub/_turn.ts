import { lockDirectory } from "../directory_lock.ts";
import { pause } from "./_request.ts";

/** How often one who waits looks again, in milliseconds. */
const PAUSE_MS = 100;

/**
 * Takes a model's folder for writing; while another process has it, waits, where there is somebody to tell so.
 *
 * @returns Lets go of the folder.
 */
export async function takeTurn(
  folder: string,
  { onWait, signal }: { onWait?: (owner: string) => void; signal?: AbortSignal } = {},
): Promise<() => Promise<void>> {
  for (let isFirst = true;; isFirst = false) {
    try {
      const lock = await lockDirectory(folder) as AsyncDisposable | Disposable;
      // Not "await using", which Node 20 cannot read.
      return async () => {
        if (Symbol.asyncDispose in lock) await lock[Symbol.asyncDispose]();
        else lock[Symbol.dispose]();
      };
    } catch (error) {
      const owner = /another process(?: \(.*?\))?/.exec((error as Error).message)?.[0];
      if (owner === undefined || onWait === undefined) throw error;
      if (isFirst) onWait(owner);
    }
    await pause(PAUSE_MS, signal);
  }
}
