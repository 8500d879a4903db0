import { deriveSeed, randomWord } from "@heed/nn";
import type { BleuStatistics } from "@heed/metrics";
import { bleuOf, sumStatistics } from "./bleu_statistics.ts";

/** An interval that holds 95 % of the resamples. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How often and from where is drawn. */
export interface BootstrapOptions {
  /** Number of resamples. */
  readonly resamples: number;
  /** Seed of the draws; the same seed draws the same sentences for every system. */
  readonly seed: number;
}

/** Two systems on the same sentences. */
export interface PairedComparison extends Interval {
  /** BLEU of the first less that of the second. */
  readonly difference: number;
  /** Share of the resamples in which the first is not better: a one-sided p-value. */
  readonly notBetter: number;
}

/** As many places as there are sentences, drawn with replacement. */
export function drawPlaces(sentences: number, seed: number): Uint32Array {
  return Uint32Array.from({ length: sentences }, (_, i) => randomWord(seed, i) % sentences);
}

/** The middle 95 % of values, by nearest rank. */
export function middle(values: readonly number[]): Interval {
  const sorted = values.toSorted((a, b) => a - b);
  const cut = Math.floor(0.025 * sorted.length);
  return { low: sorted[cut], high: sorted[sorted.length - 1 - cut] };
}

/** Confidence interval of a corpus' BLEU by bootstrap resampling of its sentences (Koehn 2004). */
export function bleuInterval(
  statistics: readonly BleuStatistics[],
  { resamples, seed }: BootstrapOptions,
): Interval {
  return middle(Array.from({ length: resamples }, (_, sample) => {
    const places = drawPlaces(statistics.length, deriveSeed(seed, "bootstrap", sample));
    return bleuOf(sumStatistics(statistics, places));
  }));
}

/** Paired bootstrap resampling (Koehn 2004, section 4): both systems on the same draws. */
export function compareBleu(
  first: readonly BleuStatistics[],
  second: readonly BleuStatistics[],
  { resamples, seed }: BootstrapOptions,
): PairedComparison {
  if (first.length !== second.length || first.length === 0) {
    throw new RangeError(
      `Cannot compare ${first.length} with ${second.length} translations: give both systems the ` +
        "same sentences, and at least one",
    );
  }
  const differences = Array.from({ length: resamples }, (_, sample) => {
    const places = drawPlaces(first.length, deriveSeed(seed, "bootstrap", sample));
    return bleuOf(sumStatistics(first, places)) - bleuOf(sumStatistics(second, places));
  });
  return {
    difference: bleuOf(sumStatistics(first)) - bleuOf(sumStatistics(second)),
    ...middle(differences),
    notBetter: differences.filter((difference) => difference <= 0).length / resamples,
  };
}
