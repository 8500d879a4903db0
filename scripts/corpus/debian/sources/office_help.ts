import type { Pair } from "../pair.ts";
import type { Source } from "../source.ts";
import { type Block, readBlocks } from "../text/blocks.ts";
import { blockPairs, decodeDocument } from "../text/document_pairs.ts";
import type { Workspace } from "../workspace.ts";

/** Help of LibreOffice: pages whose paragraphs have the same identifiers in all languages. */
export const officeHelp: Source = { name: "lohelp", title: "help of LibreOffice", pairs: readHelp };

const page = /^usr\/share\/libreoffice\/help\/[^/]+\/(text\/.+)\.html$/;
const isPage = (path: string) => page.test(path);

async function* readHelp(workspace: Workspace): AsyncGenerator<Pair> {
  const { language } = workspace;
  const english = new Map<string, Uint8Array>();
  for await (const { files } of workspace.open(["libreoffice-help-en-us"], isPage)) {
    for (const [path, bytes] of files) english.set(page.exec(path)![1], bytes);
  }
  const name = `libreoffice-help-${language.packageSuffix}`;
  for await (const { files } of workspace.open([name], isPage)) {
    for (const [path, bytes] of files) {
      const key = page.exec(path)![1];
      const original = english.get(key);
      if (original === undefined) continue;
      const document = `${name}/${key}`;
      for (const pair of alignById(readPage(original), readPage(bytes))) {
        for (const message of blockPairs(pair, language)) yield { ...message, document };
      }
    }
  }
}

function readPage(bytes: Uint8Array): Block[] {
  return readBlocks(decodeDocument(bytes), {
    format: "html",
    within: "DisplayArea",
    hidden: new Set(["DEBUG"]),
  });
}

/**
 * Pairs blocks whose element has the same identifier, where both sides have as many of them.
 *
 * @param english Blocks of the page.
 * @param translation Blocks of its translation.
 * @returns The pairs.
 */
export function alignById(
  english: readonly Block[],
  translation: readonly Block[],
): (readonly [Block, Block])[] {
  const others = Map.groupBy(translation, ({ id }) => id);
  return [...Map.groupBy(english, ({ id }) => id)].flatMap(([id, blocks]) => {
    const counterparts = others.get(id);
    if (id === "" || counterparts?.length !== blocks.length) return [];
    return blocks.map((block, index) => [block, counterparts[index]] as const);
  });
}
