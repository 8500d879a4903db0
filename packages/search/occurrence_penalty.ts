import type { LogitsProcessor } from "./types.ts";

/**
 * Lowers the scores of tokens that were generated already, by a fixed amount and by one for each time: the presence
 * and frequency penalty of OpenAI's interface. Tokens of the prompt do not count.
 *
 * @param penalties What is subtracted once, and each time; below 0 encourages.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { penalizeOccurrence } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(1, 1, 1);
 * const context = { sentence: 0, ids: [0, 1, 2, 2], step: 3, maxNewTokens: 9 };
 * penalizeOccurrence({ presence: 0.5, frequency: 0.25 })(scores, context);
 * assertEquals([...scores], [1, 0.25, 0]);
 * ```
 */
export function penalizeOccurrence(
  { presence = 0, frequency = 0 }: { presence?: number; frequency?: number },
): LogitsProcessor {
  return (scores, { ids, step }) => {
    const counts = new Map<number, number>();
    for (const id of ids.slice(ids.length - step)) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const [id, count] of counts) scores[id] -= presence + frequency * count;
  };
}
