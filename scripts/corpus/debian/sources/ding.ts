import { linesOf } from "../archive/lines.ts";
import type { Pair } from "../pair.ts";
import type { Source } from "../source.ts";
import { oneLine } from "../text/sentence_pairs.ts";
import type { Workspace } from "../workspace.ts";

const PACKAGE = "trans-de-en";
const FILE = "usr/share/trans/de-en";
/** So many of the synonyms on either side are taken. */
const MAX_SYNONYMS = 2;

/** Example sentences of the dictionary Ding. */
export const dingSentences: Source = {
  name: "ding",
  title: "example sentences of the dictionary Ding",
  languages: ["de"],
  pairs: (workspace) => readDictionary(workspace, "sentence"),
};

/** Words and phrases of the dictionary Ding. */
export const dingTerms: Source = {
  name: "ding-terms",
  title: "words and phrases of the dictionary Ding",
  languages: ["de"],
  pairs: (workspace) => readDictionary(workspace, "term"),
};

async function* readDictionary(workspace: Workspace, kind: DingKind): AsyncGenerator<Pair> {
  for await (const { files } of workspace.open([PACKAGE], (path) => path === FILE)) {
    const bytes = files.get(FILE);
    if (bytes === undefined) throw new Error(`Cannot read Ding: ${PACKAGE} has no ${FILE}`);
    for await (const line of linesOf(ReadableStream.from([bytes]))) {
      for (const entry of parseDingLine(line)) {
        if (entry.kind !== kind) continue;
        const { english, german } = entry;
        yield { english, translation: german, document: `${PACKAGE}/${kind}` };
      }
    }
  }
}

/** Whether an entry is a whole sentence, or a word or phrase. */
export type DingKind = "sentence" | "term";

/** An expression and its translation. */
export interface DingEntry {
  readonly kind: DingKind;
  readonly english: string;
  readonly german: string;
}

/**
 * Reads a line of the dictionary: `German; synonym | example :: English; synonym | example`.
 *
 * Marks of grammar, fields of knowledge, spellings and comments are taken out. Of synonyms the first
 * two of each side are combined.
 *
 * @param line A line of the file.
 * @returns Its entries; none for a comment, and when the sides have differing numbers of parts.
 */
export function parseDingLine(line: string): DingEntry[] {
  const sides = line.split("::");
  if (line.startsWith("#") || sides.length !== 2) return [];
  const [german, english] = sides.map((side) => side.split("|").map(stripMarks));
  if (german.length !== english.length) return [];
  return german.flatMap((text, index) => combine(text, english[index]));
}

function combine(german: string, english: string): DingEntry[] {
  const kind = isSentence(german, english) ? "sentence" : "term";
  const entries: DingEntry[] = [];
  for (const left of synonyms(german)) {
    for (const right of synonyms(english)) entries.push({ kind, english: right, german: left });
  }
  return entries;
}

function synonyms(text: string): string[] {
  return text.split(";").slice(0, MAX_SYNONYMS).map(oneLine)
    .filter((part) => /\p{L}/u.test(part));
}

function stripMarks(text: string): string {
  return text.replace(/\{[^}]*\}|\[[^\]]*\]|<[^>]*>|\/[^/ ]{1,30}\/(?!\p{L})/gu, " ")
    .replace(/\([^()]*\)/g, " ")
    .replace(/\s+(?=[,;.!?])/g, "")
    .trim();
}

function isSentence(german: string, english: string): boolean {
  const ended = /[.!?…]["”’“'»)]*$/;
  if (ended.test(german) && ended.test(english) && /^\P{L}*\p{Lu}/u.test(german)) return true;
  const long = (text: string) => !text.includes(";") && text.split(/\s+/).length >= 5;
  return long(german) && long(english);
}
