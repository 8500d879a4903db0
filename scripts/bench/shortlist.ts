/**
 * What a shortlist wins and costs: words per second, BLEU and chrF of a model with the whole vocabulary and with
 * shortlists of several sizes. Writes the section `shortlist` of BENCHMARKS.md, unless `section` is false.
 *
 *     deno run --allow-all scripts/bench/shortlist.ts CONFIG.json
 *
 * CONFIG.json, all paths relative to the working directory:
 *
 *     {
 *       "data": ["train.tsv"],             text to align: source, tab, target; the model's training text
 *       "tests": ["dev.tsv"],              source, tab, reference
 *       "model": "packages/model-en-de/model",
 *       "settings": [[25, 100], [50, 200]],   best, frequent
 *       "batchSizes": [1, 16],
 *       "numBeams": [1, 4],
 *       "sentences": 300,                  spread over each test
 *       "repeats": 3,                      the fastest counts
 *       "dtype": "int8",
 *       "table": "table.safetensors",      where the alignment is kept for the next run
 *       "section": true
 *     }
 *
 * `data` and `tests` are required. One thread. Words are those of the source. A sentence's translation does not
 * depend on its batch, so BLEU and chrF are worked out once for each setting and number of beams.
 */
import { type LexicalTable, ParallelCorpus, trainAligner } from "@heed/alignment";
import { files, openSafetensors, readLines, writeSafetensors } from "@heed/checkpoint";
import { Seq2SeqEngine } from "@heed/engine";
import { bleu, chrf } from "@heed/metrics";
import { MarianTokenizer } from "@heed/tokenizer";
import {
  buildShortlist,
  type Shortlist,
  shortlistVocabulary,
  type TranslationModel,
  Translator,
} from "@heed/translation";
import { describeMachine, writeSection } from "./report.ts";

interface Config {
  readonly data: readonly string[];
  readonly tests: readonly string[];
  readonly model: string;
  readonly settings: readonly (readonly [best: number, frequent: number])[];
  readonly batchSizes: readonly number[];
  readonly numBeams: readonly number[];
  readonly sentences: number;
  readonly repeats: number;
  readonly dtype: "int8" | "fp32";
  readonly table?: string;
  readonly section: boolean;
}

const [configPath] = Deno.args;
if (configPath === undefined) throw new TypeError("Cannot measure shortlists: give CONFIG.json");
const config: Config = {
  model: "packages/model-en-de/model",
  settings: [[25, 100], [50, 200], [100, 400]],
  batchSizes: [1, 16],
  numBeams: [1, 4],
  sentences: 300,
  repeats: 3,
  dtype: "int8",
  section: true,
  ...JSON.parse(await Deno.readTextFile(configPath)),
};

const tokenizer = await loadTokenizer(config.model);
using engine = await Seq2SeqEngine.load(config.model, { dtype: config.dtype, threads: 1 });
const { vocabSize } = engine.config;
const learned = await alignment(config);
const shortlists: [name: string, shortlist: Shortlist | undefined][] = [
  ["all", undefined],
  ...config.settings.map(([best, frequent]): [string, Shortlist] => [
    `${best} / ${frequent}`,
    buildShortlist(learned.table, {
      vocabSize,
      counts: learned.counts,
      best,
      frequent,
      ...shortlistVocabulary(tokenizer, vocabSize),
    }),
  ]),
];

const rows: string[] = [];
for (const path of config.tests) {
  const { sources, references } = await readTest(path, config.sentences);
  const words = sources.reduce((sum, text) => sum + text.split(/\s+/).filter(Boolean).length, 0);
  for (const numBeams of config.numBeams) {
    let whole: { speeds: number[]; bleu: number; chrf: number; texts: string[] } | undefined;
    for (const [name, shortlist] of shortlists) {
      const speeds: number[] = [];
      let texts: string[] = [];
      for (const batchSize of config.batchSizes) {
        await translate(sources.slice(0, 32), { shortlist, numBeams, batchSize });
        let best = Infinity;
        for (let i = 0; i < config.repeats; i++) {
          const started = performance.now();
          texts = await translate(sources, { shortlist, numBeams, batchSize });
          best = Math.min(best, (performance.now() - started) / 1000);
        }
        speeds.push(words / best);
      }
      const found = {
        speeds,
        bleu: bleu(texts, references).score,
        chrf: chrf(texts, references).score,
        texts,
      };
      whole ??= found;
      const changed = texts.filter((text, i) => text !== whole!.texts[i]).length;
      const row = [
        path.split("/").at(-1),
        numBeams,
        name,
        shortlist ? meanSize(shortlist, sources).toFixed(0) : vocabSize,
        ...speeds.map((speed, i) =>
          `${speed.toFixed(0)} (${(speed / whole!.speeds[i]).toFixed(2)}x)`
        ),
        `${found.bleu.toFixed(2)} (${signed(found.bleu - whole.bleu)})`,
        `${found.chrf.toFixed(2)} (${signed(found.chrf - whole.chrf)})`,
        `${(100 * changed / texts.length).toFixed(1)}%`,
      ];
      console.error(row.join("  "));
      rows.push(`| ${row.join(" | ")} |`);
    }
  }
}
const speedNames = config.batchSizes.map((size) => `words/s, batch ${size}`);
const heads = [
  "Test",
  "Beams",
  "Best / frequent",
  "Tokens",
  ...speedNames,
  "BLEU",
  "chrF",
  "Changed",
];
const report = `## What a shortlist wins and costs

\`deno run --allow-all scripts/bench/shortlist.ts\`: ${config.sentences} sentences of each test, ${config.dtype}, one
thread; best of ${config.repeats}. "Best / frequent" are the options of \`heed shortlist\`; "tokens" is how many a sentence
may become, on average; "changed" are sentences whose translation is another one.

${await describeMachine()}.

| ${heads.join(" | ")} |
|${" --- |".repeat(heads.length)}
${rows.join("\n")}
`;
console.log(report);
if (config.section) await writeSection("shortlist", report);

