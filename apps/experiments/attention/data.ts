import { decodeLines, type Line, readLines } from "@heed/checkpoint";
import { type AlignmentLink, formatPharaoh, parsePharaoh } from "@heed/metrics";
import { countWords, isCleanPair } from "./clean_pair.ts";
import type { ExperimentConfig } from "./config.ts";
import { files, joinPath, keptJson, writeText } from "./files.ts";
import { type MadePair, makePair } from "./made_language.ts";

/** A source and its reference. */
export interface Pair {
  readonly source: string;
  readonly target: string;
}

/** A pair of words with a gold alignment. */
export interface GoldPair {
  /** Source words. */
  readonly source: readonly string[];
  /** Target words. */
  readonly target: readonly string[];
  /** The gold alignment. */
  readonly links: readonly AlignmentLink[];
}

/** What the data of a run are. */
export interface DataSummary {
  /** Where they come from, for people. */
  readonly description: string;
  /** Pairs to train on. */
  readonly trainPairs: number;
  /** Words of their sources. */
  readonly trainSourceWords: number;
  /** Training pairs by words of the source, in the bins of the scores. */
  readonly trainPairsByLength: readonly number[];
  /** Pairs whose loss is measured during training. */
  readonly devPairs: number;
  /** Sentences that are translated at the end. */
  readonly testPairs: number;
  /** Pairs with a gold alignment. */
  readonly alignmentPairs: number;
}

/** The files of a run. */
export interface PreparedData {
  /** TSV file to train on. */
  readonly train: string;
  /** TSV file for the loss during training. */
  readonly dev: string;
  /** Sentences to translate. */
  readonly test: readonly Pair[];
  /** Pairs with gold alignments. */
  readonly alignment: readonly GoldPair[];
  /** What they are. */
  readonly summary: DataSummary;
}

/** Where data are read and written. */
export interface PrepareDataOptions {
  /** Folder with the given files; made data need none. */
  readonly data?: string;
  /** Folder of the run. */
  readonly output: string;
  readonly signal: AbortSignal;
}

/** Selects or makes the data of a run; a run that goes on finds them as they were. */
export async function prepareData(
  config: ExperimentConfig,
  { data, output, signal }: PrepareDataOptions,
): Promise<PreparedData> {
  const folder = joinPath(output, "data");
  const at = (name: string) => joinPath(folder, `${name}.tsv`);
  const summary = await keptJson(joinPath(folder, "summary.json"), async () => {
    await files.makeDirectory(folder);
    const parts = config.data.kind === "made"
      ? makeData(config)
      : await selectData(config, { data, signal });
    for (const name of ["train", "dev", "test", "alignment"] as const) {
      await writeText(at(name), parts[name].map((line) => line + "\n").join(""));
    }
    return summarize(config, parts);
  });
  return {
    train: at("train"),
    dev: at("dev"),
    test: await readPairs(at("test"), signal),
    alignment: await readGold(at("alignment"), signal),
    summary,
  };
}

/** Lines of the four files. */
interface Parts {
  readonly train: string[];
  readonly dev: string[];
  readonly test: string[];
  readonly alignment: string[];
}

function makeData({ seed, data }: ExperimentConfig): Parts {
  if (data.kind !== "made") throw new TypeError("Cannot make given data");
  let next = 0;
  const take = (count: number, line: (pair: MadePair) => string) =>
    Array.from({ length: count }, () => line(makePair(next++, { seed, ...data })));
  const plain = ({ source, target }: MadePair) => `${joinWords(source)}\t${joinWords(target)}`;
  return {
    test: take(data.testPairs, plain),
    dev: take(data.devPairs, plain),
    alignment: take(
      data.alignmentPairs,
      ({ source, target, links }) =>
        `${source.join(" ")}\t${target.join(" ")}\t${formatPharaoh(links)}`,
    ),
    train: take(data.trainPairs, plain),
  };
}

