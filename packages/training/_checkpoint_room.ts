import { files, joinPath } from "@heed/checkpoint";
import type { TrainableModel } from "./trainable_model.ts";

const CHUNK = new Uint8Array(1 << 20);

/**
 * Finds out before the first step, and not after hours of them, whether a checkpoint can be written: a file of
 * its length is, and removed again.
 *
 * @throws {Error} When the folder may not be written or has no room.
 */
export async function assertRoomForCheckpoint(
  output: string,
  { variables }: Pick<TrainableModel<never>, "variables">,
): Promise<void> {
  // Weights and two moments, four bytes each.
  const bytes = variables.values().reduce((sum, { size }) => sum + 12 * size, 0);
  const directory = joinPath(output, "checkpoints");
  const path = joinPath(directory, "room");
  try {
    await files.makeDirectory(directory);
    await files.writeAtomic(path, zeros(bytes));
    await files.remove(path);
  } catch (cause) {
    throw new Error(
      `Cannot train in ${output}: no checkpoint of ${Math.ceil(bytes / 1e6)} MB can be written ` +
        `there (${(cause as Error).message}); free some space, or choose another output`,
      { cause },
    );
  }
}

function* zeros(bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= CHUNK.length) {
    yield CHUNK.subarray(0, Math.min(left, CHUNK.length));
  }
}
