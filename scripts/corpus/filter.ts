/**
 * Makes a training text of files of sentence pairs, as a recipe says: drops pairs that are noise,
 * duplicates, or test sentences, and mixes the sources.
 *
 *     deno task corpus:filter scripts/recipes/en-de.data.json --data DIR --out FILE.tsv
 *
 * Writes `FILE.tsv` (source, target, document) and `FILE.json`, the counts for each reason and each
 * source. The same input gives the same bytes.
 */
import { parseArgs } from "@std/cli";
import { eld } from "eld/medium";
import { HeldOut } from "./held_out.ts";
import { mixtureOf } from "./mixture.ts";
import { type Pair, parsePair, textKey } from "./pair.ts";
import { parseRecipe, type Recipe } from "./recipe.ts";
import { findProblem } from "./rules.ts";

/** What became of the pairs. */
interface Report {
  readonly read: number;
  readonly kept: number;
  readonly written: number;
  readonly dropped: Record<string, number>;
  /** Pairs kept, by the first part of their document. */
  readonly sources: Record<string, number>;
}

async function* readLines(path: string): AsyncGenerator<string> {
  let stream: ReadableStream<Uint8Array>;
  if (path.endsWith(".xz")) {
    stream = new Deno.Command("xzcat", { args: [path], stdout: "piped" }).spawn().stdout;
  } else {
    stream = (await Deno.open(path)).readable;
    if (path.endsWith(".gz")) stream = stream.pipeThrough(gunzip());
  }
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function gunzip(): TransformStream<Uint8Array, Uint8Array> {
  return new DecompressionStream("gzip") as TransformStream<Uint8Array, Uint8Array>;
}

/** Goes through all pairs, and hands on what is to be written. */
async function filterPairs(
  recipe: Recipe,
  { data, write }: { data: string; write: (pair: Pair) => void },
): Promise<Report> {
  const heldOut = new HeldOut();
  for (const name of recipe.heldOut) {
    for await (const line of readLines(`${data}/${name}`)) {
      const pair = parsePair(line);
      if (pair) [pair.source, pair.target].forEach((text) => heldOut.add(text));
    }
  }
  const detect = (text: string) => {
    const found = eld.detect(text);
    return found.isReliable() ? found.language : undefined;
  };
  const languages = { ...recipe, detect };
  const leftOut = recipe.leaveOut.map(({ document, reason }) => ({
    pattern: new RegExp(document, "u"),
    reason,
  }));
  const copiesOf = mixtureOf(recipe.mixture);
  const seen = new Set<string>();
  const judge = (pair: Pair | undefined): string | undefined => {
    if (!pair) return "not a pair";
    const left = leftOut.find(({ pattern }) => pattern.test(pair.document));
    if (left) return left.reason;
    const problem = findProblem(pair, recipe.rules, languages);
    if (problem) return problem;
    const key = `${textKey(pair.source)}\t${textKey(pair.target)}`;
    if (seen.has(key)) return "duplicate";
    seen.add(key);
    if (heldOut.has(pair.source) || heldOut.has(pair.target)) return "in a test";
    return copiesOf(pair) === 0 ? "not in the share" : undefined;
  };

  const count = { read: 0, kept: 0, written: 0 };
  const dropped: Record<string, number> = {};
  const sources: Record<string, number> = {};
  for (const name of recipe.inputs) {
    for await (const line of readLines(`${data}/${name}`)) {
      count.read++;
      const pair = parsePair(line);
      const problem = judge(pair);
      if (problem) {
        dropped[problem] = (dropped[problem] ?? 0) + 1;
        continue;
      }
      count.kept++;
      const source = pair!.document.split("/")[0];
      sources[source] = (sources[source] ?? 0) + 1;
      for (let copies = copiesOf(pair!); copies > 0; copies--, count.written++) write(pair!);
    }
  }
  const byCount = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
  return { ...count, dropped: byCount(dropped), sources: byCount(sources) };
}

const args = parseArgs(Deno.args, { string: ["data", "out"] });
const [recipePath] = args._;
if (recipePath === undefined || !args.data || !args.out) {
  console.error("usage: filter.ts RECIPE.json --data DIR --out FILE.tsv");
  Deno.exit(2);
}
const recipe = parseRecipe(JSON.parse(await Deno.readTextFile(String(recipePath))));
const encoder = new TextEncoder();
const part = `${args.out}.part`;
using file = await Deno.open(part, { write: true, create: true, truncate: true });
let buffer: string[] = [];
const flush = () => {
  const bytes = encoder.encode(buffer.join(""));
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  buffer = [];
};
const report = await filterPairs(recipe, {
  data: args.data,
  write({ source, target, document }) {
    buffer.push(`${source}\t${target}\t${document}\n`);
    if (buffer.length === 10_000) flush();
  },
});
flush();
await Deno.rename(part, args.out);
await Deno.writeTextFile(
  args.out.replace(/(?:\.tsv)?$/u, ".json"),
  JSON.stringify(report, null, 2) + "\n",
);
console.log(`${report.read} pairs read, ${report.kept} kept, ${report.written} lines written`);
for (const [reason, count] of Object.entries(report.dropped)) console.log(`${count}\t${reason}`);
