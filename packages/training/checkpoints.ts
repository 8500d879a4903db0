import { files, joinPath } from "@heed/checkpoint";
import { findCheckpoints, parseCheckpoints } from "./_checkpoint_list.ts";
import type { CompleteRunConfig } from "./run_config.ts";

/** A checkpoint of a run. */
export interface CheckpointEntry {
  /** Name of its directory. */
  readonly name: string;
  /** Steps taken. */
  readonly step: number;
  /** The metric at this step, when it was evaluated. */
  readonly value?: number;
}

/** Which checkpoints a run keeps. */
export interface Retention {
  /** Steps between scheduled checkpoints; others are kept only as the best or the newest. */
  readonly every: number;
  /** How many scheduled ones are kept. */
  readonly last: number;
  /** How many of the best ones are kept. */
  readonly best: number;
  /** True when more of the metric is better. */
  readonly higherIsBetter: boolean;
}

/** What a configuration says about keeping checkpoints. */
export function retentionOf({ checkpoint, evaluate }: CompleteRunConfig): Retention {
  const { every, keep, average } = checkpoint;
  return {
    every,
    last: Math.max(keep, average?.of === "last" ? average.count : 0),
    best: average?.of === "best" ? average.count : 1,
    higherIsBetter: evaluate.metric.higherIsBetter,
  };
}

/**
 * Directory of a checkpoint.
 *
 * @example
 * ```ts
 * import { checkpointDirectory } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const entry = { name: "step-00000500", step: 500 };
 * assertEquals(checkpointDirectory("runs/a", entry), "runs/a/checkpoints/step-00000500");
 * ```
 */
export function checkpointDirectory(output: string, { name }: CheckpointEntry): string {
  return joinPath(output, `checkpoints/${name}`);
}

/**
 * Lists the complete checkpoints of a run, oldest first; from their folders, where `latest.json` is lost
 * or damaged.
 *
 * @param output Output directory of the run.
 * @returns The checkpoints; none when there is no run.
 *
 * @example
 * ```ts
 * import { listCheckpoints } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await listCheckpoints("runs/that-is-not-there"), []);
 * ```
 */
export async function listCheckpoints(output: string): Promise<CheckpointEntry[]> {
  const path = joinPath(output, "latest.json");
  const listed = await files.exists(path) ? parseCheckpoints(await readLeniently(path)) : undefined;
  return listed ?? await findCheckpoints(output);
}

/**
 * Checks that a folder holds no run, before anything is written into it.
 *
 * @param output Output directory of the run that is to begin.
 * @throws {RangeError} When it has a complete checkpoint.
 *
 * @example
 * ```ts
 * import { assertNoRun } from "@heed/training";
 *
 * await assertNoRun("runs/that-is-not-there");
 * ```
 */
export async function assertNoRun(output: string): Promise<void> {
  const newest = (await listCheckpoints(output)).at(-1);
  if (newest === undefined) return;
  throw new RangeError(
    `Cannot start training in ${output}: it holds a run at step ${newest.step}; ` +
      "resume it, or choose another output",
  );
}

/** The text; empty when it is none. */
async function readLeniently(path: string): Promise<string> {
  try {
    return await files.readText(path);
  } catch (error) {
    if (error instanceof SyntaxError) return ""; // not UTF-8
    throw error;
  }
}

/**
 * Adds a checkpoint to a run. At every instant `latest.json` names complete checkpoints only: the new
 * one is written aside, renamed, then named, and only after that are old ones removed.
 *
 * @param output Output directory of the run.
 * @param entry Step and metric.
 * @param options `write` fills a directory; `retention` says which checkpoints stay.
 * @returns The checkpoints that the run has now, oldest first.
 */
export async function addCheckpoint(
  output: string,
  { step, value }: Omit<CheckpointEntry, "name">,
  { write, retention }: { write: (directory: string) => Promise<void>; retention: Retention },
): Promise<CheckpointEntry[]> {
  const earlier = (await listCheckpoints(output)).filter((entry) => entry.step <= step);
  const directory = joinPath(output, "checkpoints");
  await files.makeDirectory(directory);
  await removeOthers(directory, earlier);
  // A checkpoint that is named already stays in place until its successor is named.
  let name = `step-${String(step).padStart(8, "0")}`;
  while (earlier.some((entry) => entry.name === name)) name += "b";
  const partial = joinPath(directory, `${name}.partial`);
  await files.makeDirectory(partial);
  await write(partial);
  await files.rename(partial, joinPath(directory, name));
  const others = earlier.filter((entry) => entry.step < step);
  const kept = retain([...others, { name, step, value }], retention);
  await files.writeAtomic(
    joinPath(output, "latest.json"),
    new TextEncoder().encode(JSON.stringify({ checkpoints: kept }, null, 2) + "\n"),
  );
  await removeOthers(directory, kept);
  return kept;
}

/**
 * The best of some checkpoints, best first; those that were not evaluated are left out, and of equal
 * ones the earlier is the better.
 */
export function bestCheckpoints(
  entries: readonly CheckpointEntry[],
  { higherIsBetter }: Pick<Retention, "higherIsBetter">,
): CheckpointEntry[] {
  const sign = higherIsBetter ? -1 : 1;
  return entries
    .filter(({ value }) => value !== undefined && Number.isFinite(value))
    .toSorted((a, b) => sign * (a.value! - b.value!) || a.step - b.step);
}

/** The scheduled checkpoints and the newest, oldest first. */
export function lastCheckpoints(
  entries: readonly CheckpointEntry[],
  { every }: Pick<Retention, "every">,
): CheckpointEntry[] {
  return entries.filter(({ step }, i) => step % every === 0 || i === entries.length - 1);
}

function retain(entries: CheckpointEntry[], retention: Retention): CheckpointEntry[] {
  const kept = new Set([
    ...lastCheckpoints(entries, retention).slice(-retention.last),
    ...bestCheckpoints(entries, retention).slice(0, retention.best),
  ]);
  return entries.filter((entry) => kept.has(entry));
}

/** Removes old checkpoints, and the remains of those that were not completed. */
async function removeOthers(directory: string, kept: readonly CheckpointEntry[]): Promise<void> {
  const names = new Set(kept.map(({ name }) => name));
  for (const name of await files.list(directory)) {
    if (/^step-\d{8}/.test(name) && !names.has(name)) {
      await files.remove(joinPath(directory, name));
    }
  }
}
