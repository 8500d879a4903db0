/** Characters that the rules of a file may add, and times that they may lengthen a text besides. */
const MOST_ADDED = 1 << 20, MOST_TIMES = 100;

/**
 * Refuses a text that rules of a file let grow without bound, as replacements that double it do.
 *
 * @param length What the rules made of it, in characters
 * @param original What it had
 * @param action What is done, such as `normalize`
 */
export function assertLength(length: number, original: number, action: string): void {
  if (length <= MOST_ADDED + MOST_TIMES * original) return;
  throw new RangeError(
    `Cannot ${action} a text of ${original} characters: the tokenizer's rules make it ${length} long`,
  );
}
