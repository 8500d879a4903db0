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

/**
 * Makes tokens less likely that were generated before, once for having occurred and once for each time: the presence
 * and frequency penalty of OpenAI's interface. The prompt does not count.
 *
 * @param penalties What is subtracted from their scores; negative values encourage.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { penalizeOccurrence } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(1, 1, 1);
 * const penalize = penalizeOccurrence({ presencePenalty: 0.5, frequencyPenalty: 0.25 });
 * penalize(scores, { sentence: 0, ids: [0, 1, 1], step: 2, maxNewTokens: 9 });
 * assertEquals([...scores], [1, 0, 1]);
 * ```
 */
export function penalizeOccurrence(
  { presencePenalty, frequencyPenalty }: { presencePenalty: number; frequencyPenalty: number },
): LogitsProcessor {
  return (scores, { ids, step }) => {
    const counts = new Map<number, number>();
    for (const id of ids.slice(ids.length - step)) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const [id, count] of counts) scores[id] -= presencePenalty + frequencyPenalty * count;
  };
}
