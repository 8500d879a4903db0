/**
 * Tells which words of a translation are right: those that an alignment with the fewest edits
 * (Levenshtein 1966) pairs with an equal word of the reference. That is the word error rate's notion
 * of an error, used to train word confidence since Blatz et al. (2004, section 4.2) and, with a
 * post-edited translation for reference, in WMT's quality estimation tasks. Case does not count.
 *
 * @param words Words of the translation, without punctuation.
 * @param reference Words of the reference, without punctuation.
 * @returns Whether each word is right `[words]`.
 *
 * @example
 * ```ts
 * import { rightWords } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const words = ["Die", "alte", "Katze", "schläft"];
 * assertEquals(rightWords(words, ["die", "Katze", "ruht"]), [true, false, true, false]);
 * ```
 */
export function rightWords(words: readonly string[], reference: readonly string[]): boolean[] {
  const ours = words.map((word) => word.toLowerCase());
  const theirs = reference.map((word) => word.toLowerCase());
  const width = theirs.length + 1;
  // Edits from the first i of our words to the first j of theirs `[i * width + j]`.
  const edits = new Uint32Array((ours.length + 1) * width);
  for (let j = 0; j < width; j++) edits[j] = j;
  for (let i = 1; i <= ours.length; i++) {
    edits[i * width] = i;
    for (let j = 1; j < width; j++) {
      const at = i * width + j;
      const substitution = ours[i - 1] === theirs[j - 1] ? 0 : 1;
      edits[at] = Math.min(
        edits[at - width - 1] + substitution,
        edits[at - width] + 1,
        edits[at - 1] + 1,
      );
    }
  }
  const right = Array<boolean>(ours.length).fill(false);
  for (let i = ours.length, j = theirs.length; i > 0 && j > 0;) {
    const at = i * width + j;
    const isEqual = ours[i - 1] === theirs[j - 1];
    if (edits[at] === edits[at - width - 1] + (isEqual ? 0 : 1)) {
      right[--i] = isEqual;
      j--;
    } else if (edits[at] === edits[at - width] + 1) i--;
    else j--;
  }
  return right;
}
