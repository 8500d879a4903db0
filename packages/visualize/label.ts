const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** White space and controls by the sign that stands for them. */
const SIGNS: Readonly<Record<string, string>> = { "\n": "⏎", "\t": "⇥", "\r": "␍", " ": "␣" };

/**
 * What cannot be shown or would change its surroundings: controls, lone surrogates, white space
 * other than the common kind, marks that turn the direction of writing, characters that XML forbids.
 */
const UNSHOWABLE =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

/**
 * Makes a token fit to be shown on one line, whatever is in it.
 *
 * @param token Token or word as the tokenizer has it.
 * @returns Well-formed text without controls; never empty.
 */
export function displayToken(token: string): string {
  if (token.trim() === "" && token !== "") {
    return [...token].map((character) => SIGNS[character] ?? codePoint(character)).join("");
  }
  const text = token.toWellFormed().replace(
    UNSHOWABLE,
    (character) => SIGNS[character] ?? codePoint(character),
  );
  return text === "" ? "∅" : text;
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Splits text into what a reader takes for characters. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Cuts a label after so many graphemes. */
export function shorten(text: string, most: number): string {
  const parts = graphemes(text);
  return parts.length <= most ? text : `${parts.slice(0, most - 1).join("")}…`;
}

/** Escapes text for XML and HTML, in content and in attributes. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Scripts and signs that are about as wide as high. */
const WIDE =
  /^(?:\p{Extended_Pictographic}\p{Emoji_Presentation}?|\p{Regional_Indicator}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}])/u;

/** Whether a grapheme takes two columns of a terminal. */
export function isWide(grapheme: string): boolean {
  return WIDE.test(grapheme) && !/^[\u00a9\u00ae\u203c-\u2bff]$/u.test(grapheme);
}

/** Columns that text takes in a terminal. */
export function columnsOf(text: string): number {
  return graphemes(text).reduce((sum, grapheme) => sum + (isWide(grapheme) ? 2 : 1), 0);
}

/** Estimated width of text in a sans-serif font of size 1. */
export function widthOf(text: string): number {
  let width = 0;
  for (const grapheme of graphemes(text)) {
    if (isWide(grapheme)) width += 1.15;
    else if (/^[mwMW@%—…⏎]/u.test(grapheme)) width += 0.95;
    else if (/^[ijltfrI.,:;'|!()[\]]/u.test(grapheme)) width += 0.38;
    else if (/^\p{Lu}/u.test(grapheme)) width += 0.72;
    else width += 0.62;
  }
  return width;
}
