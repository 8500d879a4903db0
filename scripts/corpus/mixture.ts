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
    if (entry.share !== undefined && hash(`${pair.source}\t${pair.target}`) >= entry.share) {
      return 0;
    }
    return entry.repeat ?? 1;
  };
}

/** FNV-1a with a last mix (as in MurmurHash3), as a number in [0, 1). */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
