import type { DocumentFormat } from "../document_format.ts";
import { type DocumentPart, officeParts, readXml } from "../office/office_parts.ts";
import { changes, type OpenDocument } from "../open_document.ts";
import { applyEdits } from "../text_unit.ts";
import { ZipArchive } from "./zip_archive.ts";

/** A format whose documents are archives. */
export type ArchiveFormat = Extract<DocumentFormat, "docx" | "pptx" | "odt" | "epub">;

/** Finds the texts of a document that is an archive. */
export async function openArchive(
  bytes: Uint8Array,
  format: ArchiveFormat,
): Promise<OpenDocument> {
  const archive = new ZipArchive(bytes);
  const parts = await partsOf(archive, format);
  return {
    units: parts.flatMap(({ units }) => units),
    write(translations) {
      const contents = new Map<string, Uint8Array>();
      let at = 0;
      for (const { name, text, encode, units } of parts) {
        const edits = changes(units, translations.slice(at, at + units.length));
        at += units.length;
        if (edits.length > 0) contents.set(name, encode(applyEdits(text, edits)));
      }
      return contents.size === 0 ? bytes : archive.replace(contents);
    },
  };
}

async function partsOf(archive: ZipArchive, format: ArchiveFormat): Promise<DocumentPart[]> {
  switch (format) {
    case "docx":
    case "pptx": {
      const unitsOf = format === "docx"
        ? (await import("../office/word_units.ts")).wordUnits
        : (await import("../office/drawing_units.ts")).drawingUnits;
      return officeParts(archive, format).map((name) => {
        const { text, encode, root } = readXml(archive, name);
        return { name, text, encode, units: unitsOf(text, root) };
      });
    }
    case "odt":
      return (await import("../office/writer_units.ts")).writerParts(archive);
    case "epub":
      return (await import("../epub/epub_parts.ts")).epubParts(archive);
  }
}
