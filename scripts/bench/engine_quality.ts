/**
 * What int8 costs: translates sentence pairs with the shipped model by the engine in every mode, and compares
 * with float32 by tfjs. Writes the section `engine quality` of BENCHMARKS.md.
 *
 *     deno task bench:quality FILE.tsv... [--num-beams 4] [--tfjs 200] [--every 1]
 *
 * FILE: source, tab, reference; one pair a line. `--tfjs`: sentences whose beams and logits are held against
 * tfjs; `--every 4` takes each fourth pair.
 */
import { parseArgs } from "@std/cli";
import { Seq2SeqEngine, type SimdMode } from "@heed/engine";
import { bleu, chrf } from "@heed/metrics";
import { assets } from "@heed/model-en-de";
import { marian } from "@heed/model";
import { loadModel, type Seq2SeqModel } from "@heed/seq2seq";
import { decode, encode } from "@heed/seq2seq/layers";
import { MarianTokenizer } from "@heed/tokenizer";
import { Translator } from "@heed/translation";
import { describeMachine, writeSection } from "./report.ts";

const args = parseArgs(Deno.args, {
  string: ["_"],
  default: { "num-beams": 4, tfjs: 200, every: 1 },
});
const inputs = args._.map(String);
if (inputs.length === 0) throw new TypeError("Cannot measure quality without pairs: give FILE.tsv");

const MODES: readonly { name: string; dtype: "int8" | "fp32"; simd?: string }[] = [
  { name: "fp32", dtype: "fp32" },
  { name: "int8, best of this machine", dtype: "int8" },
  { name: "int8, 7-bit activations", dtype: "int8", simd: "relaxed-i7" },
  { name: "int8, plain SIMD", dtype: "int8", simd: "plain" },
];

const tokenizer = await loadTokenizer();
const lines: string[] = [];
for (const path of inputs) {
  const pairs = (await Deno.readTextFile(path)).trimEnd().split("\n")
    .filter((_, i) => i % args.every === 0).map((line) => line.split("\t"));
  const sources = pairs.map(([source]) => source), references = pairs.map(([, target]) => target);
  let exact: { bleu: number; chrf: number } | undefined;
  for (const { name, dtype, simd } of MODES) {
    const found = await translate(sources, { dtype, simd });
    const score = {
      bleu: bleu(found.texts, references).score,
      chrf: chrf(found.texts, references).score,
    };
    exact ??= score;
    const difference = (key: "bleu" | "chrf") => (score[key] - exact![key]).toFixed(2);
    const file = path.split("/").at(-1);
    const row = [
      `${file} (${pairs.length})`,
      simd === undefined && dtype === "int8" ? `int8, ${found.simd}` : name,
      score.bleu.toFixed(2),
      difference("bleu"),
      score.chrf.toFixed(2),
      difference("chrf"),
    ];
    console.error(row.join("  "));
    lines.push(`| ${row.join(" | ")} |`);
  }
}
const sources = (await Deno.readTextFile(inputs[0])).split("\n").slice(0, args.tfjs)
  .map((line) => tokenizer.encode(line.split("\t")[0]).ids.slice(-256));
const comparison = await compareWithTfjs(sources);
console.error(comparison);
await writeSection(
  "engine quality",
  `## What int8 costs

\`deno task bench:quality ${inputs.map((path) => path.split("/").at(-1)).join(" ")}\`: the shipped
model, ${
    args["num-beams"]
  } beams, sentences as they stand. Differences are to fp32; BLEU and chrF as
sacrebleu computes them. The mode is what the probe chose, or forced.

${await describeMachine()}.

| Pairs | Mode | BLEU | difference | chrF | difference |
| --- | --- | --- | --- | --- | --- |
${lines.join("\n")}

${comparison}
`,
);

async function loadTokenizer(): Promise<MarianTokenizer> {
  const read = (name: string) => Deno.readFile(new URL(name, assets.base));
  return MarianTokenizer.load({
    sourceSpm: await read("source.spm"),
    targetSpm: await read("target.spm"),
    vocab: await Deno.readTextFile(new URL("vocab.json", assets.base)),
    config: {},
  });
}

async function translate(
  sources: readonly string[],
  { dtype, simd }: { dtype: "int8" | "fp32"; simd?: string },
): Promise<{ texts: string[]; simd: SimdMode }> {
  const engine = await Seq2SeqEngine.load(assets.base, { dtype, simd: simd as SimdMode });
  using translator = new Translator({ model: engine, tokenizer });
  const found = await translator.translate(sources, {
    numBeams: args["num-beams"],
    splitSentences: false,
  });
  return { texts: found.map(([best]) => best.translation), simd: engine.simd };
}

/** Holds float32 of the engine against tfjs: ids of the best beams, and logits along them. */
async function compareWithTfjs(sources: readonly number[][]): Promise<string> {
  const options = { numBeams: args["num-beams"], maxNewTokens: 128 };
  using engine = await Seq2SeqEngine.load(assets.base, { dtype: "fp32" });
  using model = await loadModel(assets, { device: "wasm", family: marian });
  let same = 0, worst = 0;
  const differing: string[] = [];
  for (const [i, ids] of sources.entries()) {
    const [[ours]] = await engine.generate([ids], options);
    const [[theirs]] = await model.generate([ids], options);
    if (ours.ids.join() === theirs.ids.join()) same++;
    else differing.push(`${i + 1} (score ${ours.score.toFixed(6)}, ${theirs.score.toFixed(6)})`);
    if (i < 50) worst = Math.max(worst, await logitDifference(engine, model, ids, theirs.ids));
  }
  const sentences = differing.length > 0 ? `; others: ${differing.join(", ")}` : "";
  return `Float32 beside tfjs on WASM: ${same} of ${sources.length} sentences get identical ids with ` +
    `${
      args["num-beams"]
    } beams${sentences}. Along the targets of 50 of them, logits differ by at ` +
    `most ${worst.toExponential(1)}.`;
}

async function logitDifference(
  engine: Seq2SeqEngine,
  model: Seq2SeqModel,
  inputIds: readonly number[],
  targetIds: readonly number[],
): Promise<number> {
  const tf = await import("@tensorflow/tfjs");
  const { projectMemory } = await import("@heed/transformer");
  const { config, weights } = model;
  const expected = tf.tidy(() => {
    const source = tf.tensor2d([inputIds as number[]], undefined, "int32");
    const { lastHiddenState } = encode(weights, source, { config });
    const target = [config.decoderStartTokenId, ...targetIds.slice(0, -1)];
    return decode(weights, tf.tensor2d([target], undefined, "int32"), {
      config,
      memory: projectMemory(weights.decoder, lastHiddenState),
    }).logits;
  });
  const values = await expected.data();
  expected.dispose();
  const { logits } = await engine.decode(inputIds, targetIds);
  return logits.reduce((most, logit, i) => Math.max(most, Math.abs(logit - values[i])), 0);
}
