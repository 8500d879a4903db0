/**
 * Area under the receiver operating characteristic curve: how often something that came true had a
 * higher score than something that did not, ties counted half (Hanley & McNeil 1982). It tells how well
 * scores separate, and does not change when they are calibrated by a rising function.
 *
 * @param scores Scores, higher where the outcome is expected to be true `[predictions]`.
 * @param outcomes What happened `[predictions]`.
 * @returns The area: 1 for perfect separation, 0.5 for none.
 * @throws {RangeError} If the numbers of scores and outcomes differ, if a score is NaN, or if not both
 * outcomes occur.
 *
 * @example
 * ```ts
 * import { rocAuc } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rocAuc([0.1, 0.4, 0.35, 0.8], [false, false, true, true]), 0.75);
 * ```
 */
export function rocAuc(scores: readonly number[], outcomes: readonly boolean[]): number {
  if (scores.length !== outcomes.length) {
    throw new RangeError(
      `Cannot compare ${scores.length} scores with ${outcomes.length} outcomes: ` +
        "give one outcome for each",
    );
  }
  const unknown = scores.findIndex(Number.isNaN);
  if (unknown >= 0) {
    throw new RangeError(`Cannot rank scores: score ${unknown} is NaN; give numbers`);
  }
  const positives = outcomes.filter(Boolean).length;
  const negatives = outcomes.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new RangeError(
      `Cannot tell how well scores separate: all ${outcomes.length} outcomes are ` +
        `${positives > 0}; give some of both`,
    );
  }
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let wins = 0;
  let below = 0; // negatives with a lower score
  for (let start = 0; start < order.length;) {
    let end = start;
    let equalPositives = 0;
    while (end < order.length && scores[order[end]] === scores[order[start]]) {
      if (outcomes[order[end++]]) equalPositives++;
    }
    const equalNegatives = end - start - equalPositives;
    wins += equalPositives * (below + equalNegatives / 2);
    below += equalNegatives;
    start = end;
  }
  return wins / (positives * negatives);
}
