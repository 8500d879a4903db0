import type { ScheduleConfig } from "./run_config.ts";

/** What the learning rate is computed from. */
export interface ScheduleOptions extends ScheduleConfig {
  /** Highest learning rate, at the end of the warm-up. */
  readonly learningRate: number;
}

/**
 * The learning rate of a step: linear growth over the warm-up, then
 * - `inverse-sqrt`: `peak * sqrt(warmupSteps / step)`, the schedule of Vaswani et al. 2017
 *   (section 5.3) with the peak given in place of `hidden ** -0.5`;
 * - `linear`: down to zero at `totalSteps`;
 * - `constant`: the peak.
 *
 * @param step Number of the step, from 1.
 * @param options Shape, warm-up and peak.
 * @returns The learning rate.
 * @throws {RangeError} When `step` is not a natural number, or `linear` has no `totalSteps`.
 *
 * @example
 * ```ts
 * import { learningRateAt } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const options = { name: "inverse-sqrt", warmupSteps: 100, learningRate: 1 } as const;
 * assertEquals(learningRateAt(50, options), 0.5);
 * assertEquals(learningRateAt(400, options), 0.5);
 * ```
 */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { name, warmupSteps, totalSteps, learningRate } = options;
  if (!Number.isSafeInteger(step) || step < 1) {
    throw new RangeError(`Cannot compute the learning rate of step ${step}: steps count from 1`);
  }
  if (step < warmupSteps) return learningRate * step / warmupSteps;
  switch (name) {
    case "inverse-sqrt":
      // Without warm-up the curve would start above the peak; it starts at it.
      return learningRate * Math.sqrt(Math.max(1, warmupSteps) / step);
    case "linear":
      if (totalSteps === undefined) {
        throw new RangeError("Cannot compute a linear schedule: totalSteps is missing");
      }
      if (step >= totalSteps) return 0;
      return learningRate * (totalSteps - step) / (totalSteps - warmupSteps);
    case "constant":
      return learningRate;
  }
}
