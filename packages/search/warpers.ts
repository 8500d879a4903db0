import type { LogitsProcessor } from "./types.ts";

/**
 * Makes a distribution sharper (below 1) or flatter (above 1).
 *
 * @param temperature What logits are divided by.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { warpTemperature } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(1, -2);
 * warpTemperature(0.5)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores], [2, -4]);
 * ```
 */
export function warpTemperature(temperature: number): LogitsProcessor {
  return (scores) => {
    for (let i = 0; i < scores.length; i++) scores[i] /= temperature;
  };
}

/**
 * Leaves the most likely tokens only (Fan et al. 2018); those that are as likely as the last of them stay.
 *
 * @param count How many.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { keepTopK } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(1, 3, 2);
 * keepTopK(2)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores], [-Infinity, 3, 2]);
 * ```
 */
export function keepTopK(count: number): LogitsProcessor {
  return (scores) => {
    if (count >= scores.length) return;
    const least = Float32Array.from(scores).sort()[scores.length - count];
    for (let i = 0; i < scores.length; i++) if (scores[i] < least) scores[i] = -Infinity;
  };
}

/**
 * Leaves the fewest tokens that together have a probability (Holtzman et al. 2020, "nucleus sampling"), at
 * least one.
 *
 * @param probability Their probability.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { keepTopP } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(Math.log(0.5), Math.log(0.3), Math.log(0.2));
 * keepTopP(0.6)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals(scores[2], -Infinity);
 * ```
 */
export function keepTopP(probability: number): LogitsProcessor {
  return (scores) => {
    const order = ascending(scores);
    const probabilities = softmax(scores);
    let below = 0;
    for (let i = 0; i < order.length - 1; i++) {
      below += probabilities[order[i]];
      if (below > 1 - probability) break;
      scores[order[i]] = -Infinity;
    }
  };
}

/**
 * Leaves tokens that are at least so likely as a share of the likeliest one (Nguyen et al. 2024, "min-p").
 *
 * @param share The share.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { keepMinP } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(Math.log(0.6), Math.log(0.35), Math.log(0.05));
 * keepMinP(0.1)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals(scores[2], -Infinity);
 * ```
 */
export function keepMinP(share: number): LogitsProcessor {
  return (scores) => {
    const least = greatest(scores) + Math.log(share);
    for (let i = 0; i < scores.length; i++) if (scores[i] < least) scores[i] = -Infinity;
  };
}

/**
 * Leaves the tokens whose information is nearest to the expected one, the fewest that together have a
 * probability (Meister et al. 2023, "locally typical sampling").
 *
 * @param probability Their probability.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { keepTypical } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(Math.log(0.5), Math.log(0.3), Math.log(0.2));
 * keepTypical(0.2)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores].filter(Number.isFinite).length, 1);
 * ```
 */
export function keepTypical(probability: number): LogitsProcessor {
  return (scores) => {
    const probabilities = softmax(scores);
    let entropy = 0;
    for (const p of probabilities) if (p > 0) entropy -= p * Math.log(p);
    const distance = probabilities.map((p) => Math.abs(-Math.log(p) - entropy));
    const order = ascending(distance);
    let above = 0, i = 0;
    while (i < order.length && above < probability) above += probabilities[order[i++]];
    for (i = Math.max(i, 1); i < order.length; i++) scores[order[i]] = -Infinity;
  };
}

/** The greatest value, without a call that has as many arguments as there are values. */
function greatest(values: Float32Array): number {
  let max = -Infinity;
  for (const value of values) if (value > max) max = value;
  return max;
}

function softmax(scores: Float32Array): Float64Array {
  const max = greatest(scores);
  const exponentials = Float64Array.from(scores, (score) => Math.exp(score - max));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

/** Indices of the values, the smallest first, the lower index first among equals. */
function ascending(values: Float32Array | Float64Array): Uint32Array {
  return Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
}
