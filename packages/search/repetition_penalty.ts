import type { LogitsProcessor } from "./types.ts";

/**
 * Makes every token that occurred so far, the prompt or start token included, less likely (Keskar et al.
 * 2019, "CTRL", section 4.1).
 *
 * @param penalty Divisor of positive and factor of negative scores; above 1 discourages.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { penalizeRepetition } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(1, -1, 3);
 * penalizeRepetition(2)(scores, { sentence: 0, ids: [0, 1, 1], step: 2, maxNewTokens: 9 });
 * assertEquals([...scores], [0.5, -2, 3]);
 * ```
 */
export function penalizeRepetition(penalty: number): LogitsProcessor {
  return (scores, { ids }) => {
    for (const id of new Set(ids)) {
      scores[id] = scores[id] < 0 ? scores[id] * penalty : scores[id] / penalty;
    }
  };
}
