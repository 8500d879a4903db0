import { joinPath } from "@heed/checkpoint";
import type { TrainingBatch } from "./data/batch_source.ts";
import { writeJson } from "./_run_files.ts";
import type { StepResult } from "./training_step.ts";

/** A step that could not be taken. */
export interface FailedStep<Batch, Position> {
  readonly step: number;
  /** Its batches. */
  readonly group: readonly TrainingBatch<Batch, Position>[];
  readonly result: StepResult;
}

/** Keeps the batches that cannot be learned from in `output`, and says what is wrong with them. */
export async function keepFailedBatch<Batch, Position>(
  output: string,
  { step, group, result: { loss, gradientNorm, failedBatch = -1 } }: FailedStep<Batch, Position>,
): Promise<{ problem: string; error: RangeError }> {
  const problem = failedBatch >= 0 ? `the loss is ${loss}` : `the gradient norm is ${gradientNorm}`;
  const batches = (failedBatch >= 0 ? [group[failedBatch]] : group)
    .map(({ epoch, examples }) => ({ epoch, examples }));
  const path = joinPath(output, "failed_batch.json");
  await writeJson(path, { step, problem, batches });
  const error = new RangeError(
    `Cannot go on training at step ${step}: ${problem}; the batch is kept in ${path}, ` +
      "and the weights are those of the step before",
  );
  return { problem, error };
}
