import type { LogitsProcessor } from "./types.ts";

/**
 * Divides all scores by a temperature.
 *
 * @param temperature Above 0; below 1 sharpens the distribution, above 1 flattens it.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { warpTemperature } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(1, -2, 3);
 * warpTemperature(0.5)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores], [2, -4, 6]);
 * ```
 */
export function warpTemperature(temperature: number): LogitsProcessor {
  return (scores) => {
    for (let i = 0; i < scores.length; i++) scores[i] /= temperature;
  };
}

/**
 * Makes all but the best tokens impossible (Fan et al. 2018, "Hierarchical Neural Story Generation", section 5.4).
 * Tokens that are as good as the last of the best stay.
 *
 * @param k Number of tokens that stay.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { keepTopK } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(1, -2, 3);
 * keepTopK(2)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores], [1, -Infinity, 3]);
 * ```
 */
export function keepTopK(k: number): LogitsProcessor {
  return (scores) => {
    if (k < scores.length) ban(scores, { below: kthGreatest(scores, k) });
  };
}

/**
 * Makes tokens impossible that are much less likely than the likeliest (Nguyen et al. 2024, "Turning Up the Heat:
 * Min-p Sampling").
 *
 * @param minP Least share of the likeliest token's probability.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { keepMinP } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(0, -1, -2); // e^-1 is 0.37, e^-2 is 0.14
 * keepMinP(0.2)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores], [0, -1, -Infinity]);
 * ```
 */
export function keepMinP(minP: number): LogitsProcessor {
  return (scores) => ban(scores, { below: greatest(scores) + Math.log(minP) });
}

/** The greatest of some numbers. */
export function greatest(values: Float32Array): number {
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > max) max = values[i];
  return max;
}

function ban(scores: Float32Array, { below }: { below: number }): void {
  for (let i = 0; i < scores.length; i++) if (scores[i] < below) scores[i] = -Infinity;
}

/** The `k`-th greatest value: the least of a heap of the `k` greatest, which most values never enter. */
function kthGreatest(values: Float32Array, k: number): number {
  const heap = values.slice(0, k).sort(); // ascending order is a heap
  for (let i = k; i < values.length; i++) {
    const value = values[i];
    if (!(value > heap[0])) continue;
    let at = 0;
    for (let child = 1; child < k; child = 2 * at + 1) {
      if (child + 1 < k && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= value) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = value;
  }
  return heap[0];
}
