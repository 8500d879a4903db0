import type { DocumentFormat } from "./document_format.ts";
import { openDocument } from "./open_document.ts";
import { type TranslateTextsOptions, translateUnits } from "./translate_units.ts";

/** Options of {@linkcode translateDocument}. */
export interface TranslateDocumentOptions extends TranslateTextsOptions {
  /** What the document is; `documentFormat` tells it by a name. */
  readonly format: DocumentFormat;
  /** Of messages (`po`, `xliff`), whether those that have a translation are translated again. Default false. */
  readonly replace?: boolean;
}

/**
 * Translates the texts of a document. All else stays as it is, byte for byte: markup, keys, timings, pictures.
 *
 * Texts go to `translate` in batches of at most 64 texts and 20,000 characters, unless one text alone is longer. Those
 * with markup in them are HTML with inline tags, which may come back in other places. A text that comes back as it was
 * changes no byte.
 *
 * @param bytes The document.
 * @param options Its format, and how texts are translated.
 * @returns The translated document.
 * @throws {SyntaxError} When the document cannot be read.
 * @throws {RangeError} When it is too large to be read safely, or translations are missing.
 *
 * @example
 * ```ts
 * import { translateDocument } from "@heed/documents";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode('{ "open": "Open the file", "size": 3 }');
 * const german = await translateDocument(bytes, {
 *   format: "json",
 *   translate: (texts) => Promise.resolve(texts.map(() => "Öffne die Datei")),
 * });
 * assertEquals(new TextDecoder().decode(german), '{ "open": "Öffne die Datei", "size": 3 }');
 * ```
 */
export async function translateDocument(
  bytes: Uint8Array,
  options: TranslateDocumentOptions,
): Promise<Uint8Array> {
  options.signal?.throwIfAborted();
  const document = await openDocument(bytes, options);
  return document.write(await translateUnits(document.units, options));
}
