import { decodeText } from "./encoding.ts";
import type { DocumentFormat } from "./document_format.ts";
import { applyEdits, type Edit, type TextUnit } from "./text_unit.ts";

/** A document whose texts are known. */
export interface OpenDocument {
  readonly units: readonly TextUnit[];
  /**
   * Writes the document.
   *
   * @param translations One for each unit.
   */
  write(translations: readonly string[]): Uint8Array;
}

/** Options of {@linkcode openDocument}. */
export interface OpenDocumentOptions {
  readonly format: DocumentFormat;
  /** Whether messages that have a translation are translated again. */
  readonly replace?: boolean;
}

/** Finds the texts of a document. */
export async function openDocument(
  bytes: Uint8Array,
  { format, replace }: OpenDocumentOptions,
): Promise<OpenDocument> {
  if (format === "docx" || format === "pptx" || format === "odt" || format === "epub") {
    return (await import("./container/open_archive.ts")).openArchive(bytes, format);
  }
  const { text, encode } = decodeText(bytes, { format: format === "xliff" ? "xml" : format });
  const units = await unitsOf(text, { format, replace });
  return {
    units,
    write: (translations) => encode(applyEdits(text, changes(units, translations))),
  };
}

/** What translations change; one that is its source changes nothing. */
export function changes(units: readonly TextUnit[], translations: readonly string[]): Edit[] {
  return units.flatMap((unit, i) =>
    translations[i] === unit.source ? [] : unit.edits(translations[i])
  );
}

async function unitsOf(
  content: string,
  { format, replace }: OpenDocumentOptions,
): Promise<TextUnit[]> {
  switch (format) {
    case "txt":
      return (await import("./text/lines.ts")).plainTextUnits(content);
    case "html":
      return (await import("./html/html_pieces.ts")).htmlUnits(content);
    case "srt":
    case "vtt":
      return (await import("./subtitles/subtitle_units.ts")).subtitleUnits(content, format);
    case "po":
      return (await import("./catalog/po_units.ts")).poUnits(content, { replace });
    case "json":
      return (await import("./json/json_strings.ts")).jsonUnits(content);
    case "md":
      return (await import("./markdown/markdown_units.ts")).markdownUnits(content);
    case "xliff":
      return (await import("./xliff/xliff_units.ts")).xliffUnits(content, { replace });
    default:
      throw new RangeError(`Cannot read the document: ${format} is no format that is known here`);
  }
}
