import { type LanguagePair, normalizeLanguage } from "@heed/translation";

/** A pair that no model translates, and the two that do it one after the other. */
export interface PivotPair extends LanguagePair {
  /** Into English, and out of it. */
  readonly halves: readonly [LanguagePair, LanguagePair];
}

/**
 * Finds the pairs that can be translated by way of English.
 *
 * @param pairs What the models translate.
 * @returns The pairs that none of them translates, each once.
 */
export function pivotPairs(pairs: readonly LanguagePair[]): PivotPair[] {
  const keyOf = (source: string, target: string) =>
    `${normalizeLanguage(source)} ${normalizeLanguage(target)}`;
  const known = new Set(pairs.map(({ source, target }) => keyOf(source, target)));
  const found: PivotPair[] = [];
  for (const first of pairs) {
    const between = normalizeLanguage(first.target);
    if (between.split("-")[0] !== "en") continue;
    for (const second of pairs) {
      const { source } = first, { target } = second;
      const isSame = normalizeLanguage(source) === normalizeLanguage(target);
      if (normalizeLanguage(second.source) !== between || isSame) continue;
      const key = keyOf(source, target);
      if (known.has(key)) continue;
      known.add(key);
      found.push({ source, target, halves: [first, second] });
    }
  }
  return found;
}
