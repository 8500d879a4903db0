const header = /\{\s{0,3}[\w.]{1,40}\s{0,3},\s{0,3}(?:plural|select|selectordinal)\s{0,3},/gu;
/** No message is longer; it keeps many unclosed ones from taking long. */
const MAX_CHARACTERS = 2000;

/**
 * Finds ICU messages that choose between texts, `{n, plural, one {# file} other {# files}}`, up to the brace that
 * closes them. They stay whole: a cut one cannot be read any more.
 *
 * @param text Any text.
 * @returns Beginning and end of each in UTF-16 code units.
 */
export function findChoiceMessages(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const { index: start } of text.matchAll(header)) {
    let depth = 0;
    const last = Math.min(text.length, start + MAX_CHARACTERS);
    for (let i = start; i < last; i++) {
      if (text[i] === "{") depth++;
      if (text[i] === "}" && --depth === 0) {
        found.push({ start, end: i + 1 });
        break;
      }
    }
  }
  return found;
}
