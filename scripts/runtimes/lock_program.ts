/**
 * Takes a folder for writing, in every runtime that has files.
 *
 * @module
 */
import { lockDirectory } from "@heed/checkpoint";

/** What the program is asked to do. */
export interface LockTask {
  /** The folder. */
  readonly directory: string;
  /** Whether it keeps the lock until it is killed, and says so. */
  readonly isKept: boolean;
}

/**
 * Takes the lock and lets it go.
 *
 * @param task The folder, and for how long.
 * @returns Who had it, by the error's message; "free" when nobody had.
 */
export async function lock({ directory, isKept }: LockTask): Promise<string> {
  try {
    const lock = await lockDirectory(directory);
    if (isKept) {
      console.log("locked");
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    }
    lock[Symbol.dispose]();
    return "free";
  } catch (error) {
    return (error as Error).message;
  }
}
