import type { Message } from "./accelerators.ts";
import { alignBlocks, type BlockPair } from "./align_blocks.ts";
import type { Block } from "./blocks.ts";
import { sentencePairs } from "./sentence_pairs.ts";

/** `1.2. `, `Chapter 3. `, `第1章 `: what a heading begins with. */
const numbering =
  /^(?:(?:\p{L}+\s)?[A-Z]?\d+(?:[.:]\d+)*[.:]?|[A-Z]\.(?:\d+\.)*|第\s?\d+\s?\p{L})\s+/u;

/**
 * Makes sentence pairs of a document and its translation.
 *
 * @param english Blocks of the document.
 * @param translation Blocks of the translation.
 * @param options Language of the translation.
 * @returns The pairs.
 */
export function* documentPairs(
  english: readonly Block[],
  translation: readonly Block[],
  options: { readonly locale: string },
): Generator<Message> {
  for (const pair of alignBlocks(english, translation)) yield* blockPairs(pair, options);
}

/**
 * Makes sentence pairs of a block and its translation. Numbers of headings are taken off.
 *
 * @param pair The block and its translation.
 * @param options Language of the translation.
 * @returns The pairs.
 */
export function blockPairs(
  [english, translation]: BlockPair,
  options: { readonly locale: string },
): Message[] {
  const message = { english: english.text, translation: translation.text };
  if (!numbering.test(message.english) || !numbering.test(message.translation)) {
    return sentencePairs(message, options);
  }
  return sentencePairs({
    english: message.english.replace(numbering, ""),
    translation: message.translation.replace(numbering, ""),
  }, options);
}

/**
 * Decodes a document by the encoding that it declares.
 *
 * @param bytes The document.
 * @returns Its text; UTF-8 is assumed when it declares nothing that is known.
 */
export function decodeDocument(bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  const label = /(?:charset|encoding)\s*=\s*["']?([\w-]+)/i.exec(head)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(label).decode(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new TextDecoder().decode(bytes);
  }
}
