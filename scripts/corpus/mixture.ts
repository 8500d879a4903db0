import { draw } from "./draw.ts";
import { countWords, type Pair } from "./pair.ts";
import type { Recipe } from "./recipe.ts";

/** Decides how often a pair is written, from 0 on. */
export type CopiesOf = (pair: Pair) => number;

/**
 * Reads a recipe's mixture.
 *
 * @param mixture Its entries; the first that fits a pair decides.
 * @returns How often to write a pair: the same for the same pair, whatever comes before it.
 */
export function mixtureOf(mixture: Recipe["mixture"]): CopiesOf {
  const entries = mixture.map((entry) => ({ ...entry, pattern: new RegExp(entry.document, "u") }));
  return (pair) => {
    const words = countWords(pair.source);
    const entry = entries.find(({ pattern, maxWords = Infinity }) =>
      words <= maxWords && pattern.test(pair.document)
    );
    if (!entry) return 1;
    if (entry.share !== undefined && draw(`${pair.source}\t${pair.target}`) >= entry.share) {
      return 0;
    }
    return entry.repeat ?? 1;
  };
}
