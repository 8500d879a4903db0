/**
 * Translates files and keeps all of them but their texts: plain text, Markdown, HTML, subtitles, catalogs of messages,
 * JSON, Word, PowerPoint, OpenDocument, EPUB.
 *
 * It knows no translator: {@linkcode translateDocument} takes a function from texts to texts, such as
 * `Translator.translate` of `@heed/translation` gives. {@linkcode documentFormat} says by its name what a file is.
 *
 * @example
 * ```ts
 * import { documentFormat, translateDocument } from "@heed/documents";
 * import { assertEquals } from "@std/assert";
 *
 * const subtitles = "1\n00:00:01,000 --> 00:00:02,000\nHello\n";
 * const loud = await translateDocument(new TextEncoder().encode(subtitles), {
 *   format: documentFormat("film.srt")!,
 *   translate: (texts) => Promise.resolve(texts.map((text) => text.toUpperCase())),
 * });
 * assertEquals(
 *   new TextDecoder().decode(loud),
 *   "1\n00:00:01,000 --> 00:00:02,000\nHELLO\n",
 * );
 * ```
 *
 * @module
 */
export { type DocumentFormat, documentFormat } from "./document_format.ts";
export { translateDocument, type TranslateDocumentOptions } from "./translate_document.ts";
export type { TranslateTextsOptions } from "./translate_units.ts";
