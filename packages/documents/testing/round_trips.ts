import { assertEquals } from "@std/assert";
import type { DocumentFormat } from "../document_format.ts";
import { openDocument } from "../open_document.ts";
import { translateDocument } from "../translate_document.ts";

/** The texts of a document. */
export async function textsOf(
  document: string | Uint8Array,
  format: DocumentFormat,
): Promise<string[]> {
  return (await openDocument(bytesOf(document), { format })).units.map(({ source }) => source);
}

/** Bytes of a text. */
export function bytesOf(document: string | Uint8Array): Uint8Array {
  return typeof document === "string" ? new TextEncoder().encode(document) : document;
}

/** A translation of a text: the document with each text changed. */
export async function translated(
  document: string,
  format: DocumentFormat,
  change: (text: string) => string,
): Promise<string> {
  const translate = (texts: readonly string[]) => Promise.resolve(texts.map(change));
  return new TextDecoder("utf-8", { ignoreBOM: true })
    .decode(await translateDocument(bytesOf(document), { format, translate }));
}

/** Words in capitals, tags as they are. */
export function loud(text: string): string {
  return text.replaceAll(
    /(<[^<>]*>|&\w+;)|([^<&]+)/g,
    (_, tag, words) => tag ?? words.toUpperCase(),
  );
}

/** Fails unless the identity gives the same bytes. */
export async function assertIdentity(document: string, format: DocumentFormat): Promise<void> {
  assertEquals(await translated(document, format, (text) => text), document);
}
