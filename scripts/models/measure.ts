/**
 * Measures a model package on held-out sets and writes the figures into its card: the section
 * `figures` of its README.md, and SAMPLES.md with translations as they come.
 *
 *     deno run -A scripts/models/measure.ts packages/model-en-de --data DIR [--data DIR] [--num-beams 4]
 *         [--reverse] [--before NAME=FIGURES.json]... [--sets dev,handbook,...]
 *
 * DIR holds `SET.tsv` (source, tab, reference; with `--reverse` the other way round), or `SET.en-de.en` and
 * `SET.en-de.de`, a line for each sentence, for the pair that the model says it translates. Where
 * `SET.en-de.bergamot-tiny` or `.bergamot-base-memory` lies beside, what Firefox's models gave is scored by the same
 * references. `--before` names earlier figures, `figures.json` of another model, to stand beside. Without `--sets`, all
 * known ones are measured that a folder has.
 */
import { parseArgs } from "@std/cli";
import { Translator } from "@heed/translation";
import { describeMachine, writeSection } from "../bench/report.ts";
import { type Figures, type FiguresOf, figuresTable, type Score, scoreOf } from "./figures.ts";
import { readTestSet, testSets } from "./test_sets.ts";

const SAMPLES = 20;

const args = parseArgs(Deno.args, {
  string: ["data", "before", "sets"],
  boolean: ["reverse"],
  collect: ["data", "before"],
  default: { "num-beams": 4 },
});
const [folder] = args._.map(String);
const folders = args.data as string[];
if (folder === undefined || folders.length === 0) {
  console.error("usage: measure.ts PACKAGE_DIR --data DIR... [--reverse] [--before NAME=FILE]");
  Deno.exit(2);
}

const before: [string, FiguresOf][] = [];
for (const given of args.before as string[]) {
  const [name, path] = given.split("=");
  before.push([name, JSON.parse(await Deno.readTextFile(path))]);
}
const figures: Record<string, Figures> = {};
const signatures = new Set<string>();
const samples: string[] = [];
using whole = await Translator.load(`${folder}/model`, {
  device: "wasm",
  maxSentenceTokens: Infinity,
});
using split = await Translator.load(`${folder}/model`, { device: "wasm" });
const pair = whole.languages[0];
if (pair === undefined) throw new RangeError(`Cannot measure ${folder}: it names no languages`);
for (const set of args.sets?.split(",") ?? Object.keys(testSets)) {
  const found = await readTestSet(set, { folders, pair, reverse: args.reverse });
  if (found === undefined) {
    const where = `${set}.tsv and no ${set}.${pair.source}-${pair.target}.${pair.target}`;
    if (args.sets !== undefined) {
      throw new RangeError(`Cannot measure ${set}: ${folders.join(", ")} has no ${where}`);
    }
    console.error(`${set} left out: no ${where}`);
    continue;
  }
  const { sources, references, peers } = found;
  const hypotheses = await translate(whole, sources);
  const ours = scoreOf(hypotheses, references);
  for (const signature of ours.signatures) signatures.add(signature);
  const used = await translate(split, sources);
  const inParts = scoreOf(used, references);
  const others = Object.entries(peers).map(([name, theirs]): [string, Score] => {
    const { bleu, chrf } = scoreOf(theirs, references);
    return [name, { bleu, chrf }];
  });
  figures[set] = {
    sentences: sources.length,
    bleu: ours.bleu,
    chrf: ours.chrf,
    splitBleu: inParts.bleu,
    splitChrf: inParts.chrf,
    peers: others.length > 0 ? Object.fromEntries(others) : undefined,
  };
  console.error(set, figures[set]);
  if (testSets[set]?.samples) {
    samples.push(sampleList(set, { sources, references, hypotheses: used }));
  }
}

await Deno.writeTextFile(`${folder}/figures.json`, JSON.stringify(figures, null, 2) + "\n");
await writeSection(
  "figures",
  `Whole held-out sets, ${
    args["num-beams"]
  } beams, int8 on the CPU, each source as one sentence; "split": sources ` +
    `over 40 tokens in parts, as \`heed translate\` does. ` +
    `${[...signatures].map((each) => `\`${each}\``).join(" and ")}. ` +
    `Written by \`scripts/models/measure.ts\`.\n\n${figuresTable(figures, { before })}`,
  `${folder}/README.md`,
);
if (samples.length > 0) {
  await writeSection(
    "samples",
    `${SAMPLES} sentences of each held-out set at equal distances, with ${
      args["num-beams"]
    } beams, as \`heed translate\` gives them; nothing is chosen or edited.\n\n` +
      samples.join("\n\n"),
    `${folder}/SAMPLES.md`,
  );
}
console.error(await describeMachine());

async function translate(translator: Translator, sources: readonly string[]): Promise<string[]> {
  const hypotheses: string[] = [];
  const options = { numBeams: args["num-beams"], splitSentences: false };
  for await (const [{ translation }] of translator.translateStream(sources, options)) {
    hypotheses.push(translation);
  }
  return hypotheses;
}

/** Pairs at equal distances, so that nobody chose them. */
function sampleList(
  set: string,
  { sources, references, hypotheses }: Record<
    "sources" | "references" | "hypotheses",
    readonly string[]
  >,
): string {
  const step = Math.max(1, Math.floor(sources.length / SAMPLES));
  const plain = (text: string) => text.replaceAll(/[\\|<>*_`~[\]#&]/g, "\\$&");
  const entries = Array.from({ length: Math.min(SAMPLES, sources.length) }, (_, i) => i * step)
    .map((i) => {
      const [source, translation, reference] = [sources[i], hypotheses[i], references[i]].map(
        plain,
      );
      return `1. ${source}\n   - **Heed:** ${translation}\n   - **Reference:** ${reference}`;
    });
  return `## ${set}\n\n${entries.join("\n")}`;
}
