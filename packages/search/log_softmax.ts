const STEPS = 32;
const LIMIT = 44; // exp(-44) is 8e-20: even 1e6 such terms vanish beside exp(0) = 1 in float64

/** exp(-n / 32) for every n below the limit; 11 KB, so that it stays in the first cache. */
const EXP = Float64Array.from({ length: LIMIT * STEPS + 1 }, (_, n) => Math.exp(-n / STEPS));

/**
 * Logarithm of the sum of the exponentials of one row, in float64.
 *
 * A vocabulary of 60,000 makes this the costliest loop of a search, so the exponential is read
 * from a table and corrected by a short series: over twice as fast as Math.exp, exact to 1e-11.
 *
 * @param values Array that holds the row.
 * @param start Index of the row's first value.
 * @param end Index after the row's last value.
 * @returns `log(sum(exp(values[start..end])))`; NaN if a value is NaN or +Infinity, and -Infinity
 * if every value is.
 *
 * @example
 * ```ts
 * import { logSumExp } from "@heed/search";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(logSumExp(Float32Array.of(0, 0, 0, 0)), Math.log(4));
 * ```
 */
export function logSumExp(values: Float32Array, start = 0, end: number = values.length): number {
  let max = -Infinity;
  for (let i = start; i < end; i++) if (values[i] > max) max = values[i];
  if (max === -Infinity) return values.subarray(start, end).some(Number.isNaN) ? NaN : max;
  let sum = 0;
  for (let i = start; i < end; i++) {
    const below = max - values[i];
    if (below > LIMIT) continue;
    const n = (below * STEPS + 0.5) | 0; // 0 for NaN, which r then passes on to the sum
    const r = n / STEPS - below; // |r| <= 1 / 64
    sum += EXP[n] * (1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24)))));
  }
  return max + Math.log(sum);
}
