/** Endings that regular forms of a word add, in languages that have few. */
const endings: Readonly<Record<string, string>> = {
  en: "s es 's ’s d ed ing",
  de: "e en er em es s n ns ern",
  fr: "s x e es",
  es: "s es",
  pt: "s es",
  nl: "e en s",
};
const others = "s es e en n";

/** Endings that take the place of the last letter. */
const changes: Readonly<Record<string, readonly (readonly [last: string, ending: string])[]>> = {
  en: [["y", "ies"], ["y", "ied"], ["e", "ing"]],
  it: [["o", "i"], ["a", "e"], ["e", "i"], ["a", "i"]],
  es: [["z", "ces"]],
};

/** What a regular form of a word may end with. */
export interface Inflection {
  /** Letters of the word that the form does not have. */
  readonly dropped: number;
  /** What it has behind them. */
  readonly ending: string;
}

/**
 * Lists how a word may be inflected, by rules alone.
 *
 * @param word In lower case.
 * @param language ISO 639-1.
 * @returns What forms other than the word itself end with.
 */
export function inflectionsOf(word: string, language: string): Inflection[] {
  const added = (endings[language] ?? others).split(" ").map((ending) => ({ dropped: 0, ending }));
  const changed = (changes[language] ?? []).filter(([last]) => word.endsWith(last))
    .map(([, ending]) => ({ dropped: 1, ending }));
  return [...changed, ...added];
}
