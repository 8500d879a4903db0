/**
 * Measures a model package on held-out sets and writes the figures into its card: the section
 * `figures` of its README.md, and SAMPLES.md with translations as they come.
 *
 *     deno run -A scripts/models/measure.ts packages/model-en-de --data DIR [--num-beams 4] [--reverse]
 *         [--before NAME=FIGURES.json]... [--sets dev,handbook,...]
 *
 * DIR holds `SET.tsv` (source, tab, reference; with `--reverse` the other way round). `--before` names earlier
 * figures, `figures.json` of another model, to stand beside.
 */
import { parseArgs } from "@std/cli";
import { bleu, chrf } from "@heed/metrics";
import { Translator } from "@heed/translation";
import { describeMachine, writeSection } from "../bench/report.ts";

const DESCRIPTIONS: Record<string, string> = {
  "dev": "mixture, used to choose",
  "handbook": "The Debian Administrator's Handbook",
  "app-evolution": "messages of a mail program",
  "ddtp": "descriptions of Debian packages",
  "game-widelands": "texts of a game",
  "everyday": "sentences of daily life",
};
const SAMPLES = 20;

interface Figures {
  readonly sentences: number;
  readonly bleu: number;
  readonly chrf: number;
  /** With sentences over 40 tokens split, as `heed translate` does. */
  readonly splitBleu?: number;
  readonly splitChrf?: number;
}

const args = parseArgs(Deno.args, {
  string: ["data", "before", "sets"],
  boolean: ["reverse"],
  collect: ["before"],
  default: { "num-beams": 4, sets: Object.keys(DESCRIPTIONS).join(",") },
});
const [folder] = args._.map(String);
if (folder === undefined || args.data === undefined) {
  console.error("usage: measure.ts PACKAGE_DIR --data DIR [--reverse] [--before NAME=FILE]");
  Deno.exit(2);
}

const before: [string, Record<string, Figures>][] = [];
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
for (const set of args.sets.split(",")) {
  const pairs = (await Deno.readTextFile(`${args.data}/${set}.tsv`)).trimEnd().split("\n")
    .map((line) => line.split("\t")).map(([a, b]) => args.reverse ? [b, a] : [a, b]);
  const [sources, references] = [0, 1].map((side) => pairs.map((pair) => pair[side]));
  const hypotheses = await translate(whole, sources);
  const scores = [bleu(hypotheses, references), chrf(hypotheses, references)];
  for (const { signature } of scores) signatures.add(signature);
  const used = await translate(split, sources);
  figures[set] = {
    sentences: pairs.length,
    bleu: scores[0].score,
    chrf: scores[1].score,
    splitBleu: bleu(used, references).score,
    splitChrf: chrf(used, references).score,
  };
  console.error(set, figures[set]);
  if (set !== "dev") samples.push(sampleList(set, { sources, references, hypotheses: used }));
}

await Deno.writeTextFile(`${folder}/figures.json`, JSON.stringify(figures, null, 2) + "\n");
await writeSection("figures", figuresTable(), `${folder}/README.md`);
await writeSection(
  "samples",
  `${SAMPLES} sentences of each held-out set at equal distances, with ${
    args["num-beams"]
  } beams, as \`heed ` +
    `translate\` gives them; nothing is chosen or edited.\n\n${samples.join("\n\n")}`,
  `${folder}/SAMPLES.md`,
);
console.error(await describeMachine());

async function translate(translator: Translator, sources: string[]): Promise<string[]> {
  const hypotheses: string[] = [];
  const options = { numBeams: args["num-beams"], splitSentences: false };
  for await (const [{ translation }] of translator.translateStream(sources, options)) {
    hypotheses.push(translation);
  }
  return hypotheses;
}

function figuresTable(): string {
  const score = (
    set: string,
    of: Record<string, Figures>,
    key: Exclude<keyof Figures, "sentences">,
  ) => of[set]?.[key]?.toFixed(1) ?? "-";
  const names = before.flatMap(([name]) => [`BLEU, ${name}`, `chrF, ${name}`]);
  const head = [
    "Set",
    "What it is",
    "Sentences",
    "BLEU",
    "chrF",
    "BLEU, split",
    "chrF, split",
    ...names,
  ];
  const rows = Object.entries(figures).map(([set, { sentences }]) => [
    `\`${set}\``,
    DESCRIPTIONS[set] ?? "",
    String(sentences),
    score(set, figures, "bleu"),
    score(set, figures, "chrf"),
    score(set, figures, "splitBleu"),
    score(set, figures, "splitChrf"),
    ...before.flatMap(([, of]) => [score(set, of, "bleu"), score(set, of, "chrf")]),
  ]);
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    `Whole held-out sets, ${
      args["num-beams"]
    } beams, int8 on the CPU, each source as one sentence; "split": sources ` +
    `over 40 tokens in parts, as \`heed translate\` does. ` +
    `${
      [...signatures].map((each) => `\`${each}\``).join(" and ")
    }. Written by \`scripts/models/measure.ts\`.`,
    "",
    line(head),
    line(head.map((_, i) => i < 2 ? "---" : "--:")),
    ...rows.map(line),
  ].join("\n");
}

/** Pairs at equal distances, so that nobody chose them. */
function sampleList(
  set: string,
  { sources, references, hypotheses }: Record<"sources" | "references" | "hypotheses", string[]>,
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
