import { showValue } from "@heed/checkpoint";
import type { TrainingState } from "./_training_state.ts";

/**
 * Checks that a `training_state.json` is one that a run wrote.
 *
 * @throws {SyntaxError} Naming the field that is wrong.
 */
export function checkedState(value: unknown): TrainingState {
  const state = objectAt("it", value);
  if (state.format !== 1) {
    throw new SyntaxError(`training_state.json has format ${showValue(state.format)}`);
  }
  for (const name of ["step", "epoch", "tokens", "logBytes"]) count(name, state[name]);
  if (state.evaluatedStep !== undefined) count("evaluatedStep", state.evaluatedStep);
  if (typeof state.seconds !== "number") fail("seconds", state.seconds);
  objectAt("identity", state.identity);
  const { evaluationsWithoutImprovement } = objectAt("earlyStopping", state.earlyStopping);
  count("earlyStopping.evaluationsWithoutImprovement", evaluationsWithoutImprovement);
  return value as TrainingState;
}

function objectAt(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(name, value);
  return value as Record<string, unknown>;
}

function count(name: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) fail(name, value);
}

function fail(name: string, value: unknown): never {
  throw new SyntaxError(
    `training_state.json is damaged: ${name} is ${showValue(value)}`,
  );
}
