import { files, joinPath } from "@heed/checkpoint";
import {
  bestCheckpoints,
  checkpointDirectory,
  type CheckpointEntry,
  lastCheckpoints,
  retentionOf,
} from "./checkpoints.ts";
import type { CompleteRunConfig } from "./run_config.ts";
import type { TrainableModel } from "./trainable_model.ts";
import { assignWeights, averageCheckpoints } from "./weights_file.ts";

/**
 * Writes `model/` in the output of a run: the average of checkpoints when the configuration asks for
 * it, else the best, else the last.
 *
 * @param model Has the last weights, and afterwards those of the final model.
 * @param config The run.
 * @param entries The checkpoints of the run, oldest first, the last weights among them.
 * @returns The directory, and the steps of the checkpoints that it was made of.
 */
export async function writeFinalModel(
  model: Pick<TrainableModel<never>, "variables" | "save">,
  config: CompleteRunConfig,
  entries: readonly CheckpointEntry[],
): Promise<{ directory: string; steps: number[] }> {
  const { output } = config;
  const chosen = chooseCheckpoints(config, entries);
  const last = entries.at(-1);
  if (chosen.length > 1 || chosen[0] !== last) {
    const directories = chosen.map((entry) => checkpointDirectory(output, entry));
    assignWeights(model.variables, await averageCheckpoints(directories));
  }
  const directory = joinPath(output, "model"), partial = joinPath(output, "model.partial");
  await files.remove(partial);
  await files.makeDirectory(partial);
  await model.save(partial);
  await files.remove(directory);
  await files.rename(partial, directory);
  return { directory, steps: chosen.map(({ step }) => step) };
}

function chooseCheckpoints(
  config: CompleteRunConfig,
  entries: readonly CheckpointEntry[],
): CheckpointEntry[] {
  const { average } = config.checkpoint;
  const retention = retentionOf(config);
  const best = bestCheckpoints(entries, retention);
  if (average?.of === "last") return lastCheckpoints(entries, retention).slice(-average.count);
  if (best.length === 0) return entries.slice(-1);
  return best.slice(0, average?.count ?? 1);
}
