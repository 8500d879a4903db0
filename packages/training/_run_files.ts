import { files, joinPath } from "@heed/checkpoint";
import { checkedState } from "./_checked_state.ts";
import { checkpointDirectory, type CheckpointEntry, listCheckpoints } from "./checkpoints.ts";
import type { CompleteRunConfig } from "./run_config.ts";
import type { Steps } from "./steps.ts";
import type { TrainableModel } from "./trainable_model.ts";
import { assertSameRun, ChangedRunError, type TrainingState } from "./_training_state.ts";
import { restoreVariables } from "./weights_file.ts";

/** What a checkpoint is written from and read into, beside the state. */
export interface RunParts {
  /** Has the weights. */
  readonly model: Pick<TrainableModel<never>, "variables" | "save">;
  /** Has the moments. */
  readonly steps: Pick<Steps<never>, "save" | "load">;
}

/** Fills the directory of a checkpoint with all that it takes to go on exactly. */
export async function writeRun(
  directory: string,
  state: TrainingState,
  { model, steps }: RunParts,
): Promise<void> {
  await model.save(directory);
  await steps.save(joinPath(directory, "optimizer.safetensors"));
  await writeJson(joinPath(directory, "training_state.json"), state);
}

/** Weights, moments and state from the directory of a checkpoint. */
async function readRun(
  directory: string,
  config: CompleteRunConfig,
  { model, steps }: RunParts,
): Promise<TrainingState> {
  const state = await readState(directory);
  assertSameRun(config, state);
  await restoreVariables(model.variables, joinPath(directory, "model.safetensors"));
  await steps.load(joinPath(directory, "optimizer.safetensors"));
  return state;
}

async function readState(directory: string): Promise<TrainingState> {
  return checkedState(
    JSON.parse(await files.readText(joinPath(directory, "training_state.json"))),
  );
}

/**
 * Restores a run from its newest checkpoint that can be read.
 *
 * @param config The configuration; it must fit that of the run.
 * @param parts Get the weights and moments.
 * @param options `onWarning` is told of damaged checkpoints.
 * @returns The state, and the checkpoints up to it; undefined when there is no checkpoint.
 * @throws {RangeError} When the configuration does not fit, or no checkpoint can be read.
 */
export async function restoreRun(
  config: CompleteRunConfig,
  parts: RunParts,
  { onWarning }: { onWarning?: (text: string) => void },
): Promise<{ state: TrainingState; entries: CheckpointEntry[] } | undefined> {
  const { output } = config;
  const entries = await listCheckpoints(output);
  if (entries.length === 0) return undefined;
  const problems: string[] = [];
  for (; entries.length > 0; entries.pop()) {
    const directory = checkpointDirectory(output, entries.at(-1)!);
    try {
      return { state: await readRun(directory, config, parts), entries };
    } catch (error) {
      if (error instanceof ChangedRunError) throw error;
      problems.push(`${directory}: ${(error as Error).message}`);
      onWarning?.(`Left out a damaged checkpoint, ${problems.at(-1)}`);
    }
  }
  throw new RangeError(
    `Cannot resume in ${output}: no checkpoint can be read\n  ${problems.join("\n  ")}`,
  );
}

/** Writes a JSON file in one step. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await files.writeAtomic(path, new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n"));
}
