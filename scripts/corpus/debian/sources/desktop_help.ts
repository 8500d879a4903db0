import { folderPattern, type Language } from "../languages.ts";
import type { Pair } from "../pair.ts";
import type { Source } from "../source.ts";
import { parseEntities, readBlocks } from "../text/blocks.ts";
import { decodeDocument, documentPairs } from "../text/document_pairs.ts";
import type { OpenedPackage, Workspace } from "../workspace.ts";

/** Help of GNOME and MATE: Mallard and DocBook under `usr/share/help`. */
export const gnomeHelp: Source = {
  name: "gnome-help",
  title: "help of GNOME and MATE",
  pattern: ({ folders }) =>
    new RegExp(`^usr/share/help/(?:${folders.join("|")})/.+\\.(?:page|docbook)$`),
  pairs: (workspace) =>
    readHelp(workspace, {
      english: /^usr\/share\/help\/C\/(.+)$/,
      translated: (page, folder) => `usr/share/help/${folder}/${page}`,
    }),
};

/** Handbooks of KDE: DocBook under `usr/share/doc`. */
export const kdeHelp: Source = {
  name: "kde-help",
  title: "handbooks of KDE",
  pattern: kdePattern,
  async *pairs(workspace) {
    const entities = await kdeEntities(workspace);
    yield* readHelp(workspace, {
      english: /^(usr\/share\/doc\/(?:kde\/)?HTML)\/en\/(.+)$/,
      translated: (page, folder, root) => `${root}/${folder}/${page}`,
      entities,
    });
  },
};

function kdePattern(language: Language): RegExp {
  return new RegExp(`^usr/share/doc/(?:kde/)?HTML/(?:${folderPattern(language)})/.+\\.docbook$`);
}

interface HelpLayout {
  /** Path of an English page; the last group is the page, one before it the folder of all. */
  readonly english: RegExp;
  readonly translated: (page: string, folder: string, root: string) => string;
  readonly entities?: ReadonlyMap<string, string>;
}

async function* readHelp(workspace: Workspace, layout: HelpLayout): AsyncGenerator<Pair> {
  const names = await workspace.listedPackages();
  const wanted = (path: string) =>
    /\.(?:page|docbook)$/.test(path) && /^usr\/share\/(?:help|doc)\//.test(path);
  for await (const opened of workspace.open(names, wanted)) {
    for (const path of opened.files.keys()) {
      const match = layout.english.exec(path);
      if (match) yield* readPage(opened, match, { workspace, layout });
    }
  }
}

function* readPage(
  { info, files }: OpenedPackage,
  match: RegExpExecArray,
  { workspace, layout }: { workspace: Workspace; layout: HelpLayout },
): Generator<Pair> {
  const [root, page] = [match[1], match.at(-1)!];
  const { language } = workspace;
  for (const folder of language.folders) {
    const bytes = files.get(layout.translated(page, folder, root));
    if (bytes === undefined) continue;
    const read = (bytes: Uint8Array) =>
      readBlocks(decodeDocument(bytes), { format: "xml", entities: layout.entities });
    const document = `${info.name}/${page}`;
    for (const message of documentPairs(read(files.get(match[0])!), read(bytes), language)) {
      yield { ...message, document };
    }
    return;
  }
}

/** Names of programs and the like, which KDE's handbooks have as entities. */
async function kdeEntities(workspace: Workspace): Promise<Map<string, string>> {
  const entities = new Map<string, string>();
  const isDefinitions = (path: string) =>
    /\/kdoctools\/customization\/(?:entities|en)\/.*\.entities$/.test(path);
  for await (const { files } of workspace.open(["kdoctools5"], isDefinitions)) {
    for (const bytes of files.values()) {
      for (const [name, value] of parseEntities(decodeDocument(bytes))) entities.set(name, value);
    }
  }
  return entities;
}
