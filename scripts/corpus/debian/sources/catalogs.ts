import { folderPattern, type Language } from "../languages.ts";
import { type CatalogMessage, readCatalog, resolveIdentifiers } from "../mo.ts";
import type { Pair } from "../pair.ts";
import type { Source } from "../source.ts";
import { type Message, stripAccelerators } from "../text/accelerators.ts";
import { stripMarkup } from "../text/markup.ts";
import { sentencePairs } from "../text/sentence_pairs.ts";
import type { OpenedPackage, Workspace } from "../workspace.ts";

/** Messages of programs: `LC_MESSAGES/*.mo`. */
export const catalogs: Source = {
  name: "mo",
  title: "messages of programs (.mo)",
  pattern: catalogPattern,
  pairs: readCatalogs,
};

function catalogPattern(language: Language): RegExp {
  return new RegExp(`/(?:${folderPattern(language)})/LC_MESSAGES/[^/]+\\.mo$`);
}

const englishCatalog = /\/en(?:_US|_GB)?\/LC_MESSAGES\/[^/]+\.mo$/;

async function* readCatalogs(workspace: Workspace): AsyncGenerator<Pair> {
  const pattern = catalogPattern(workspace.language);
  const names = await workspace.listedPackages();
  const wanted = (path: string) => pattern.test(path) || englishCatalog.test(path);
  for await (const opened of workspace.open(names, wanted)) {
    for (const path of opened.files.keys()) {
      if (pattern.test(path)) yield* readOne(path, opened, workspace);
    }
  }
}

function* readOne(path: string, opened: OpenedPackage, workspace: Workspace): Generator<Pair> {
  const messages = tryCatalog(opened.files.get(path)!, workspace);
  const resolved = resolveIdentifiers(messages, englishOf(path, opened, workspace));
  workspace.note("messages under identifiers without English", messages.length - resolved.length);
  const domain = path.slice(path.lastIndexOf("/") + 1, -".mo".length);
  const document = `${opened.info.name}/${domain}`;
  const { locale } = workspace.language;
  for (const message of resolved) {
    for (const pair of sentencePairs(cleanMessage(message), { locale })) {
      yield { ...pair, document };
    }
  }
}

function englishOf(
  path: string,
  { files }: OpenedPackage,
  workspace: Workspace,
): CatalogMessage[] | undefined {
  for (const folder of ["en", "en_US", "en_GB"]) {
    const bytes = files.get(path.replace(/\/[^/]+(?=\/LC_MESSAGES\/)/, `/${folder}`));
    if (bytes) return tryCatalog(bytes, workspace);
  }
  return undefined;
}

function tryCatalog(bytes: Uint8Array, workspace: Workspace): CatalogMessage[] {
  try {
    return readCatalog(bytes);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    workspace.note("unreadable catalogs");
    return [];
  }
}

/**
 * Takes what only the program needs out of a message: marks of keys, markup, line breaks that are
 * written out.
 *
 * @param message A message of a catalog.
 * @returns Both texts, which may still have several lines.
 */
export function cleanMessage(message: Message): Message {
  const { english, translation } = stripAccelerators(message);
  return { english: cleanText(english), translation: cleanText(translation) };
}

function cleanText(text: string): string {
  return stripMarkup(text.replace(/(?:\\r)?\\n|\\t/g, "\n"));
}
