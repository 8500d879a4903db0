/** What early stopping remembers between evaluations: a plain value, kept in checkpoints. */
export interface EarlyStoppingState {
  /** Best value so far; undefined before the first evaluation. */
  readonly best?: number;
  /** Step at which it was reached. */
  readonly bestStep?: number;
  /** Evaluations since then. */
  readonly evaluationsWithoutImprovement: number;
}

/** One evaluation, as early stopping sees it. */
export interface Observation {
  /** Step after which the model was evaluated. */
  readonly step: number;
  /** The metric; a value that is not finite never counts as an improvement. */
  readonly value: number;
  /** True when more is better (BLEU), false for a loss. */
  readonly higherIsBetter: boolean;
}

/** The state before the first evaluation. */
export const initialEarlyStopping: EarlyStoppingState = { evaluationsWithoutImprovement: 0 };

/**
 * Takes one evaluation into account.
 *
 * @param state The state before it.
 * @param observation Step and metric.
 * @returns The state after it; `improved` tells whether this is the best so far.
 *
 * @example
 * ```ts
 * import { initialEarlyStopping, observe } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const first = observe(initialEarlyStopping, { step: 100, value: 2.5, higherIsBetter: false });
 * const second = observe(first.state, { step: 200, value: 2.7, higherIsBetter: false });
 * assertEquals(second.improved, false);
 * assertEquals(second.state.evaluationsWithoutImprovement, 1);
 * ```
 */
export function observe(
  state: EarlyStoppingState,
  { step, value, higherIsBetter }: Observation,
): { state: EarlyStoppingState; improved: boolean } {
  const improved = Number.isFinite(value) &&
    (state.best === undefined || (higherIsBetter ? value > state.best : value < state.best));
  if (improved) {
    return { improved, state: { best: value, bestStep: step, evaluationsWithoutImprovement: 0 } };
  }
  const evaluationsWithoutImprovement = state.evaluationsWithoutImprovement + 1;
  return { improved, state: { ...state, evaluationsWithoutImprovement } };
}

/**
 * Tells whether to stop.
 *
 * @param state The state after the last evaluation.
 * @param patience Evaluations without improvement that are allowed; undefined never stops.
 * @returns True when there were `patience` of them.
 *
 * @example
 * ```ts
 * import { shouldStop } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shouldStop({ evaluationsWithoutImprovement: 3 }, 3), true);
 * assertEquals(shouldStop({ evaluationsWithoutImprovement: 3 }, undefined), false);
 * ```
 */
export function shouldStop(state: EarlyStoppingState, patience: number | undefined): boolean {
  return patience !== undefined && state.evaluationsWithoutImprovement >= patience;
}
