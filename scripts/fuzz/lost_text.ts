import { type DocumentFormat, translateDocument } from "@heed/documents";
import { Translator } from "@heed/translation";
import { htmlTexts } from "@heed/translation/html";
// Private, because programs see messages only through translateDocument().
import { ZipArchive } from "../../packages/documents/container/zip_archive.ts";
import { decodeEntities } from "../../packages/documents/inline/inline_html.ts";
import { openDocument } from "../../packages/documents/open_document.ts";
import { singularForm } from "../../packages/documents/catalog/plural_forms.ts";
import { poEntries } from "../../packages/documents/catalog/po_entries.ts";
import { CopyingModel, WordTokenizer } from "../../packages/translation/testing/fake_model.ts";

/**
 * Translates a document twice and throws unless nothing is lost.
 *
 * Nothing is lost when a translator that gives every text back gives the same bytes, and when one that gives every text
 * in capitals gives a document with the same letters, in the same order, none missing and none twice, whose case is
 * not looked at. What is no text of the document is not compared: its markup. HTML is read by the translator itself,
 * with a model that copies words: there letters may be in another order, and several spaces one.
 *
 * @param bytes The document, which may be damaged.
 * @param format What it is.
 */
export async function assertNothingLost(bytes: Uint8Array, format: DocumentFormat): Promise<void> {
  const copy = await translateDocument(bytes, {
    format,
    translate: translatorOf(format, (text) => text),
  });
  if (!isSame(copy, bytes) && !(format === "html" && isSame(spaced(copy), spaced(bytes)))) {
    throw new Error("the same texts gave other bytes");
  }
  const capitals = await translateDocument(bytes, {
    format,
    translate: translatorOf(format, inCapitals),
  });
  if (format === "xliff") return await assertFilled(capitals);
  const before = lettersOf(bytes, format), after = lettersOf(capitals, format);
  if (before === after || format === "md" && isWithin(before, after)) return;
  let at = 0;
  while (before[at] === after[at]) at++;
  const shown = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 10), at + 20));
  throw new Error(`lost text: ${shown(before)} became ${shown(after)}`);
}

/** Throws unless every segment that is asked for has a target with its letters. */
async function assertFilled(bytes: Uint8Array): Promise<void> {
  const { units } = await openDocument(bytes, { format: "xliff" });
  const empty = units.find(({ source }) => /[a-z]/i.test(source.replaceAll(/<[^<>]*>|&\w+;/g, "")));
  if (empty) throw new Error(`lost text: there is no target for ${JSON.stringify(empty.source)}`);
}

/** ASCII only: other letters may become several. */
function inCapitals(text: string): string {
  return text.replaceAll(/(<[^<>]*>|&#?\w+;)|[a-z]+/g, (words, tag) => tag ?? words.toUpperCase());
}

type Translate = Parameters<typeof translateDocument>[1]["translate"];

function translatorOf(format: DocumentFormat, change: (text: string) => string): Translate {
  if (format !== "html") return (texts) => Promise.resolve(texts.map(change));
  // Whole documents are read by the translator, whose model then has the words.
  return async (texts, options) => {
    const tokenizer = new ChangingTokenizer(change);
    const translator = new Translator({ model: new CopyingModel(), tokenizer });
    const results = await translator.translate([...texts], options);
    return results.map(([best]) => best.translation);
  };
}

/** Words that change on their way out. */
class ChangingTokenizer extends WordTokenizer {
  readonly #change: (text: string) => string;

  constructor(change: (text: string) => string) {
    super();
    this.#change = change;
  }

  override encode(text: string): { ids: number[]; tokens: string[] } {
    return super.encode(text.replaceAll("⟦", "⟦ ")); // as vocabularies have it
  }

  override decode(ids: Iterable<number>): string {
    return this.#change(super.decode(ids));
  }
}

/** The letters and digits of a document's texts, small. */
function lettersOf(bytes: Uint8Array, format: DocumentFormat): string {
  const text = new TextDecoder();
  switch (format) {
    case "html":
      // In any order: where a tag comes to is the translator's, and damaged tags may hold sentences.
      return [...letters(htmlTexts(text.decode(bytes)).texts.join(" "))].toSorted().join("");
    case "po":
      return messagesOf(text.decode(bytes));
    case "docx":
    case "pptx":
    case "odt":
    case "epub":
      return filesOf(bytes).map((file) => letters(withoutTags(text.decode(file)))).join("");
    case "srt":
    case "vtt": {
      // Not the timings, and in any order: a sentence may be divided elsewhere, with a comment between its parts.
      const words = letters(
        text.decode(bytes).replaceAll(/^.*-->.*$|<[^<>\r\n]*>|&(?:amp;)*#?\w+;/gm, ""),
      );
      return [...words.replaceAll(/\d/g, "")].toSorted().join("");
    }
    case "json":
      return letters(JSON.stringify(JSON.parse(text.decode(bytes))));
    default:
      return letters(withoutTags(text.decode(bytes)));
  }
}

/** The letters of each translation, or where that is missing of what it translates. */
function messagesOf(catalog: string): string {
  const entries = poEntries(catalog);
  const header = entries.find(({ id, context }) => id.text === "" && !context)?.forms[0].text ?? "";
  return letters(
    entries.flatMap(({ id, plural = id, forms }) => {
      const singular = singularForm(header, forms.length);
      return forms.map(({ text }, i) => text || (i === singular ? id : plural).text);
    }).join(" "),
  );
}

/** The files of an archive that can be read. */
function filesOf(bytes: Uint8Array): Uint8Array[] {
  const archive = new ZipArchive(bytes);
  return archive.names.flatMap((name) => {
    try {
      return [archive.read(name)];
    } catch {
      return []; // It holds no text, or the document had been refused.
    }
  });
}

function withoutTags(text: string): string {
  return text.replaceAll(/<(?:[^<>"'\r\n]|"[^"]*"|'[^']*')*>|<[^<>]*>|&(?:amp;)*#?\w+;/g, "");
}

function letters(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
}

/** Whether all characters of a text are in another, in order: a name that a link of Markdown shares is written twice. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const unit of part) {
    at = whole.indexOf(unit, at) + unit.length;
    if (at < unit.length) return false;
  }
  return true;
}

/** Bytes with one space where there are several, of which a model sees one, and with characters for their entities. */
function spaced(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes).replaceAll(/\s+/g, " ");
  return new TextEncoder().encode(text.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, decodeEntities));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
