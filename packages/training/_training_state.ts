import type { TrainingConfig } from "./config.ts";
import type { EarlyStoppingState } from "./early_stopping.ts";

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

/**
 * The parts of a configuration that a run cannot change half-way, as flat keys: the architecture, all
 * that decides which batch comes when, and what the best checkpoint is. Paths are not among them, a
 * run may be moved.
 */
export function runIdentity(config: TrainingConfig): Record<string, unknown> {
  const { model, architecture, batch, seed } = config;
  const { sourceColumn, targetColumn, maxSourceTokens, maxTargetTokens, maxLines } = config.data;
  const data = { sourceColumn, targetColumn, maxSourceTokens, maxTargetTokens, maxLines };
  const evaluate = { metric: config.evaluate.metric };
  return flatten({ model, architecture, data, batch, evaluate, seed });
}

/** A run was to go on with a configuration that does not fit it. */
export class ChangedRunError extends RangeError {
  /** Tells this error from others. */
  override readonly name = "ChangedRunError";
}

/** Throws when a run is to go on with a configuration that does not fit it. */
export function assertSameRun(
  config: TrainingConfig,
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
  return value === undefined ? "not set" : JSON.stringify(value);
}

function flatten(value: unknown, path = ""): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value === undefined ? {} : { [path]: value };
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      Object.entries(flatten(inner, path === "" ? key : `${path}.${key}`))
    ),
  );
}
