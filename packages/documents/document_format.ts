/** A kind of file whose texts can be translated. */
export type DocumentFormat =
  | "txt"
  | "md"
  | "html"
  | "srt"
  | "vtt"
  | "po"
  | "xliff"
  | "json"
  | "docx"
  | "odt"
  | "pptx"
  | "epub";

const formats: Readonly<Record<string, DocumentFormat>> = {
  txt: "txt",
  text: "txt",
  md: "md",
  markdown: "md",
  html: "html",
  htm: "html",
  xhtml: "html",
  srt: "srt",
  vtt: "vtt",
  po: "po",
  pot: "po",
  xliff: "xliff",
  xlf: "xliff",
  json: "json",
  docx: "docx",
  odt: "odt",
  pptx: "pptx",
  epub: "epub",
};

/**
 * Says by its name what a file is.
 *
 * @param fileName Name of the file, or its path.
 * @returns The format; undefined for a file whose texts cannot be told.
 *
 * @example
 * ```ts
 * import { documentFormat } from "@heed/documents";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(documentFormat("letters/Offer.DOCX"), "docx");
 * assertEquals(documentFormat("messages.xlf"), "xliff");
 * assertEquals(documentFormat("picture.png"), undefined);
 * ```
 */
export function documentFormat(fileName: string): DocumentFormat | undefined {
  const ending = fileName.match(/[^/\\]\.([a-z]+)$/i)?.[1].toLowerCase() ?? "";
  return Object.hasOwn(formats, ending) ? formats[ending] : undefined;
}
