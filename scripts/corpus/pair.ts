/** A line of parallel text. */
export interface Pair {
  readonly source: string;
  readonly target: string;
  /** Where it comes from, `package/document`; empty where the file does not say. */
  readonly document: string;
}

/**
 * Reads a line of parallel text.
 *
 * @param line Source, target and, optionally, document, with tabs between them.
 * @returns The pair with single spaces; undefined where a side is missing or empty.
 */
export function parsePair(line: string): Pair | undefined {
  const [source = "", target = "", document = ""] = line.split("\t");
  const pair = { source: tidy(source), target: tidy(target), document };
  return pair.source === "" || pair.target === "" ? undefined : pair;
}

function tidy(text: string): string {
  return text.normalize("NFC").replace(/\s+/gu, " ").trim();
}

/**
 * What is left of a text when case, punctuation and spaces do not count; equal keys are duplicates.
 *
 * @param text Any text.
 * @returns Its letters and digits, in lower case.
 */
export function textKey(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/**
 * Counts words.
 *
 * @param text Text with single spaces; scripts without spaces count two characters as a word.
 * @returns The number of words.
 */
export function countWords(text: string): number {
  const unspaced = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/gu)?.length ?? 0;
  return text.split(" ").length + Math.floor(unspaced / 2);
}
