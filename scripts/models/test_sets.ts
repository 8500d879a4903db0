import type { LanguagePair } from "@heed/translation";

/** What is known of the test sets. */
export const testSets: Readonly<
  Record<string, { readonly description: string; readonly samples?: boolean }>
> = {
  "dev": { description: "mixture, used to choose" },
  "handbook": { description: "The Debian Administrator's Handbook", samples: true },
  "app-evolution": { description: "messages of a mail program", samples: true },
  "ddtp": { description: "descriptions of Debian packages", samples: true },
  "game-widelands": { description: "texts of a game", samples: true },
  "everyday": { description: "sentences of daily life", samples: true },
  // Nobody's training text may hold these, so no card shows any of their lines.
  "tatoeba-test": { description: "everyday sentences, Tatoeba v2021-08-07" },
  "flores-test": { description: "Wikipedia, FLORES devtest" },
  "wmt20": { description: "news, WMT 2020" },
};

/** Names of those whose translations, lines of `SET.PAIR.NAME`, stand beside ours. */
const PEERS: Readonly<Record<string, string>> = {
  "bergamot-tiny": "Firefox tiny",
  "bergamot-base-memory": "Firefox base-memory",
};

/** A test set in one direction. */
export interface TestSet {
  readonly sources: readonly string[];
  readonly references: readonly string[];
  /** What others gave for the same sources, by their names. */
  readonly peers: Readonly<Record<string, readonly string[]>>;
}

/** Where a test set is, and which way it is read. */
export interface TestSetPlace {
  /** Folders, the first that has the set counts. */
  readonly folders: readonly string[];
  /** The direction. */
  readonly pair: LanguagePair;
  /** Whether the first column of `SET.tsv` is the target. */
  readonly reverse?: boolean;
}

/**
 * Reads a test set: `SET.tsv` (source, tab, reference), or `SET.en-de.en` and `SET.en-de.de` with a line for each
 * sentence; beside them, `SET.en-de.bergamot-tiny` and `SET.en-de.bergamot-base-memory` where they are.
 *
 * @param set Its name.
 * @param place Where it is.
 * @returns The set; undefined where no folder has it.
 * @throws {RangeError} When files of one set differ in their number of lines, or a line has no reference.
 */
export async function readTestSet(
  set: string,
  { folders, pair: { source, target }, reverse = false }: TestSetPlace,
): Promise<TestSet | undefined> {
  for (const folder of folders) {
    const stem = `${folder}/${set}.${source}-${target}`;
    const separate = await Promise.all([
      readLines(`${stem}.${source}`),
      readLines(`${stem}.${target}`),
    ]);
    const table = await readLines(`${folder}/${set}.tsv`);
    const [sources, references] = separate.every((lines) => lines !== undefined)
      ? separate as string[][]
      : table === undefined
      ? []
      : columns(table, { set, reverse });
    if (sources === undefined) continue;
    assertAligned(sources, references, `${stem}.${target}`);
    const peers: Record<string, string[]> = {};
    for (const [file, name] of Object.entries(PEERS)) {
      const lines = await readLines(`${stem}.${file}`);
      if (lines === undefined) continue;
      assertAligned(sources, lines, `${stem}.${file}`);
      peers[name] = lines;
    }
    return { sources, references, peers };
  }
}

async function readLines(path: string): Promise<string[] | undefined> {
  try {
    return (await Deno.readTextFile(path)).replace(/\r?\n$/, "").split(/\r?\n/);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function columns(
  lines: readonly string[],
  { set, reverse }: { set: string; reverse: boolean },
): [string[], string[]] {
  const pairs = lines.map((line, i) => {
    const [first, second] = line.split("\t");
    if (second !== undefined) return reverse ? [second, first] : [first, second];
    throw new RangeError(`Cannot use test set ${set}: line ${i + 1} has no reference`);
  });
  return [pairs.map(([source]) => source), pairs.map(([, reference]) => reference)];
}

function assertAligned(sources: readonly string[], lines: readonly string[], path: string): void {
  if (sources.length === lines.length) return;
  throw new RangeError(
    `Cannot use ${path}: it has ${lines.length} lines, and there are ${sources.length} sources`,
  );
}
