/** A word of a translation, and how sure the model is of it. */
export interface TranslatedWord {
  /** The word, without punctuation around it. */
  readonly text: string;
  /** Where it begins in the translation, in UTF-16 units. */
  readonly start: number;
  /** Where it ends in the translation, in UTF-16 units. */
  readonly end: number;
  /** Probability that the model gives the word after what stands before it: the product of its tokens'. */
  readonly probability: number;
  /**
   * Probability that the word is right, which here is: that a reference translation would have it in
   * this place. Undefined when the model has no calibration.
   */
  readonly confidence?: number;
}

/** A word and its place in a text. */
export type WordSpan = Pick<TranslatedWord, "text" | "start" | "end">;

/**
 * Makes a finder of words: Unicode's (UAX 29), without punctuation and white space.
 *
 * @param locale Language of the texts as a BCP 47 tag; one that is not known counts as none.
 * @returns Finds the words of a text, in order.
 */
export function wordFinder(locale: string | undefined): (text: string) => WordSpan[] {
  const segmenter = new Intl.Segmenter(knownLocale(locale), { granularity: "word" });
  return (text) =>
    [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike).map(
      ({ segment, index }) => ({ text: segment, start: index, end: index + segment.length }),
    );
}

function knownLocale(locale: string | undefined): string | undefined {
  try {
    return locale === undefined ? undefined : new Intl.Locale(locale.replaceAll("_", "-")).baseName;
  } catch {
    return undefined;
  }
}

/** A translated sentence as tokens. */
export interface DecodedTokens {
  /** Token ids, the end token last. */
  readonly ids: readonly number[];
  /** Log-probability of every token, in nats `[ids.length]`. */
  readonly tokenLogProbs: readonly number[];
  /** Makes text of ids. */
  decode(ids: Iterable<number>): string;
}

/**
 * Gives the words of a translation their probabilities. Where a token's text lies is seen from what
 * decoding gives with it and without it, so that any tokenizer will do.
 *
 * @param text The translation: the decoded ids without white space around them.
 * @param words Words in it.
 * @param tokens Its tokens.
 * @returns Probability of every word `[words]`.
 */
export function wordProbabilities(
  text: string,
  words: readonly WordSpan[],
  { ids, tokenLogProbs, decode }: DecodedTokens,
): number[] {
  const whole = decode(ids);
  const margin = whole.length - whole.trimStart().length;
  // Ends of the tokens' text; a token without any, such as half a character, belongs to the next.
  const pieces: { start: number; end: number; logProb: number }[] = [];
  let start = 0, waiting = 0;
  ids.forEach((_, i) => {
    const before = decode(ids.slice(0, i + 1));
    const end = i === ids.length - 1 ? text.length : sharedLength(before, whole) - margin;
    waiting += tokenLogProbs[i] ?? 0;
    if (end <= start) return;
    pieces.push({ start, end, logProb: waiting });
    [start, waiting] = [end, 0];
  });
  return words.map((word) => {
    const own = pieces.filter(({ start, end }) => start < word.end && end > word.start);
    return Math.min(1, Math.exp(own.reduce((sum, { logProb }) => sum + logProb, 0)));
  });
}

/** Characters that two texts have in common from their start. */
function sharedLength(a: string, b: string): number {
  if (b.startsWith(a)) return a.length;
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
