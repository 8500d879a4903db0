import { type BleuStatistics, sentenceBleu } from "@heed/metrics";

/** N-grams of up to so many words. */
const ORDER = 4;

/** What one translation adds to a corpus' BLEU. */
export function bleuStatistics(hypothesis: string, reference: string): BleuStatistics {
  const { hypothesisLength, referenceLength, counts, totals } = sentenceBleu(hypothesis, reference);
  return { hypothesisLength, referenceLength, counts, totals };
}

/** Sums of some sentences, which may be drawn more than once. */
export function sumStatistics(
  statistics: readonly BleuStatistics[],
  places: Iterable<number> = statistics.keys(),
): BleuStatistics {
  const counts = new Array<number>(ORDER).fill(0), totals = new Array<number>(ORDER).fill(0);
  let hypothesisLength = 0, referenceLength = 0;
  for (const place of places) {
    const one = statistics[place];
    hypothesisLength += one.hypothesisLength;
    referenceLength += one.referenceLength;
    for (let n = 0; n < ORDER; n++) {
      counts[n] += one.counts[n];
      totals[n] += one.totals[n];
    }
  }
  return { hypothesisLength, referenceLength, counts, totals };
}

/** BLEU of sums, as `bleu` of `@heed/metrics` has it with its default settings. */
export function bleuOf(
  { hypothesisLength, referenceLength, counts, totals }: BleuStatistics,
): number {
  if (counts.every((count) => count === 0)) return 0;
  let logs = 0, halving = 1;
  for (let n = 0; n < ORDER; n++) {
    if (totals[n] === 0) return 0;
    logs += Math.log(counts[n] > 0 ? counts[n] / totals[n] : 1 / ((halving *= 2) * totals[n]));
  }
  const brevity = Math.min(1, Math.exp(1 - referenceLength / hypothesisLength));
  return 100 * brevity * Math.exp(logs / ORDER);
}
