/** A place in a text `[start, end)`, in UTF-16 units. */
export type TextSpan = readonly [start: number, end: number];

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/**
 * Finds the words of a text: also where a script has no spaces between them. Punctuation stands alone; white space
 * belongs to no word.
 *
 * @param text Any text.
 * @returns Where each word is, in order.
 *
 * @example
 * ```ts
 * import { wordSpans } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "It doesn't rain.";
 * const words = wordSpans(text).map(([start, end]) => text.slice(start, end));
 * assertEquals(words, ["It", "doesn't", "rain", "."]);
 * ```
 */
export function wordSpans(text: string): TextSpan[] {
  return Array.from(
    segmenter.segment(text),
    ({ index, segment }): TextSpan => [index, index + segment.length],
  ).filter(([start, end]) => /\S/u.test(text.slice(start, end)));
}
