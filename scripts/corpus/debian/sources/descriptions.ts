import type { Stanza } from "../archive/stanzas.ts";
import type { Pair } from "../pair.ts";
import type { Source } from "../source.ts";
import { oneLine, sentencePairs } from "../text/sentence_pairs.ts";
import type { Workspace } from "../workspace.ts";

/** Descriptions of packages, from the archive's `Translation-` indexes (Debian's DDTP). */
export const descriptions: Source = {
  name: "ddtp",
  title: "descriptions of packages (DDTP)",
  pairs: readDescriptions,
};

async function* readDescriptions(workspace: Workspace): AsyncGenerator<Pair> {
  const { archive, language, licences } = workspace;
  licences.add({
    name: "ddtp",
    version: "",
    licence: "per package: a description belongs to its source package",
    evidence: `all packages are in ${archive.name}`,
    class: "archive",
  });
  const translated = new Map<string, Description>();
  for await (const stanza of archive.descriptions(language.code)) {
    const description = parseDescription(stanza, language.code);
    if (description) translated.set(description.key, description);
  }
  for await (const stanza of archive.descriptions("en")) {
    const english = parseDescription(stanza, "en");
    const other = english && translated.get(english.key);
    if (!english || !other) continue;
    // Several versions of a package may be described in the same words.
    translated.delete(english.key);
    const parts = alignDescriptions(english, other);
    if (parts.length <= english.paragraphs.length) {
      workspace.note("descriptions with differing paragraphs: title alone");
    }
    for (const part of parts) {
      for (const pair of sentencePairs(part, language)) {
        yield { ...pair, document: `ddtp/${english.packageName}` };
      }
    }
  }
}

/** A package's description in one language. */
export interface Description {
  readonly packageName: string;
  /** MD5 of the English description, which says what was translated. */
  readonly key: string;
  readonly title: string;
  /** Paragraphs and list entries, each on one line. */
  readonly paragraphs: readonly string[];
}

/**
 * Reads a paragraph of a `Translation-` index.
 *
 * @param stanza The paragraph.
 * @param code Language of the index.
 * @returns The description; undefined when the paragraph has none.
 */
export function parseDescription(stanza: Stanza, code: string): Description | undefined {
  const packageName = stanza.get("package");
  const key = stanza.get("description-md5");
  const text = stanza.get(`description-${code.toLowerCase()}`);
  if (!packageName || !key || !text) return undefined;
  const [title, ...lines] = text.split("\n");
  return { packageName, key, title: title.trim(), paragraphs: paragraphsOf(lines) };
}

/**
 * Puts the parts of a description beside those of its translation.
 *
 * @param english The description.
 * @param translation Its translation.
 * @returns Pairs of titles and paragraphs; the titles alone when the paragraphs differ in number.
 */
export function alignDescriptions(
  english: Description,
  translation: Description,
): { english: string; translation: string }[] {
  const titles = { english: english.title, translation: translation.title };
  if (english.paragraphs.length !== translation.paragraphs.length) return [titles];
  return [
    titles,
    ...english.paragraphs.map((text, index) => ({
      english: text,
      translation: translation.paragraphs[index],
    })),
  ];
}

/** Line of a list entry. A word such as the Spanish `o` or a dash may also begin a line of text. */
const listEntry = /^(\s+[-*+•]\s+|\s{2,}[o–—·‣]\s+)?\s*(.*)$/;

/** Debian policy 5.6.13: one space begins a paragraph's line, more a line of its own, ` .` is empty. */
function paragraphsOf(lines: readonly string[]): string[] {
  const paragraphs: string[] = [];
  let open = false;
  for (const line of lines) {
    const [, marker, text] = listEntry.exec(line)!;
    if (line.trim() === "." || text.trim() === "") {
      open = false;
    } else if (open && marker === undefined) {
      paragraphs.push(`${paragraphs.pop()}\n${text}`);
    } else {
      paragraphs.push(text);
      open = true;
    }
  }
  return paragraphs.map(oneLine);
}
