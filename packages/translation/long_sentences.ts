/** How {@linkcode splitLongSentence} measures. */
export interface LongSentenceOptions {
  /** Most tokens that a piece may have. */
  readonly maxTokens: number;
  /** Number of tokens of a text, as the model counts them. */
  readonly countTokens: (text: string) => number;
}

/** Places to cut, the best first: behind `; :` and dashes, behind commas, behind white space. */
const cuts: readonly RegExp[] = [
  /(?:[;:…]["'”’)\]]*\s+|\s[–—-]+\s+|[；：])/gu,
  /(?:,["'”’)\]]*\s+|[，、､])/gu,
  /\s+/gu,
];

/**
 * Splits a sentence that is longer than a model takes. The pieces, concatenated, are the sentence.
 *
 * Cuts in two near the middle until every piece fits: behind a semicolon, colon or dash, else
 * behind a comma, else between words, and between characters where there is no space.
 *
 * @param sentence A sentence of any length.
 * @param options The limit, and what it is counted with.
 * @returns The pieces in order; the sentence itself when it fits. A single character that is longer
 * than the limit stays whole.
 * @throws {RangeError} When the limit is not positive.
 *
 * @example
 * ```ts
 * import { splitLongSentence } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const countTokens = (text: string) => text.split(" ").length;
 * assertEquals(
 *   splitLongSentence("We came, we saw; we, all of us, won.", { maxTokens: 6, countTokens }),
 *   ["We came, we saw; ", "we, all of us, won."],
 * );
 * ```
 */
export function splitLongSentence(sentence: string, options: LongSentenceOptions): string[] {
  return [...longSentencePieces(sentence, options)];
}

/** The same, piece by piece: of a text without end in sight, the first ones come soon. */
export function* longSentencePieces(
  sentence: string,
  { maxTokens, countTokens }: LongSentenceOptions,
): Generator<string> {
  if (!(maxTokens > 0)) {
    throw new RangeError(`Cannot split into pieces of ${maxTokens} tokens: give a positive number`);
  }
  // What is left, the next at the end.
  const left = [sentence];
  for (let piece = left.pop(); piece !== undefined; piece = left.pop()) {
    const cut = fits(piece, { maxTokens, countTokens }) ? 0 : findCut(piece);
    if (cut === 0) yield piece;
    else left.push(piece.slice(cut), piece.slice(0, cut));
  }
}

/** Tokens that the end of a text's beginning may have more for being cut off there. */
const MARGIN = 64;

/** Whether a piece has at most so many tokens. Of a long one the beginning tells, without all of its tokens. */
function fits(piece: string, { maxTokens, countTokens }: LongSentenceOptions): boolean {
  const enough = 64 * maxTokens;
  if (piece.length > 2 * enough && countTokens(piece.slice(0, enough)) > maxTokens + MARGIN) {
    return false;
  }
  return countTokens(piece) <= maxTokens;
}

/** Where to cut, in UTF-16 units from the start; 0 when the text is a single character. */
function findCut(sentence: string): number {
  const middle = sentence.length / 2;
  for (const pattern of cuts) {
    let best = 0;
    for (const match of sentence.matchAll(pattern)) {
      const cut = match.index + match[0].length;
      if (Math.abs(cut - middle) < Math.abs(best - middle)) best = cut;
    }
    // A cut in the outer quarters would tear off a few words only.
    if (best >= middle / 2 && best <= middle * 1.5) return best;
  }
  return findCharacterCut(sentence, Math.floor(middle));
}

/** The boundary between user-perceived characters that is nearest before the middle, else after it. */
function findCharacterCut(sentence: string, middle: number): number {
  // A window is enough: what a person calls a character is short, and the text may be long.
  const start = Math.max(0, middle - 64);
  const window = sentence.slice(start, middle + 64);
  let after = 0;
  let before = 0;
  for (const { index } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(window)) {
    const cut = start + index;
    if (index === 0) continue;
    if (cut <= middle) before = cut;
    else if (after === 0) after = cut;
  }
  const cut = before || after;
  if (cut > 0) return cut;
  // A pile of more than 64 combining marks: never cut a surrogate pair, whatever else.
  const insidePair = /[\udc00-\udfff]/.test(sentence.charAt(middle)) &&
    /[\ud800-\udbff]/.test(sentence.charAt(middle - 1));
  return insidePair ? middle - 1 : middle;
}
