import { files, joinPath } from "@heed/checkpoint";
import type { CheckpointEntry } from "./checkpoints.ts";

/** Name of a checkpoint's folder; a longer one is no name that a run gives, or a disk takes. */
const NAME = /^step-(\d{8,16})b{0,99}$/;

/** The entries of a `latest.json`; undefined when it is not one that a run wrote. */
export function parseCheckpoints(text: string): CheckpointEntry[] | undefined {
  try {
    const { checkpoints } = JSON.parse(text);
    return Array.isArray(checkpoints) && checkpoints.every(isEntry) ? checkpoints : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(entry: Partial<CheckpointEntry> | null): boolean {
  return typeof entry === "object" && entry !== null &&
    typeof entry.name === "string" && NAME.test(entry.name) &&
    Number.isSafeInteger(entry.step) && entry.step! >= 0 &&
    (entry.value === undefined || entry.value === null || typeof entry.value === "number");
}

/**
 * The checkpoints that lie in a folder, for a list that is lost or damaged: a folder has its name only
 * when it is complete. What an evaluation gave is not known of them.
 */
export async function findCheckpoints(output: string): Promise<CheckpointEntry[]> {
  const directory = joinPath(output, "checkpoints");
  if (!await files.exists(directory)) return [];
  const found: CheckpointEntry[] = [];
  for (const name of await files.list(directory)) {
    const step = Number(NAME.exec(name)?.[1]);
    if (!Number.isSafeInteger(step)) continue;
    if (!await files.exists(joinPath(directory, `${name}/training_state.json`))) continue;
    found.push({ name, step });
  }
  return found.sort((a, b) => a.step - b.step || a.name.length - b.name.length);
}
