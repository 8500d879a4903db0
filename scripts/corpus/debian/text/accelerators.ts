/** A message and its translation. */
export interface Message {
  readonly english: string;
  readonly translation: string;
}

/** Longer messages are prose and have no key. */
const MAX_LENGTH = 100;
/** `(_F)`, `(&F)`: where the translation has no letter of the key, it is put behind. */
const parenthesized = /\s*[(（][&_~][\p{L}\p{N}][)）]/u;

/**
 * Takes out the sign that marks the key of a menu entry: `_File`, `&File`, `~File`, `文件(_F)`.
 *
 * The sign counts as such only before a letter, if the English message has it exactly once and the
 * translation at most once. In the midst of a word, as in `E_xit`, also that word must differ in the
 * translation: `file_name` is a name. An ampersand may stand in the same word on both sides
 * (`I&MAP`) unless that looks like `AT&T`. A `_` or `~` in the translation alone is taken out too.
 *
 * @param message Both sides.
 * @returns Both sides without the sign.
 */
export function stripAccelerators(message: Message): Message {
  let { english, translation } = message;
  if (english.length > MAX_LENGTH) return message;
  for (const sign of ["&", "_", "~"]) {
    const source = maskEntities(english);
    const target = maskEntities(translation);
    if (!isAccelerator(source, target, sign)) continue;
    english = remove(source, sign);
    translation = parenthesized.test(target)
      ? unmask(target.replace(parenthesized, ""))
      : remove(target, sign);
  }
  if (!english.includes("&&") && !translation.includes("&&")) return { english, translation };
  // Qt writes a real ampersand twice.
  return { english: english.replaceAll("&&", "&"), translation: translation.replaceAll("&&", "&") };
}

function isAccelerator(english: string, translation: string, sign: string): boolean {
  const inEnglish = count(english, sign);
  const inTranslation = count(translation, sign);
  if (inEnglish > 1 || inTranslation > 1) return false;
  if (inEnglish === 0) return inTranslation === 1 && sign !== "&" && isMarker(translation, sign);
  if (!isMarker(english, sign)) return false;
  const word = midWord(english, sign);
  if (word === undefined) return true;
  if (inTranslation === 0) return false;
  return !translation.includes(word) ||
    (sign === "&" && !/\p{Lu}&\p{Lu}{1,2}(?!\p{L})/u.test(word));
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

/** Hides the ampersands of `&amp;` and of `&&` in characters of the private use area. */
function maskEntities(text: string): string {
  return text.replace(/&(?=(?:#\w+|\w+);)/g, "\ue000").replaceAll("&&", "\ue001");
}

function unmask(text: string): string {
  return text.replaceAll("\ue000", "&").replaceAll("\ue001", "&&");
}

function isMarker(text: string, sign: string): boolean {
  // `~5` is about five.
  const key = sign === "~" ? /\p{L}/u : /[\p{L}\p{N}]/u;
  return key.test(text[text.indexOf(sign) + 1] ?? "");
}

/** The word with the sign in its midst, if it is there. */
function midWord(text: string, sign: string): string | undefined {
  const word = text.split(/\s+/).find((part) => part.includes(sign)) ?? "";
  return /^[^\p{L}\p{N}]*$/u.test(word.slice(0, word.indexOf(sign))) ? undefined : word;
}

function remove(text: string, sign: string): string {
  return unmask(isMarker(text, sign) ? text.replace(sign, "") : text);
}
