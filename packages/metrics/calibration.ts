/** What {@linkcode reliabilityCurve} may be told. */
export interface ReliabilityOptions {
  /** Number of intervals of equal width that 0 to 1 is divided into. Default 10. */
  bins?: number;
}

/** The predictions in one interval of probabilities. */
export interface ReliabilityBin {
  /** Lower end of the interval, which belongs to it only if it is 0. */
  readonly from: number;
  /** Upper end of the interval, which belongs to it. */
  readonly to: number;
  /** Number of predictions in it, at least 1. */
  readonly count: number;
  /** Mean of the predicted probabilities. */
  readonly probability: number;
  /** Mean of the outcomes, which equals `probability` where predictions are calibrated. */
  readonly outcome: number;
}

/**
 * Compares predicted probabilities with what happened, interval by interval (a reliability diagram,
 * DeGroot & Fienberg 1983).
 *
 * @param probabilities Predictions from 0 to 1 `[predictions]`.
 * @param outcomes What happened: true or 1, false or 0, or the share that came true, from 0 to 1
 * `[predictions]`.
 * @param options Number of intervals.
 * @returns The intervals that hold a prediction, in rising order.
 * @throws {RangeError} If there are no predictions, if the numbers of predictions and outcomes differ,
 * if one is not from 0 to 1, or if `bins` is not a positive integer.
 *
 * @example
 * ```ts
 * import { reliabilityCurve } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * const curve = reliabilityCurve([0.25, 0.5, 1, 1], [false, true, true, false], { bins: 2 });
 * assertEquals(curve, [
 *   { from: 0, to: 0.5, count: 2, probability: 0.375, outcome: 0.5 },
 *   { from: 0.5, to: 1, count: 2, probability: 1, outcome: 0.5 },
 * ]);
 * ```
 */
export function reliabilityCurve(
  probabilities: readonly number[],
  outcomes: readonly (boolean | number)[],
  { bins = 10 }: ReliabilityOptions = {},
): ReliabilityBin[] {
  if (!Number.isSafeInteger(bins) || bins < 1) {
    throw new RangeError(`Cannot divide 0 to 1 into ${bins} bins: give a positive integer`);
  }
  const sums = new Map<number, { count: number; probability: number; outcome: number }>();
  checkPredictions(probabilities, outcomes).forEach((outcome, i) => {
    const bin = Math.max(0, Math.ceil(probabilities[i] * bins) - 1);
    const sum = sums.get(bin) ?? { count: 0, probability: 0, outcome: 0 };
    sum.count++;
    sum.probability += probabilities[i];
    sum.outcome += outcome;
    sums.set(bin, sum);
  });
  return [...sums].sort(([a], [b]) => a - b).map(([bin, { count, probability, outcome }]) => ({
    from: bin / bins,
    to: (bin + 1) / bins,
    count,
    probability: probability / count,
    outcome: outcome / count,
  }));
}

/**
 * Expected calibration error (Naeini et al. 2015; Guo et al. 2017, equation 3): how far probabilities
 * are from what happens, the mean over the intervals of {@linkcode reliabilityCurve}, each weighted with
 * its number of predictions.
 *
 * @param probabilities Predictions from 0 to 1 `[predictions]`.
 * @param outcomes What happened, as for {@linkcode reliabilityCurve} `[predictions]`.
 * @param options Number of intervals.
 * @returns The error from 0 (calibrated) to 1.
 * @throws {RangeError} As {@linkcode reliabilityCurve}.
 *
 * @example
 * ```ts
 * import { expectedCalibrationError } from "@heed/metrics";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * // Four times 90 % sure, three times right.
 * const error = expectedCalibrationError([0.9, 0.9, 0.9, 0.9], [true, true, true, false]);
 * assertAlmostEquals(error, 0.15);
 * ```
 */
export function expectedCalibrationError(
  probabilities: readonly number[],
  outcomes: readonly (boolean | number)[],
  options: ReliabilityOptions = {},
): number {
  const curve = reliabilityCurve(probabilities, outcomes, options);
  const sum = curve.reduce(
    (sum, { count, probability, outcome }) => sum + count * Math.abs(probability - outcome),
    0,
  );
  return sum / probabilities.length;
}

/**
 * Brier score (Brier 1950): the mean squared difference of probabilities and outcomes. Unlike the
 * calibration error it also tells how well predictions separate what happens from what does not.
 *
 * @param probabilities Predictions from 0 to 1 `[predictions]`.
 * @param outcomes What happened, as for {@linkcode reliabilityCurve} `[predictions]`.
 * @returns The score from 0 (perfect) to 1.
 * @throws {RangeError} If there are no predictions, if the numbers of predictions and outcomes differ,
 * or if one is not from 0 to 1.
 *
 * @example
 * ```ts
 * import { brierScore } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(brierScore([1, 0.5], [true, false]), 0.125);
 * ```
 */
export function brierScore(
  probabilities: readonly number[],
  outcomes: readonly (boolean | number)[],
): number {
  const sum = checkPredictions(probabilities, outcomes).reduce(
    (sum, outcome, i) => sum + (probabilities[i] - outcome) ** 2,
    0,
  );
  return sum / probabilities.length;
}

/** The outcomes as numbers, when they and the probabilities are what they must be. */
function checkPredictions(
  probabilities: readonly number[],
  outcomes: readonly (boolean | number)[],
): number[] {
  if (probabilities.length !== outcomes.length || outcomes.length === 0) {
    throw new RangeError(
      `Cannot compare ${probabilities.length} probabilities with ${outcomes.length} outcomes: ` +
        "give one outcome for each, and at least one",
    );
  }
  const isShare = (value: number) => value >= 0 && value <= 1;
  return outcomes.map((value, i) => {
    const outcome = Number(value);
    if (isShare(probabilities[i]) && isShare(outcome)) return outcome;
    const wrong = isShare(outcome)
      ? `probability ${i} is ${probabilities[i]}`
      : `outcome ${i} is ${value}`;
    throw new RangeError(
      `Cannot compare probabilities with outcomes: ${wrong}; it must be from 0 to 1`,
    );
  });
}
