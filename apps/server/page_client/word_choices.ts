/** What may stand in the place of a word, and what the sentence then is. */
export interface WordChoice {
  /** What stands there; may be several words. */
  readonly text: string;
  /** The sentence that the model would have written. */
  readonly sentence: string;
}

/**
 * Finds what other translations of a sentence have in the place of a word.
 *
 * @param sentence The translation.
 * @param place Where the word stands in it, and the other translations, the better first.
 * @returns What they have there, each once, the better first; none where all have the same word.
 */
export function wordChoices(
  sentence: string,
  { start, end, alternatives }: {
    start: number;
    end: number;
    alternatives: readonly string[];
  },
): WordChoice[] {
  const own = wordsOf(sentence);
  const clicked = own.findIndex((word) => word.end > start && word.start < end);
  if (clicked < 0) return [];
  const choices = new Map<string, WordChoice>();
  for (const alternative of alternatives) {
    const others = wordsOf(alternative);
    const same = commonWords(own.map(({ text }) => text), others.map(({ text }) => text));
    if (same.some(([index]) => index === clicked)) continue;
    const from = same.findLast(([index]) => index < clicked)?.[1] ?? -1;
    const to = same.find(([index]) => index > clicked)?.[1] ?? others.length;
    if (to - from < 2) continue; // nothing stands there
    const text = alternative.slice(others[from + 1].start, others[to - 1].end);
    if (!choices.has(text)) choices.set(text, { text, sentence: alternative });
  }
  return [...choices.values()];
}

/** Words and marks, and where they are. */
export function wordsOf(text: string): { text: string; start: number; end: number }[] {
  // Scripts without spaces have each character for a word.
  const word = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]|[\p{L}\p{N}\p{M}'’-]+|[^\s]/gu;
  return [...text.matchAll(word)].map(({ 0: text, index: start }) => ({
    text,
    start,
    end: start + text.length,
  }));
}

/** The longest sequence of words that two sentences have in common, as pairs of their numbers. */
function commonWords(one: readonly string[], other: readonly string[]): [number, number][] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      lengths[i][j] = one[i] === other[j]
        ? lengths[i + 1][j + 1] + 1
        : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < one.length && j < other.length;) {
    if (one[i] === other[j]) pairs.push([i++, j++]);
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i++;
    else j++;
  }
  return pairs;
}
