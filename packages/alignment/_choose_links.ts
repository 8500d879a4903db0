import type { AlignmentLink } from "@heed/metrics";
import type { ExtractOptions } from "./word_alignment.ts";

/** Attention between words, and which rows and columns are words of the text. */
export interface WordMatrix {
  /** Weights, row by row. */
  readonly weights: Float32Array;
  /** Number of columns. */
  readonly columns: number;
  /** Rows that are words, in order. */
  readonly targets: readonly number[];
  /** Columns that are words, in order. */
  readonly sources: readonly number[];
}

/** Chooses links between words, counted among `targets` and `sources`; sorted by target, then source. */
export function chooseLinks(
  { weights, columns, targets, sources }: WordMatrix,
  options: ExtractOptions,
): AlignmentLink[] {
  const { method = "argmax", by = "target" } = options;
  const { threshold = method === "argmax" ? 0 : 0.2 } = options;
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`Cannot extract an alignment with threshold ${threshold}: give 0 to 1`);
  }
  const weightOf = (target: number, source: number) =>
    weights[targets[target] * columns + sources[source]];
  const links: AlignmentLink[] = [];
  if (method === "threshold") {
    for (let target = 0; target < targets.length; target++) {
      for (let source = 0; source < sources.length; source++) {
        if (weightOf(target, source) >= threshold) links.push({ source, target });
      }
    }
    return links;
  }
  const isByTarget = by === "target";
  const [words, others] = isByTarget ? [targets, sources] : [sources, targets];
  for (let word = 0; word < words.length; word++) {
    let best = -1, bestWeight = -1;
    for (let other = 0; other < others.length; other++) {
      const weight = isByTarget ? weightOf(word, other) : weightOf(other, word);
      if (weight > bestWeight) [best, bestWeight] = [other, weight];
    }
    if (best < 0 || bestWeight < threshold) continue;
    links.push(isByTarget ? { source: best, target: word } : { source: word, target: best });
  }
  return links.sort((a, b) => a.target - b.target || a.source - b.source);
}
