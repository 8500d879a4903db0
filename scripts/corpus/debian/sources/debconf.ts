import { parseStanzas, type Stanza } from "../archive/stanzas.ts";
import type { Pair } from "../pair.ts";
import type { Source } from "../source.ts";
import type { Message } from "../text/accelerators.ts";
import { sentencePairs } from "../text/sentence_pairs.ts";
import type { Workspace } from "../workspace.ts";

/** Questions that packages ask at installation. */
export const debconf: Source = {
  name: "debconf",
  title: "questions at installation (debconf)",
  pairs: readTemplates,
};

/** Larger packages seldom ask questions; all of those up to here are a third of a gigabyte. */
const MAX_PACKAGE_BYTES = 3_000_000;

async function* readTemplates(workspace: Workspace): AsyncGenerator<Pair> {
  const packages = await workspace.archive.packages();
  const names = [...packages.values()]
    .filter(({ usesDebconf, size }) => usesDebconf && size <= MAX_PACKAGE_BYTES)
    .sort((a, b) => a.size - b.size)
    .map(({ name }) => name);
  const isTemplates = (path: string) => path === "templates";
  for await (const opened of workspace.open(workspace.limit(names), isTemplates, "control")) {
    const bytes = opened.files.get("templates");
    if (bytes === undefined) continue;
    const document = `${opened.info.name}/templates`;
    for (const stanza of parseStanzas(new TextDecoder().decode(bytes))) {
      for (const message of parseTemplate(stanza, workspace.language.code)) {
        for (const pair of sentencePairs(message, workspace.language)) yield { ...pair, document };
      }
    }
  }
}

/**
 * Reads a question and its translation.
 *
 * @param stanza A paragraph of a `templates` file.
 * @param code Language of the translation.
 * @returns The title and the paragraphs; nothing where they differ in number.
 */
export function parseTemplate(stanza: Stanza, code: string): Message[] {
  const english = stanza.get("description");
  const translation = stanza.get(`description-${code.toLowerCase()}.utf-8`);
  if (english === undefined || translation === undefined) return [];
  const [parts, others] = [paragraphsOf(english), paragraphsOf(translation)];
  if (parts.length !== others.length) return [];
  return parts.map((text, index) => ({ english: text, translation: others[index] }));
}

function paragraphsOf(field: string): string[] {
  const [title, ...lines] = field.split("\n");
  const body = lines.map((line) => line.trim() === "." ? "" : line.trim()).join("\n");
  return [title, ...body.split(/\n{2,}/)].filter((text) => text.trim() !== "");
}
