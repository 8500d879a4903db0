import type { FullEncoding } from "@heed/tokenizer";

/** A stretch of a text that answers a question. */
export interface Answer {
  /** The answer; empty when the text is. */
  readonly text: string;
  /** Where it begins in the text, in UTF-16 units. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** Probability of its start times that of its end, among the tokens of the text. */
  readonly score: number;
}

/**
 * Finds the best answer in the parts of a text.
 *
 * @param windows Question and part, one after the other.
 * @param options Logits of start and end for each token of each part, the whole text, most tokens of an answer.
 * @returns The stretch with the largest product of probabilities.
 */
export function bestAnswer(
  windows: readonly FullEncoding[],
  { logits, context, maxTokens }: {
    logits: readonly Float32Array[];
    context: string;
    maxTokens: number;
  },
): Answer {
  let best = { sum: -Infinity, start: 0, end: 0 };
  // Probabilities are among the tokens of all parts, so that a part without an answer cannot win by being alone.
  const all = { start: [] as number[], end: [] as number[] };
  windows.forEach(({ sequenceIds, offsets }, w) => {
    const places = [...sequenceIds.keys()].filter((i) => sequenceIds[i] === 1);
    const start = (i: number) => logits[w][2 * i], end = (i: number) => logits[w][2 * i + 1];
    for (const i of places) {
      all.start.push(start(i));
      all.end.push(end(i));
      for (const j of places) {
        if (j < i || j >= i + maxTokens || start(i) + end(j) <= best.sum) continue;
        best = { sum: start(i) + end(j), start: offsets[i][0], end: offsets[j][1] };
      }
    }
  });
  if (best.sum === -Infinity) return { text: "", start: 0, end: 0, score: 0 };
  const score = Math.exp(best.sum - logSumExp(all.start) - logSumExp(all.end));
  const { start, end } = best;
  return { text: context.slice(start, end), start, end, score };
}

function logSumExp(values: readonly number[]): number {
  const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
