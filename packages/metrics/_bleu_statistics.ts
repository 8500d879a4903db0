import { countMatches, countWordNgrams, maxCounts, sumCounts } from "./_ngrams.ts";

/** What a corpus' BLEU depends on; that of two corpora together is the sum. */
export interface BleuStatistics {
  /** Words of the hypotheses. */
  hypothesisLength: number;
  /** Words of the references that are nearest in length. */
  referenceLength: number;
  /** N-grams of the hypotheses that a reference has too `[maxNgramOrder]`. */
  counts: number[];
  /** N-grams of the hypotheses `[maxNgramOrder]`. */
  totals: number[];
}

/** Statistics of nothing. */
export function emptyBleuStatistics(maxNgramOrder: number): BleuStatistics {
  const zeros = () => new Array<number>(maxNgramOrder).fill(0);
  return { hypothesisLength: 0, referenceLength: 0, counts: zeros(), totals: zeros() };
}

/** Adds one segment, given as words, to the statistics. */
export function addBleuSegment(
  statistics: BleuStatistics,
  hypothesis: readonly string[],
  references: readonly (readonly string[])[],
): void {
  const { counts, totals } = statistics;
  const own = countWordNgrams(hypothesis, counts.length);
  const allowed = references
    .map((words) => countWordNgrams(words, counts.length))
    .reduce((a, b) => a.map((ngrams, i) => maxCounts(ngrams, b[i])));
  own.forEach((ngrams, i) => {
    counts[i] += countMatches(ngrams, allowed[i]);
    totals[i] += sumCounts(ngrams);
  });
  statistics.hypothesisLength += hypothesis.length;
  statistics.referenceLength += nearestLength(hypothesis.length, references);
}

/** Length of the reference nearest in length; of two equally near, the shorter. */
function nearestLength(length: number, references: readonly (readonly string[])[]): number {
  return references
    .map((words) => words.length)
    .reduce((best, candidate) => {
      const nearer = Math.abs(candidate - length) - Math.abs(best - length);
      return nearer < 0 || (nearer === 0 && candidate < best) ? candidate : best;
    });
}
