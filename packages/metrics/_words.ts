/**
 * White space as Python's `str.split()` and `str.rstrip()` know it, which the published metrics use:
 * the separators U+001C to U+001F and U+0085 count, and the byte order mark does not (`\s` differs).
 */
const SPACE =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACES = new RegExp(`[${SPACE}]+`);
const EVERY_SPACE = new RegExp(`[${SPACE}]+`, "g");
const LEADING_SPACES = new RegExp(`^[${SPACE}]+`);
const TRAILING_SPACE = new RegExp(`[${SPACE}]$`);

/** Words between white space; none for a blank text. */
export function splitWords(text: string): string[] {
  const words = trimEnd(text.replace(LEADING_SPACES, "")).split(SPACES);
  return words.length === 1 && words[0] === "" ? [] : words;
}

/** Text without any white space. */
export function removeSpaces(text: string): string {
  return text.replace(EVERY_SPACE, "");
}

/** Text without white space at its end. */
export function trimEnd(text: string): string {
  let end = text.length; // a loop, as an expression ending in $ takes quadratic time
  while (end > 0 && TRAILING_SPACE.test(text[end - 1])) end--;
  return text.slice(0, end);
}
