import { Buffer } from "node:buffer";
import { mo } from "gettext-parser";
import type { Message } from "./text/accelerators.ts";

/** What gettext-parser, which comes without types, makes of a catalog. */
interface Catalog {
  readonly translations: Readonly<
    Record<
      string,
      Readonly<
        Record<string, {
          readonly msgid: string;
          readonly msgid_plural?: string;
          readonly msgstr: readonly string[];
        }>
      >
    >
  >;
}

/** A message of a catalog with the name under which it is looked up. */
export interface CatalogMessage extends Message {
  /** Context and identifier. */
  readonly key: string;
}

/**
 * Reads a compiled catalog of messages.
 *
 * Of a message with plural forms the singular stands beside the first form and the plural beside the
 * last; a language with one form translates the plural alone.
 *
 * @param bytes The `.mo` file.
 * @returns Messages that have a translation, without contexts.
 * @throws {SyntaxError} When it is not such a file.
 */
export function readCatalog(bytes: Uint8Array): CatalogMessage[] {
  const messages: CatalogMessage[] = [];
  for (const [context, entries] of Object.entries(parse(bytes).translations)) {
    for (const entry of Object.values(entries)) {
      const { msgid, msgid_plural: plural, msgstr: forms } = entry;
      const key = `${context}\x04${msgid}`;
      const last = forms.at(-1);
      if (msgid === "" || !last) continue;
      if (plural === undefined) {
        messages.push({ key, english: msgid, translation: last });
      } else {
        if (forms.length > 1 && forms[0]) {
          messages.push({ key, english: msgid, translation: forms[0] });
        }
        messages.push({ key: `${key}\0`, english: plural, translation: last });
      }
    }
  }
  return messages;
}

function parse(bytes: Uint8Array): Catalog {
  let catalog: Catalog | false;
  try {
    catalog = mo.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    throw new SyntaxError(
      `Cannot read a catalog of messages: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (catalog === false) {
    throw new SyntaxError("Cannot read a catalog of messages: it is not a .mo file");
  }
  return catalog;
}

/**
 * Replaces identifiers by English texts in the catalog of a program that uses identifiers, such as
 * `label.open`, for its messages.
 *
 * @param messages The catalog.
 * @param english The program's English catalog; undefined when there is none.
 * @returns The messages, unchanged when they are texts; none when their English is not to be had.
 */
export function resolveIdentifiers(
  messages: readonly CatalogMessage[],
  english: readonly CatalogMessage[] | undefined,
): readonly CatalogMessage[] {
  const sample = messages.slice(0, 200);
  const identifiers = sample.filter((message) =>
    /^[\w.:/-]+$/.test(message.english) && /[\w][_.:/-][\w]/.test(message.english)
  );
  if (identifiers.length <= 0.6 * sample.length) return messages;
  const texts = new Map(english?.map(({ key, translation }) => [key, translation]));
  return messages.flatMap((message) => {
    const text = texts.get(message.key);
    return text === undefined ? [] : [{ ...message, english: text }];
  });
}
