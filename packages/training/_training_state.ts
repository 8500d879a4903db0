import { showValue } from "@heed/checkpoint";
import type { EarlyStoppingState } from "./early_stopping.ts";
import type { CompleteRunConfig } from "./run_config.ts";

/** What a run remembers beside weights and moments: a plain JSON value, kept in each checkpoint. */
export interface TrainingState {
  /** Version of this layout. */
  readonly format: 1;
  /** Steps taken. */
  readonly step: number;
  /** Pass over the data, from 0. */
  readonly epoch: number;
  /** Position in the data after the last batch; absent before the first. */
  readonly position?: unknown;
  /** Target tokens seen. */
  readonly tokens: number;
  /** Seconds spent, over all parts of the run. */
  readonly seconds: number;
  /** Step of the last evaluation; absent before it. */
  readonly evaluatedStep?: number;
  /** What early stopping remembers. */
  readonly earlyStopping: EarlyStoppingState;
  /** Length of the log in bytes. */
  readonly logBytes: number;
  /** The parts of the configuration that may not change on a resume. */
  readonly identity: Readonly<Record<string, unknown>>;
}

/** What a run cannot change half-way: what the caller says, and what the trainer knows of itself. */
export function runIdentity(
  { identity, accumulate, evaluate, seed }: CompleteRunConfig,
): Record<string, unknown> {
  return {
    ...identity,
    "batch.accumulate": accumulate,
    "evaluate.metric": evaluate.metric.name,
    seed,
  };
}

/** A run was to go on with a configuration that does not fit it. */
export class ChangedRunError extends RangeError {
  /** Tells this error from others. */
  override readonly name = "ChangedRunError";
}

/** Throws when a run is to go on with a configuration that does not fit it. */
export function assertSameRun(
  config: CompleteRunConfig,
  { identity, step }: Pick<TrainingState, "identity" | "step">,
): void {
  const now = runIdentity(config);
  const keys = [...new Set([...Object.keys(identity), ...Object.keys(now)])];
  const changes = keys
    .filter((key) => JSON.stringify(identity[key]) !== JSON.stringify(now[key]))
    .map((key) => `${key} was ${show(identity[key])}, is ${show(now[key])}`);
  if (changes.length === 0) return;
  throw new ChangedRunError(
    `Cannot resume at step ${step} with a changed configuration: ${changes.join("; ")}`,
  );
}

function show(value: unknown): string {
  return value === undefined ? "not set" : showValue(value);
}