async function selectData(
  config: ExperimentConfig,
  { data: directory, signal }: { data?: string; signal: AbortSignal },
): Promise<Parts> {
  const { data } = config;
  if (data.kind !== "files") throw new TypeError("Cannot select made data");
  if (directory === undefined) {
    throw new RangeError(
      `Cannot find the data: give the folder that holds ${data.train}, ${data.dev} and ` +
        `${data.test} with --data`,
    );
  }
  const clean = ({ source, target }: Pair) => isCleanPair(source, target, data);
  const line = ({ source, target }: Pair) => `${source}\t${target}`;
  const read = async (name: string, limit = Infinity, keeps = (_: Pair) => true) => {
    const lines: string[] = [];
    for await (const pair of pairsOf(joinPath(directory, name), signal)) {
      if (lines.length >= limit) break;
      if (keeps(pair)) lines.push(line(pair));
    }
    return lines;
  };
  return {
    train: await read(data.train, Infinity, clean),
    dev: await read(data.dev, data.devPairs, clean),
    test: await read(data.test, data.testSentences),
    alignment: (await files.readText(data.alignment)).split("\n").filter(Boolean),
  };
}

function summarize(config: ExperimentConfig, { train, dev, test, alignment }: Parts): DataSummary {
  const { data, scores: { bins } } = config;
  const lengths = train.map((line) => countWords(line.split("\t")[0]));
  const byLength = new Array<number>(bins.length + 1).fill(0);
  for (const length of lengths) byLength[binOf(length, bins)]++;
  return {
    description: data.kind === "made"
      ? `made sentences of 1 to ${data.maxClauses} clauses, in which German puts the verb last`
      : `whole sentences of ${data.minWords} to ${data.maxWords} words of \`${data.train}\`; ` +
        `tested on \`${data.test}\``,
    trainPairs: train.length,
    trainSourceWords: lengths.reduce((sum, length) => sum + length, 0),
    trainPairsByLength: byLength,
    devPairs: dev.length,
    testPairs: test.length,
    alignmentPairs: alignment.length,
  };
}

/** Index of the bin for a number of words: `bins` holds the most words of each but the last. */
export function binOf(words: number, bins: readonly number[]): number {
  const found = bins.findIndex((most) => words <= most);
  return found < 0 ? bins.length : found;
}

async function* pairsOf(path: string, signal: AbortSignal): AsyncGenerator<Pair> {
  for await (const { text } of await openLines(path, signal)) {
    const [source = "", target = ""] = text?.split("\t") ?? [];
    if (source.trim() !== "" && target.trim() !== "") yield { source, target };
  }
}

/** Lines of a file, or of the same file compressed as `.xz`. */
async function openLines(path: string, signal: AbortSignal): Promise<AsyncIterable<Line>> {
  if (await files.exists(path) || !await files.exists(`${path}.xz`)) {
    return readLines(path, { signal });
  }
  const xz = new Deno.Command("xz", {
    args: ["--decompress", "--stdout", `${path}.xz`],
    stdout: "piped",
    signal,
  }).spawn();
  return decodeLines(xz.stdout, { signal });
}

/** Pairs of a prepared file. */
export async function readPairs(path: string, signal: AbortSignal): Promise<Pair[]> {
  return await Array.fromAsync(pairsOf(path, signal));
}

async function readGold(path: string, signal: AbortSignal): Promise<GoldPair[]> {
  const pairs: GoldPair[] = [];
  for await (const { text } of readLines(path, { signal })) {
    const [source, target, links] = text?.split("\t") ?? [];
    if (links === undefined) continue;
    pairs.push({
      source: source.split(" "),
      target: target.split(" "),
      links: parsePharaoh(links),
    });
  }
  return pairs;
}

/** Words as text: marks such as a full stop follow their word without a space. */
export function joinWords(words: readonly string[]): string {
  return words.join(" ").replace(/ (?=[.,?!](?: |$))/g, "");
}
