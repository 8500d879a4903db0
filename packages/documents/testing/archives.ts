import { zipSync } from "fflate";
import { ZipArchive } from "../container/zip_archive.ts";

/** A document of `testdata`. */
export async function readDocument(name: string): Promise<Uint8Array> {
  return await Deno.readFile(new URL(`../../../testdata/documents/${name}`, import.meta.url));
}

/** The files of an archive, by their names in order. */
export function filesIn(bytes: Uint8Array): Map<string, Uint8Array> {
  const archive = new ZipArchive(bytes);
  return new Map(archive.names.map((name) => [name, archive.read(name)]));
}

/** Packs texts as an archive. */
export function archiveOf(files: Readonly<Record<string, string>>): Uint8Array {
  const encoder = new TextEncoder();
  return zipSync(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, encoder.encode(text)])),
  );
}

/** A Word document with this in its body. */
export function wordDocument(
  body: string,
  files: Readonly<Record<string, string>> = {},
): Uint8Array {
  return archiveOf({
    "[Content_Types].xml":
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
      `<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.` +
      `wordprocessingml.document.main+xml"/></Types>`,
    "word/document.xml":
      `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    ...files,
  });
}

/** The body of such a document. */
export function bodyOf(document: Uint8Array): string {
  const text = new TextDecoder().decode(filesIn(document).get("word/document.xml"));
  return text.match(/<w:body>([^]*)<\/w:body>/)![1];
}
