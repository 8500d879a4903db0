import { type GroupOptions, marksOf, type Piece, piecesOf } from "./words.ts";
import type { TextSpan } from "./word_spans.ts";

/** Characters that a token without a place of its own may stand for at most, and those that none stands for. */
const MOST_UNKNOWN = 32, MOST_SKIPPED = 4;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * Finds where tokens stand in the text that they are of, where a tokenizer does not say it: so for what a model wrote.
 *
 * Tokenizers normalize text, so upper and lower case, compatible characters (NFKC), white space and invisible
 * characters count as alike. What is not found, such as `<unk>`, has the place between its neighbours, and several
 * such tokens share it.
 *
 * @param text The text.
 * @param tokens Its tokens as the tokenizer has them, special ones among them.
 * @param options How tokens show where words begin.
 * @returns Where each token is; an empty place for special tokens, and for those that have no character of their own.
 *
 * @example
 * ```ts
 * import { tokenOffsets } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const offsets = tokenOffsets("Die Haustür.", ["▁Die", "▁Haus", "tür", ".", "</s>"]);
 * assertEquals(offsets, [[0, 3], [4, 8], [8, 11], [11, 12], [12, 12]]);
 * ```
 */
export function tokenOffsets(
  text: string,
  tokens: readonly string[],
  options: Pick<GroupOptions, "marks"> = {},
): TextSpan[] {
  const plain = new PlainText(text);
  const offsets: TextSpan[] = Array(tokens.length);
  let place = 0, unplaced: number[] = [], hidden = 0;
  const settle = (end: number) => {
    for (const index of unplaced) offsets[index] = plain.span(place, end);
    [unplaced, hidden] = [[], 0];
  };
  const pieces = piecesOf(tokens, options.marks ?? marksOf(tokens));
  pieces.forEach((piece, index) => {
    if (piece.isSpecial) {
      // What is at the end of the text alone is after all of it.
      if (place === plain.text.length) settle(place);
      offsets[index] = plain.span(place, place);
      return;
    }
    const own = plainOf(piece.text);
    if (own === "" && !piece.isStart && index > 0 && unplaced.at(-1) !== index - 1) {
      offsets[index] = offsets[index - 1]; // the rest of a character's bytes
      return;
    }
    const found = own === "" || piece.isUnknown ? -1 : find(own, piece);
    if (found < 0) {
      unplaced.push(index);
      hidden += piece.isUnknown ? MOST_UNKNOWN : 2 * own.length;
      return;
    }
    settle(found);
    place = found + own.length;
    offsets[index] = plain.span(found, place);
  });
  settle(plain.text.length);
  return offsets;

  /** The next place of a token, after a space if it says so; -1 where that is too far for what is in between. */
  function find(own: string, { isStart }: Piece): number {
    const last = place + hidden + MOST_SKIPPED;
    let first = -1;
    for (let at = plain.text.indexOf(own, place); at >= 0; at = plain.text.indexOf(own, at + 1)) {
      if (at > last) break;
      if (!isStart || plain.isAfterSpace(at)) return at;
      if (first < 0) first = at;
    }
    return first;
  }
}

/** Text whose characters stand for themselves, each one unit long: most of it is such. */
const plainLetters = /^[ -~À-ÖØ-öø-ÿ–—„“”‚‘’«»]*$/;

/** Text as tokens may have it, which remembers where it came from. */
class PlainText {
  readonly text: string;
  readonly #source: string;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(source: string) {
    this.#source = source;
    let text = "";
    if (plainLetters.test(source)) {
      for (let i = 0; i < source.length; i++) {
        if (source[i] === " ") continue;
        text += source[i];
        this.#starts.push(i);
        this.#ends.push(i + 1);
      }
      this.text = text.toLowerCase();
      return;
    }
    for (const { segment, index } of segmenter.segment(source)) {
      const own = plainOf(segment);
      text += own;
      for (let i = 0; i < own.length; i++) {
        this.#starts.push(index);
        this.#ends.push(index + segment.length);
      }
    }
    this.text = text;
  }

  /** Where a part of the plain text is in the source. */
  span(start: number, end: number): TextSpan {
    if (end > start) return [this.#starts[start], this.#ends[end - 1]];
    const at = start < this.text.length ? this.#starts[start] : this.#ends.at(-1) ?? 0;
    return [at, at];
  }

  isAfterSpace(at: number): boolean {
    const start = this.#starts[at];
    return start === 0 || /\s/u.test(this.#source[start - 1]);
  }
}

/** Without case, white space, marks of sentencepiece and characters that nobody sees. */
function plainOf(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/[\s\p{Cc}\p{Cf}▁]+/gu, "");
}
