import { documentFormat, translateDocument, type TranslateDocumentOptions } from "@heed/documents";

const endings = "txt md html htm srt vtt po xliff xlf json docx odt pptx epub".split(" ");

/** What the names of files end with that can be translated. */
export const fileEndings: readonly string[] = endings
  .filter((ending) => documentFormat(`a.${ending}`) !== undefined)
  .map((ending) => `.${ending}`);

/**
 * Translates a file, or a piece of one. The lines of plain text are asked for all at once, so that they fill batches.
 *
 * @param bytes The file.
 * @param options Its format, and what translates.
 * @throws {SyntaxError} When it cannot be read.
 */
export async function translateFile(
  bytes: Uint8Array,
  options: TranslateDocumentOptions,
): Promise<Uint8Array> {
  if (!isLines(bytes, options)) return await translateDocument(bytes, options);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError("Cannot read the document: it is not UTF-8", { cause });
  }
  const lines = await options.translate(text.split("\n"), { format: "text" });
  return new TextEncoder().encode(lines.join("\n"));
}

/** Whether a file is text whose lines end with one byte: UTF-16, which begins with a mark, has them elsewhere. */
export function isLines(
  bytes: Uint8Array,
  { format }: Pick<TranslateDocumentOptions, "format">,
): boolean {
  return format === "txt" && !(bytes[0] >= 0xfe);
}
