import { splitWords } from "./_words.ts";

/**
 * Splits a text into words as NIST's mteval-v13a does, which most published BLEU scores rest on.
 *
 * @param text One segment, not tokenized before.
 * @returns Its words: punctuation stands alone, but not inside numbers such as 1,000.5.
 *
 * @example
 * ```ts
 * import { tokenize13a } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tokenize13a("It costs $1,000.50, &quot;only&quot;."), [
 *   ..."It costs $ 1,000.50 ,".split(" "),
 *   ...'" only " .'.split(" "),
 * ]);
 * ```
 */
export function tokenize13a(text: string): string[] {
  const joined = text
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "") // a word hyphenated at a line's end
    .replaceAll("\n", " ");
  const spaced = ` ${unescapeEntities(joined)} `
    .replace(/[{-~[-` -&(-+:-@/]/g, " $& ")
    .replace(/([^0-9])([.,])/gu, "$1 $2 ") // period and comma, unless a digit is before them
    .replace(/([.,])([^0-9])/gu, " $1 $2") // or after them
    .replace(/([0-9])(-)/g, "$1 $2 "); // a dash after a digit
  return splitWords(spaced);
}

/** One after the other, so that `&amp;lt;` becomes `<` as in the original. */
function unescapeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
}
