import { alignSpans, type AttendedPair, type SpanLink, type TextSpan } from "@heed/alignment";

/** A word of the translation, and how much of it comes from each word of the source. */
export interface WeightedWord {
  /** Its place in the translation. */
  readonly target: TextSpan;
  /** Words of the source that it attends to. */
  readonly sources: readonly {
    /** Place in the source. */
    readonly source: TextSpan;
    /** How sure it is that the two belong together, from 0 to 1. */
    readonly weight: number;
  }[];
  /** The one that it attends to most. */
  readonly best: SpanLink;
}

/**
 * How much the share of a source word's attention counts, beside that of the translated word's: a word attends to its
 * neighbours, too, but few others attend to its source. Of 0.5 to 1 by steps (0.8 to 0.9 differ by 0.2 points), on 4,518 tags in 450 lines of descriptions,
 * everyday sentences and a handbook, see scripts/bench/tags.ts: 93.7 % come right, 93.3 % with 0.7.
 */
const sourceShare = 0.8;

/**
 * Weighs all pairs of words of a text and its translation.
 *
 * @param pair Texts and attention.
 * @returns The words of the translation in order; undefined where the attention is none.
 */
export function wordWeights(pair: AttendedPair): WeightedWord[] | undefined {
  const links = linksOf(pair);
  if (links === undefined) return undefined;
  const bySource = new Map<TextSpan, number>();
  const byTarget = new Map<TextSpan, SpanLink[]>();
  for (const link of links) {
    bySource.set(link.source, (bySource.get(link.source) ?? 0) + link.weight);
    const own = byTarget.get(link.target);
    if (own) own.push(link);
    else byTarget.set(link.target, [link]);
  }
  return Array.from(byTarget, ([target, own]) => {
    const sum = own.reduce((sum, { weight }) => sum + weight, 0);
    const best = own.reduce((best, link) => link.weight > best.weight ? link : best);
    const sources = own.map(({ source, weight }) => ({
      source,
      weight: weight === 0
        ? 0
        : (1 - sourceShare) * weight / sum + sourceShare * weight / bySource.get(source)!,
    }));
    return { target, sources, best };
  });
}

function linksOf(pair: AttendedPair): SpanLink[] | undefined {
  try {
    return alignSpans(pair, { method: "threshold", threshold: 0 });
  } catch (error) {
    if (error instanceof RangeError) return undefined; // attention that is none, of a model of the caller's
    throw error;
  }
}
