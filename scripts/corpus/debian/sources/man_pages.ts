import { folderPattern } from "../languages.ts";
import type { Pair } from "../pair.ts";
import type { Source } from "../source.ts";
import { documentPairs } from "../text/document_pairs.ts";
import { readManualPage } from "../text/roff.ts";
import type { OpenedPackage, Workspace } from "../workspace.ts";

/** Manual pages, which are often in other packages than their translations. */
export const manPages: Source = {
  name: "man",
  title: "manual pages",
  pattern: (language) =>
    new RegExp(
      `^usr/share/man/(?:(?:${folderPattern(language)})(?:\\.UTF-8)?/)?man[1-9]\\w*/[^/]+\\.gz$`,
    ),
  pairs: readManPages,
};

const pagePath = /^usr\/share\/man\/(?:([^/]+)\/)?man\w+\/([^/]+)\.gz$/;

interface Translated {
  readonly packageName: string;
  readonly bytes: Uint8Array;
}

async function* readManPages(workspace: Workspace): AsyncGenerator<Pair> {
  const packages = await workspace.archive.packages();
  const size = (name: string) => packages.get(name)?.size ?? Infinity;
  const { english, translated } = locatePages(workspace.listing, size);
  // A page that is translated without being in English gives nothing.
  for (const page of translated.keys()) if (!english.has(page)) translated.delete(page);
  const translations = new Map<string, Translated>();
  for await (const opened of openPages(workspace, translated)) {
    for (const [path, bytes] of opened.files) {
      const [, folder, page] = pagePath.exec(path)!;
      if (folder === undefined || translated.get(page) !== opened.info.name) continue;
      translations.set(page, { packageName: opened.info.name, bytes });
    }
  }
  const needed = new Map([...english].filter(([page]) => translations.has(page)));
  for await (const opened of openPages(workspace, needed)) {
    for (const [path, bytes] of opened.files) {
      const [, folder, page] = pagePath.exec(path)!;
      if (folder !== undefined || needed.get(page) !== opened.info.name) continue;
      yield* readPage(page, { opened, bytes, translation: translations.get(page)!, workspace });
    }
  }
}

/**
 * Finds the package of every page: the smallest of those that have it.
 *
 * @param listing Paths of pages by package.
 * @param size Gives the length of a package.
 * @returns Packages by page, such as `passwd.1`, in English and in translation.
 */
export function locatePages(
  listing: ReadonlyMap<string, readonly string[]>,
  size: (name: string) => number,
): { english: Map<string, string>; translated: Map<string, string> } {
  const english = new Map<string, string>();
  const translated = new Map<string, string>();
  for (const [name, paths] of listing) {
    for (const path of paths) {
      const [, folder, page] = pagePath.exec(path) ?? [];
      if (page === undefined) continue;
      const pages = folder === undefined ? english : translated;
      const other = pages.get(page);
      if (other === undefined || size(name) < size(other)) pages.set(page, name);
    }
  }
  return { english, translated };
}

/** Opens the packages of pages, those with the most pages first. */
async function* openPages(
  workspace: Workspace,
  pages: ReadonlyMap<string, string>,
): AsyncGenerator<OpenedPackage> {
  const byPackage = Map.groupBy(pages, ([, name]) => name);
  const names = [...byPackage].sort(([, a], [, b]) => b.length - a.length).map(([name]) => name);
  const small = await workspace.withinSize(names);
  yield* workspace.open(workspace.limit(small), (path) => {
    const page = pagePath.exec(path)?.[2];
    return page !== undefined && pages.has(page);
  });
}

async function* readPage(page: string, { opened, bytes, translation, workspace }: {
  opened: OpenedPackage;
  bytes: Uint8Array;
  translation: Translated;
  workspace: Workspace;
}): AsyncGenerator<Pair> {
  const { licences, language } = workspace;
  const combination = licences.addCombination([translation.packageName, opened.info.name]);
  const document = `${combination}/${page}`;
  try {
    const english = readManualPage(await decompress(bytes));
    const other = readManualPage(await decompress(translation.bytes));
    for (const pair of documentPairs(english, other, language)) yield { ...pair, document };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    workspace.note("pages that cannot be decompressed");
  }
}

/** Old pages are in Latin-1. */
async function decompress(bytes: Uint8Array): Promise<string> {
  const stream = ReadableStream.from([bytes as Uint8Array<ArrayBuffer>])
    .pipeThrough(new DecompressionStream("gzip"));
  const plain = await new Response(stream).bytes();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch {
    return new TextDecoder("latin1").decode(plain);
  }
}
