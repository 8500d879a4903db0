/**
 * Makes a training text of files of sentence pairs, as a recipe says: drops pairs that are noise,
 * duplicates, or test sentences, mixes the sources, and puts slots and a little noise into them.
 *
 *     deno task corpus:filter scripts/recipes/en-de.data.json --data DIR --out FILE.tsv
 *
 * Writes `FILE.tsv` (columns as in the files that it reads: source, target, document) and `FILE.json`, the counts for each reason and each
 * source. The same input gives the same bytes.
 */
import { parseArgs } from "@std/cli";
import { eld } from "eld/medium";
import { drawsOf } from "./draw.ts";
import { HeldOut } from "./held_out.ts";
import { Joiner } from "./joined.ts";
import { mixtureOf } from "./mixture.ts";
import { addNoise, type Noise } from "./noise.ts";
import { type Pair, parsePair, textKey } from "./pair.ts";
import { parseRecipe, type Recipe } from "./recipe.ts";
import { findProblem } from "./rules.ts";
import { shuffled } from "./shuffled.ts";
import { putSlots } from "./slots.ts";

/** Lines that are written at once. */
const LINES = 10_000;

/** What became of the pairs. */
interface Report {
  readonly read: number;
  readonly kept: number;
  readonly written: number;
  readonly dropped: Record<string, number>;
  /** Pairs kept, by the first part of their document. */
  readonly sources: Record<string, number>;
  /** Lines with slots, and all slots, where the recipe has any. */
  readonly slots?: { readonly lines: number; readonly slots: number };
  /** Lines that got noise of each kind, where the recipe has any. */
  readonly noise?: Record<Noise, number>;
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
  const parse = (line: string) => {
    const pair = parsePair(line);
    return pair && recipe.reverse ? { ...pair, source: pair.target, target: pair.source } : pair;
  };
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

  const slots = { lines: 0, slots: 0 };
  const noises: Record<Noise, number> = { capitals: 0, lowerCase: 0, noFullStop: 0 };
  const augment = (pair: Pair, copy: number): Pair => {
    const drawn = drawsOf(pair, copy);
    let augmented = pair;
    if (recipe.slots) {
      const slotted = putSlots(pair, recipe.slots, drawn);
      if (slotted.spans.length > 0) slots.lines++;
      slots.slots += slotted.spans.length;
      augmented = slotted;
    }
    if (!recipe.noise) return augmented;
    const noisy = addNoise(augmented, recipe.noise, { ...recipe, drawn });
    if (noisy.noise) noises[noisy.noise]++;
    return noisy;
  };

  const count = { read: 0, kept: 0, written: 0 };
  const writeCopies = (copy: number, pairs: readonly Pair[]) => {
    for (const pair of pairs) write(augment(pair, copy));
    count.written += pairs.length;
  };
  /** One for each copy of a text, so that no sentence follows itself. */
  const joiners: Joiner[] = [];
  const take = (pair: Pair, copy: number) => {
    if (!recipe.joined) return [pair];
    return (joiners[copy] ??= new Joiner(recipe.joined)).add(pair, copy);
  };
  const dropped: Record<string, number> = {};
  const sources: Record<string, number> = {};
  for (const name of recipe.inputs) {
    for await (const line of readLines(`${data}/${name}`)) {
      count.read++;
      const pair = parse(line);
      const problem = judge(pair);
      if (problem) {
        dropped[problem] = (dropped[problem] ?? 0) + 1;
        continue;
      }
      count.kept++;
      const source = pair!.document.split("/")[0];
      sources[source] = (sources[source] ?? 0) + 1;
      const copies = copiesOf(pair!);
      for (let copy = 0; copy < copies; copy++) writeCopies(copy, take(pair!, copy));
    }
  }
  joiners.forEach((joiner, copy) => writeCopies(copy, joiner.end()));
  const byCount = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
  return {
    ...count,
    dropped: byCount(dropped),
    sources: byCount(sources),
    slots: recipe.slots ? slots : undefined,
    noise: recipe.noise ? noises : undefined,
  };
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
using file = await Deno.open(part, { write: true, create: true });
// Between opening and locking, the other may have given it its name.
const isNamed = async () =>
  (await file.stat()).ino === (await Deno.stat(part).catch(() => undefined))?.ino;
if (!await file.tryLock(true) || !await isNamed()) {
  console.error(`Cannot write ${args.out}: another process is writing ${part}; wait for it`);
  Deno.exit(1);
}
await file.truncate(0); // what a run that was killed has left
let buffer: string[] = [];
const writeLines = (lines: string[]) => {
  const bytes = encoder.encode(lines.join(""));
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
};
const flush = () => {
  const lines = recipe.shuffle ? shuffled(buffer) : buffer;
  for (let at = 0; at < lines.length; at += LINES) writeLines(lines.slice(at, at + LINES));
  buffer = [];
};
const report = await filterPairs(recipe, {
  data: args.data,
  write({ source, target, document }) {
    const columns = recipe.reverse ? [target, source] : [source, target];
    buffer.push(`${columns.join("\t")}\t${document}\n`);
    if (!recipe.shuffle && buffer.length === LINES) flush();
  },
});
flush();
// The counts first, and each file in one step: where there is a text, there are its counts.
const counts = args.out.replace(/(?:\.tsv)?$/u, ".json");
await Deno.writeTextFile(`${counts}.part`, JSON.stringify(report, null, 2) + "\n");
await Deno.rename(`${counts}.part`, counts);
await Deno.rename(part, args.out);
console.log(`${report.read} pairs read, ${report.kept} kept, ${report.written} lines written`);
for (const [reason, count] of Object.entries(report.dropped)) console.log(`${count}\t${reason}`);
