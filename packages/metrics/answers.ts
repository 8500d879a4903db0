/** How near an answer is to the right ones. */
export interface AnswerScore {
  /** 1 when it is one of them, else 0. */
  readonly exact: number;
  /** Harmonic mean of precision and recall of its words, against the nearest. */
  readonly f1: number;
}

/**
 * Compares an answer with the right ones as SQuAD does (Rajpurkar et al. 2016): without case, punctuation and the
 * articles a, an, the.
 *
 * @param answer The answer.
 * @param references The right ones; none, or empty ones, where there is no answer.
 * @returns Exact match and F1.
 *
 * @example
 * ```ts
 * import { answerScore } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(answerScore("The Eiffel tower.", ["Eiffel Tower"]), { exact: 1, f1: 1 });
 * assertEquals(answerScore("in Paris", ["Paris", "France"]).f1, 2 / 3);
 * ```
 */
export function answerScore(answer: string, references: readonly string[]): AnswerScore {
  const given = wordsOf(answer);
  const scores = (references.length > 0 ? references : [""]).map((reference) => {
    const right = wordsOf(reference);
    const exact = Number(given.join(" ") === right.join(" "));
    if (given.length === 0 || right.length === 0) return { exact, f1: exact };
    const left = new Map<string, number>();
    for (const word of right) left.set(word, (left.get(word) ?? 0) + 1);
    let common = 0;
    for (const word of given) {
      const count = left.get(word) ?? 0;
      if (count === 0) continue;
      left.set(word, count - 1);
      common++;
    }
    return { exact, f1: 2 * common / (given.length + right.length) };
  });
  return {
    exact: Math.max(...scores.map(({ exact }) => exact)),
    f1: Math.max(...scores.map(({ f1 }) => f1)),
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, "")
    .replace(/\b(a|an|the)\b/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "");
}