async function translate(
  sources: readonly string[],
  { shortlist, numBeams, batchSize }: {
    shortlist: Shortlist | undefined;
    numBeams: number;
    batchSize: number;
  },
): Promise<string[]> {
  const model: TranslationModel = {
    maxSourceTokens: engine.maxSourceTokens,
    maxTargetTokens: engine.maxTargetTokens,
    generate: (inputIds, options) =>
      engine.generate(inputIds, {
        ...options,
        shortlist: shortlist && inputIds.map((ids) => shortlist.select(ids)),
      }),
    crossAttention: (inputIds, targetIds) => engine.crossAttention(inputIds, targetIds),
    dispose: () => {},
  };
  const translator = new Translator({ model, tokenizer });
  const found = await translator.translate(sources, { numBeams, batchSize, splitSentences: false });
  return found.map(([{ translation }]) => translation);
}

async function loadTokenizer(directory: string): Promise<MarianTokenizer> {
  const read = (name: string) => Deno.readFile(`${directory}/${name}`);
  return MarianTokenizer.load({
    sourceSpm: await read("source.spm"),
    targetSpm: await read("target.spm"),
    vocab: await Deno.readTextFile(`${directory}/vocab.json`),
    config: JSON.parse(await Deno.readTextFile(`${directory}/tokenizer_config.json`)),
  });
}

/** Aligns the data, or reads what an earlier run kept. */
async function alignment(
  { table: path, data }: Config,
): Promise<{ table: LexicalTable; counts: Int32Array }> {
  if (path !== undefined && await files.exists(path)) {
    await using reader = await openSafetensors(path);
    const read = async <T>(name: string) => (await reader.read(name)).data as T;
    const offsets = Float64Array.from(await read<Int32Array>("offsets"));
    return {
      table: {
        sourceSize: offsets.length - 2,
        targetSize: vocabSize,
        offsets,
        targets: await read("targets"),
        probabilities: await read("probabilities"),
      },
      counts: await read("counts"),
    };
  }
  const corpus = new ParallelCorpus();
  const counts = new Int32Array(vocabSize);
  for (const file of data) {
    for await (const { text } of readLines(file)) {
      const [source, target] = text?.split("\t") ?? [];
      if (!target) continue;
      const sourceIds = tokenizer.encode(source).ids.slice(0, -1);
      const targetIds = tokenizer.encodeTarget(target).ids.slice(0, -1);
      if (Math.max(sourceIds.length, targetIds.length) > 256) continue;
      corpus.add(sourceIds, targetIds);
      for (const id of targetIds) counts[id]++;
    }
  }
  const { table } = await trainAligner(corpus, {
    onProgress: ({ share }) => console.error(`aligned to ${(100 * share).toFixed(0)}%`),
  });
  if (path !== undefined) {
    const integers = { offsets: Int32Array.from(table.offsets), targets: table.targets, counts };
    await writeSafetensors(path, [
      ...Object.entries(integers).map(([name, values]) => ({
        name,
        dtype: "I32" as const,
        shape: [values.length],
        data: new Int32Array(values),
      })),
      {
        name: "probabilities",
        dtype: "F32",
        shape: [table.probabilities.length],
        data: new Float32Array(table.probabilities),
      },
    ]);
  }
  return { table, counts };
}

async function readTest(path: string, count: number) {
  const pairs = (await Deno.readTextFile(path)).trimEnd().split("\n")
    .map((line) => line.split("\t"));
  const step = Math.max(1, pairs.length / count);
  const chosen = Array.from(
    { length: Math.min(count, pairs.length) },
    (_, i) => pairs[Math.floor(i * step)],
  );
  return { sources: chosen.map(([a]) => a), references: chosen.map(([, b]) => b) };
}

/** How many tokens a sentence may become. */
function meanSize(shortlist: Shortlist, sources: readonly string[]): number {
  const sizes = sources.map((text) => shortlist.select(tokenizer.encode(text).ids).length);
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

function signed(value: number): string {
  return (value < 0 ? "" : "+") + value.toFixed(2);
}
