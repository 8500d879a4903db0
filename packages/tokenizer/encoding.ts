/** A text cut into tokens: `ids[i]` is the vocabulary index of `tokens[i]`. */
export interface Encoding {
  /** Vocabulary indices `[tokens]`. */
  ids: number[];
  /** The tokens as the vocabulary writes them `[tokens]`; an unknown token may be the text that it stands for. */
  tokens: string[];
  /** Where each token lies in the original text, `[start, end)` in UTF-16 units `[tokens]`; `[0, 0]` for added ones. */
  offsets?: [number, number][];
  /** The word (pre-token) that each token is part of, undefined for added tokens `[tokens]`. */
  wordIds?: (number | undefined)[];
  /** 0 for tokens of the first text, 1 for those of the second `[tokens]`. */
  typeIds?: number[];
  /** 1 for tokens, 0 for padding `[tokens]`. */
  attentionMask?: number[];
  /** 1 for tokens that the tokenizer added (such as `[CLS]` and padding), 0 for those of the text `[tokens]`. */
  specialTokensMask?: number[];
  /** What truncation cut off, in parts of the same length. */
  overflowing?: Encoding[];
}

/** An {@linkcode Encoding} with every field. */
export interface FullEncoding extends Required<Omit<Encoding, "overflowing">> {
  /** The text that each token came from: 0 the first, 1 the second, undefined for added tokens `[tokens]`. */
  sequenceIds: (number | undefined)[];
  /** What truncation cut off, in parts of the same length. */
  overflowing: FullEncoding[];
}

/**
 * Counts offsets in code points, as Python does, instead of UTF-16 units.
 *
 * @param offsets `[start, end)` in UTF-16 units of `text` `[tokens]`
 * @param text The text that was encoded
 * @returns `[start, end)` in code points `[tokens]`
 *
 * @example
 * ```ts
 * import { codePointOffsets } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(codePointOffsets([[0, 2], [2, 3]], "🙂!"), [[0, 1], [1, 2]]);
 * ```
 */
export function codePointOffsets(
  offsets: readonly (readonly [number, number])[],
  text: string,
): [number, number][] {
  const points = new Uint32Array(text.length + 1);
  let point = 0;
  for (let i = 0; i < text.length; point++) {
    points[i++] = point;
    if (text.codePointAt(i - 1)! > 0xffff) points[i++] = point;
  }
  points[text.length] = point;
  return offsets.map(([start, end]) => [points[start], points[end]]);
}
