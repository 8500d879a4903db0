import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { main } from "./main.ts";
import type { Results, Timings } from "./results.ts";
import { translateAll } from "./translate.ts";
import { prepareTokenizer } from "./tokenizer.ts";
import { parseExperimentConfig } from "./config.ts";

const TINY = `${import.meta.dirname}/testing/tiny.json`;

/** Runs the program; `interruptAt` presses Ctrl-C when the text is shown. */
async function run(
  args: string[],
  { interruptAt }: { interruptAt?: string } = {},
): Promise<string> {
  const controller = new AbortController();
  const shown: string[] = [];
  await main(args, {
    signal: controller.signal,
    write(text) {
      shown.push(text);
      if (interruptAt && text.includes(interruptAt)) controller.abort(new Error("Ctrl-C"));
    },
  });
  return shown.join("");
}

const read = async <T>(path: string): Promise<T> => JSON.parse(await Deno.readTextFile(path));

// Trains four models, each for some steps, and once more after an interruption: that takes seconds.
Deno.test("the experiment runs to its report, also when it was interrupted", async () => {
  const folder = await Deno.makeTempDir();
  const [whole, split] = [`${folder}/whole`, `${folder}/split`];
  const args = (output: string) => ["--config", TINY, "--output", output];
  const shown = await run(args(whole));
  assertStringIncludes(shown, "Training Transformer: 6/6");
  const results = await read<Results>(`${whole}/results/results.json`);
  const { training, scores, parameters, alignments, positions } = results;
  const tokens = Object.values(training).map((summary) => summary.tokens);
  assertEquals(new Set(tokens).size, 1, "all models see the same tokens");
  assertEquals(training.rnnsearch.steps, 6);
  assert(training.rnnsearch.devLoss.every(({ bleu }) => bleu !== undefined && bleu >= 0));
  assertEquals(scores.all.sentences, 24);
  assertEquals(scores.bins.reduce((sum, { sentences }) => sum + sentences, 0), 24);
  assertEquals(alignments.transformer.heads.length, 2 * 2 * 3);
  assertEquals(positions.table.values.length, 12 * 8);
  const counts = Object.values(parameters);
  assert(Math.max(...counts) <= 1.1 * Math.min(...counts), String(counts));
  const report = await Deno.readTextFile(`${whole}/REPORT.md`);
  assertStringIncludes(report, "Not measured yet");

  // One model alone, which the whole run then finds.
  assertStringIncludes(
    await run([...args(split), "--train", "rnnencdec"]),
    "RNNencdec: loss",
  );
  // Interrupted while the second model trains, and again while the third translates.
  for (const interruptAt of ["Training RNNsearch", "Translating with Transformer"]) {
    await assertRejects(() => run(args(split), { interruptAt }), Error, "Ctrl-C");
  }
  await run(args(split));
  const again = await read<Results>(`${split}/results/results.json`);
  assertEquals(again.scores, scores);
  assertEquals(again.training.rnnsearch.devLoss.map(({ loss }) => loss), [
    ...training.rnnsearch.devLoss.map(({ loss }) => loss),
  ]);
  assertEquals(again.positions.table, positions.table);

  await run([...args(whole), "--timings"]);
  const timings = await read<Timings>(`${whole}/results/timings.json`);
  assertEquals(timings.timings.length, 3 * 2 * 2);
  assert(timings.timings.every(({ stepMs, decodeMsPerToken }) => stepMs * decodeMsPerToken > 0));
  const timed = await Deno.readTextFile(`${whole}/REPORT.md`);
  assertStringIncludes(timed, "### One sentence");

  // The report alone, from the results.
  const copy = `${folder}/copy`;
  await Deno.mkdir(`${copy}/results`, { recursive: true });
  for (const name of ["results", "timings"]) {
    await Deno.copyFile(`${whole}/results/${name}.json`, `${copy}/results/${name}.json`);
  }
  await run(["--report-only", "--report", copy]);
  assertEquals(await Deno.readTextFile(`${copy}/REPORT.md`), timed);

  // Several threads translate as one does.
  const config = parseExperimentConfig(await read(TINY));
  const signal = new AbortController().signal;
  const train = `${whole}/data/train.tsv`;
  const tokenizer = await prepareTokenizer(config, { train, output: whole, signal });
  const test = (await Deno.readTextFile(`${whole}/data/test.tsv`)).trim().split("\n");
  const inputIds = test.map((line) => tokenizer.encode(line.split("\t")[0]).ids);
  const ids = await translateAll(`${whole}/rnnsearch/model`, inputIds, {
    ...config.search,
    workers: 2,
    signal,
    onProgress: () => {},
  });
  const { texts } = await read<{ texts: string[] }>(`${whole}/rnnsearch/translations.json`);
  assertEquals(ids.map((row) => tokenizer.decode(row)), texts);

  const other = { ...config, seed: 2 };
  await Deno.writeTextFile(`${folder}/other.json`, JSON.stringify(other));
  await assertRejects(
    () => run(["--config", `${folder}/other.json`, "--output", whole]),
    RangeError,
    "it was begun with other numbers",
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the experiment says what is wrong before it trains", async () => {
  const folder = await Deno.makeTempDir();
  const output = ["--output", `${folder}/run`];
  await assertRejects(
    () => run(["--config", TINY, "--train", "gpt", ...output]),
    RangeError,
    "must be one of rnnencdec, rnnsearch, transformer",
  );
  await assertRejects(() => run(["--fulll"]), RangeError, "Cannot use --fulll");
  await assertRejects(() => run(["--full", ...output]), RangeError, "with --data");
  await assertRejects(
    () => run(["--report-only", ...output]),
    RangeError,
    "results.json is missing",
  );
  await assertRejects(() => run(["--workers", "none", ...output]), SyntaxError, "workers");
  assertStringIncludes(await run(["--help"]), "--report-only");
  await Deno.remove(folder, { recursive: true });
});
