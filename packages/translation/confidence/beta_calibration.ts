/**
 * A rising function from probabilities to probabilities, beta calibration (Kull, Silva Filho & Flach
 * 2017): `sigmoid(a ln p - b ln(1 - p) + c)`. With a = 1, b = 1, c = 0 it changes nothing.
 */
export interface BetaCalibration {
  /** How steeply it rises where probabilities are low, at least 0. */
  readonly a: number;
  /** How steeply it rises where probabilities are high, at least 0. */
  readonly b: number;
  /** Log-odds that are added everywhere. */
  readonly c: number;
}

/** Nearest to 0 and 1 that a probability is taken to be, so that logarithms stay finite. */
const EDGE = 1e-6;

/**
 * Calibrates a probability.
 *
 * @param probability What a model says, from 0 to 1.
 * @param calibration The function.
 * @returns The calibrated probability, from 0 to 1.
 *
 * @example
 * ```ts
 * import { calibrateProbability } from "@heed/translation";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(calibrateProbability(0.3, { a: 1, b: 1, c: 0 }), 0.3);
 * assertAlmostEquals(calibrateProbability(0.5, { a: 1, b: 1, c: Math.log(4) }), 0.8);
 * ```
 */
export function calibrateProbability(
  probability: number,
  { a, b, c }: BetaCalibration,
): number {
  const [low, high] = features(probability);
  return sigmoid(a * low + b * high + c);
}

/**
 * Fits a calibration by maximum likelihood, which for outcomes between 0 and 1 is a quasi-likelihood
 * (Papke & Wooldridge 1996). A normal prior around the function that changes nothing, as heavy as one
 * observation, keeps small and one-sided data within bounds.
 *
 * @param probabilities What the model says, from 0 to 1 `[observations]`.
 * @param outcomes What happened: 0, 1, or a share between them `[observations]`.
 * @returns The calibration.
 * @throws {RangeError} When there are no observations, when their numbers differ, or when one is not
 * from 0 to 1.
 *
 * @example A model that is too sure of itself
 * ```ts
 * import { calibrateProbability, fitBetaCalibration } from "@heed/translation";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * // Of 1000 times 90 %, six in ten came true; of 1000 times 20 %, one in ten.
 * const probabilities = Array.from({ length: 2000 }, (_, i) => i % 2 === 0 ? 0.9 : 0.2);
 * const outcomes = probabilities.map((p, i) => i % 20 < (p > 0.5 ? 12 : 2) ? 1 : 0);
 * const calibration = fitBetaCalibration(probabilities, outcomes);
 * assertAlmostEquals(calibrateProbability(0.9, calibration), 0.6, 0.01);
 * assertAlmostEquals(calibrateProbability(0.2, calibration), 0.1, 0.01);
 * ```
 */
export function fitBetaCalibration(
  probabilities: readonly number[],
  outcomes: readonly number[],
): BetaCalibration {
  if (probabilities.length !== outcomes.length || outcomes.length === 0) {
    throw new RangeError(
      `Cannot calibrate ${probabilities.length} probabilities with ${outcomes.length} outcomes: ` +
        "give one outcome for each, and at least one",
    );
  }
  const wrong = [...probabilities, ...outcomes].find((value) => !(value >= 0 && value <= 1));
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot calibrate with ${wrong}: probabilities and outcomes must be from 0 to 1`,
    );
  }
  const rows = probabilities.map((probability) => [...features(probability), 1]);
  // A slope that would be negative is 0: the function must rise (section 4.2 of the paper).
  const free = [true, true, true];
  let weights = maximize(rows, outcomes, free);
  while (weights[0] < 0 || weights[1] < 0) {
    free[weights[0] <= weights[1] ? 0 : 1] = false;
    weights = maximize(rows, outcomes, free);
  }
  const [a, b, c] = weights;
  return { a, b, c };
}

/** `ln p` and `-ln(1 - p)`. */
function features(probability: number): [low: number, high: number] {
  const p = Math.min(Math.max(probability, EDGE), 1 - EDGE);
  return [Math.log(p), -Math.log1p(-p)];
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The weights that change nothing, which the prior is centred on. */
const IDENTITY = [1, 1, 0] as const;

/** Newton's method; the weights that are not free are 0. */
function maximize(
  rows: readonly number[][],
  outcomes: readonly number[],
  free: readonly boolean[],
): number[] {
  const places = [0, 1, 2].filter((place) => free[place]);
  const dot = (row: readonly number[], weights: readonly number[]) =>
    row[0] * weights[0] + row[1] * weights[1] + row[2] * weights[2];
  const logLikelihood = (weights: readonly number[]) => {
    let sum = 0;
    rows.forEach((row, i) => {
      const logit = dot(row, weights);
      // ln(1 + exp(logit)) without overflow
      sum += outcomes[i] * logit - Math.max(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
    });
    for (const place of places) sum -= (weights[place] - IDENTITY[place]) ** 2 / 2;
    return sum;
  };
  let weights: number[] = IDENTITY.map((weight, place) => free[place] ? weight : 0);
  let best = logLikelihood(weights);
  for (let iteration = 0; iteration < 100; iteration++) {
    const gradient = places.map((place) => IDENTITY[place] - weights[place]);
    const hessian = places.map((_, i) => places.map((_, j) => i === j ? 1 : 0));
    rows.forEach((row, n) => {
      const p = sigmoid(dot(row, weights));
      places.forEach((place, i) => {
        gradient[i] += row[place] * (outcomes[n] - p);
        places.forEach((other, j) => hessian[i][j] += p * (1 - p) * row[place] * row[other]);
      });
    });
    const step = solve(hessian, gradient);
    // Halved while it overshoots; the likelihood is concave, so that it rises along a short step.
    let next = weights, value = -Infinity;
    for (let scale = 1; value < best && scale > 1e-9; scale /= 2) {
      next = weights.map((weight, place) =>
        free[place] ? weight + scale * step[places.indexOf(place)] : 0
      );
      value = logLikelihood(next);
    }
    const gain = value - best;
    if (gain > 0) [weights, best] = [next, value];
    if (!(gain > 1e-12 * Math.abs(best))) return weights;
  }
  return weights;
}

/** Solves a positive definite system by elimination. */
function solve(matrix: number[][], vector: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, vector[i]]);
  const size = rows.length;
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const factor = rows[j][i] / rows[i][i];
      for (let k = i; k <= size; k++) rows[j][k] -= factor * rows[i][k];
    }
  }
  const solution = Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    let rest = rows[i][size];
    for (let k = i + 1; k < size; k++) rest -= rows[i][k] * solution[k];
    solution[i] = rest / rows[i][i];
  }
  return solution;
}
