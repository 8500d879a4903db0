/** How near numbers are to the right ones. */
export interface RegressionScore {
  /** Mean of the squared differences. */
  readonly meanSquaredError: number;
  /** Pearson's correlation; 0 where one side is constant. */
  readonly pearson: number;
  /** Spearman's: that of the ranks. */
  readonly spearman: number;
}

/**
 * Compares numbers with the right ones.
 *
 * @param predicted What was said.
 * @param expected What is right, as many.
 * @returns The figures.
 * @throws {RangeError} When there is nothing to compare, or not as many of each.
 *
 * @example
 * ```ts
 * import { regressionScore } from "@heed/metrics";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const { meanSquaredError, spearman } = regressionScore([1, 2, 9], [1, 2, 3]);
 * assertAlmostEquals(meanSquaredError, 12);
 * assertAlmostEquals(spearman, 1);
 * ```
 */
export function regressionScore(
  predicted: readonly number[],
  expected: readonly number[],
): RegressionScore {
  const { length } = expected;
  if (predicted.length !== length || length === 0) {
    throw new RangeError(
      `Cannot compare ${predicted.length} numbers with ${length}: give as many of each, at least one`,
    );
  }
  const squares = expected.reduce((sum, value, i) => sum + (value - predicted[i]) ** 2, 0);
  return {
    meanSquaredError: squares / length,
    pearson: correlation(predicted, expected),
    spearman: correlation(ranks(predicted), ranks(expected)),
  };
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((x, y) => x + y, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let both = 0, squareA = 0, squareB = 0;
  a.forEach((value, i) => {
    both += (value - meanA) * (b[i] - meanB);
    squareA += (value - meanA) ** 2;
    squareB += (b[i] - meanB) ** 2;
  });
  return squareA === 0 || squareB === 0 ? 0 : both / Math.sqrt(squareA * squareB);
}

/** Places in the order of the values; equal ones share the mean of theirs. */
function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
  const ranked = new Array<number>(values.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) ranked[order[i]] = (start + end - 1) / 2;
    start = end;
  }
  return ranked;
}
