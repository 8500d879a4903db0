import type { InputLine } from "./lines.ts";

/** What an input is. */
export type InputFormat = "html" | "text";

/**
 * Says what an input is: of `auto`, the ending of its name does.
 *
 * @param asked What the user asked for; whatever is neither is `auto`.
 * @param path The file, if it is one.
 * @returns The format.
 */
export function inputFormat(asked: string, path: string | undefined): InputFormat {
  if (asked === "html" || asked === "text") return asked;
  return /\.(?:x?html?)$/i.test(path ?? "") ? "html" : "text";
}

/**
 * Joins all lines to one: HTML is one text from its first tag to its last.
 *
 * @param lines The lines of a document.
 * @returns The document as one line without an end; nothing of an empty one. Its number is that of the first line that
 * is not UTF-8, else 1.
 */
export async function* wholeDocument(
  lines: AsyncIterable<InputLine> | Iterable<InputLine>,
): AsyncGenerator<InputLine> {
  const parts: string[] = [];
  let bytes = 0;
  let invalid: number | undefined;
  for await (const line of lines) {
    parts.push(line.text, line.ending);
    bytes += line.bytes;
    if (!line.isValid) invalid ??= line.number;
  }
  if (bytes === 0) return;
  const isValid = invalid === undefined;
  yield { number: invalid ?? 1, text: parts.join(""), ending: "", bytes, isValid };
}
