import { htmlAttributes } from "./html_texts.ts";

/** A document, and where its texts stood before. */
export interface ReadDocument {
  readonly text: string;
  /** Where a text of it begins in the document as it was given. */
  readonly placeInSource: (offset: number) => number;
}

/**
 * Translates the attributes of documents that people read. They come first, so that a tag takes its own along
 * wherever it comes to.
 *
 * @param documents HTML.
 * @param translate Translates texts.
 * @returns The documents with other attributes.
 */
export async function translateAttributes(
  documents: readonly string[],
  translate: (texts: string[]) => Promise<string[]>,
): Promise<ReadDocument[]> {
  const found = documents.map((html) => htmlAttributes(html));
  const texts = found.flatMap(({ texts }) => texts);
  const translated = texts.length === 0 ? [] : await translate(texts);
  let done = 0;
  return found.map(({ texts, replace }) => {
    const { html, placeInSource } = replace(translated.slice(done, done += texts.length));
    return { text: html, placeInSource };
  });
}
