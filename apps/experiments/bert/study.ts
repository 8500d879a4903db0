/**
 * Whether pre-training helps: the same small BERT, pre-trained and from random weights, fine-tuned with 100, 1,000 and
 * all examples of a task. Prints a table in Markdown and writes OUTPUT/study.jsonl and OUTPUT/study.svg.
 *
 *     deno run --allow-all apps/experiments/bert/study.ts PRETRAINED DATA OUTPUT [TASK ...] [--workers=N] [--steps=N]
 *
 * PRETRAINED is `model/` of `heed pretrain apps/experiments/bert/pretrain.json`. Tasks by default: banking77 snips
 * wordnet sections. What is in study.jsonl is not done again.
 */
import { createBert } from "@heed/bert";
import type { EncoderConfig } from "@heed/model";
import { openModel } from "@heed/model";
import { shuffle } from "@heed/training";
import { plotSvg } from "@heed/visualize/plot";
import { runTask } from "./run_task.ts";
import { TASKS } from "./tasks.ts";

/** The rates of `tasks.ts` are for large models; small ones want more. */
const LEARNING_RATE = 1e-3;
/** Steps with few examples, which passes over them would be too few of. */
const FEW_STEPS = 800;

interface Row {
  readonly task: string;
  readonly examples: number;
  readonly start: "pre-trained" | "random";
  readonly value: number;
}

const option = (name: string) =>
  Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const [pretrained, data, output, ...names] = Deno.args.filter((arg) => !arg.startsWith("--"));
if (output === undefined) throw new TypeError("Cannot compare: give PRETRAINED DATA OUTPUT");
const wanted = names.length > 0 ? names : ["banking77", "snips", "wordnet", "sections"];
await Deno.mkdir(output, { recursive: true });
const file = `${output}/study.jsonl`;
const rows: Row[] = (await Deno.readTextFile(file).catch(() => "")).split("\n").filter(Boolean)
  .map((line) => JSON.parse(line));

/** The same sizes and tokenizer, with weights as training begins. */
async function randomModel(): Promise<string> {
  const folder = `${output}/random`;
  await Deno.mkdir(folder, { recursive: true });
  const config = await (await openModel(pretrained)).config() as EncoderConfig;
  using model = await createBert({ ...config, head: "none" }, { seed: 1, device: "wasm" });
  await model.save(folder);
  for (const name of ["tokenizer.json", "tokenizer_config.json"]) {
    await Deno.copyFile(`${pretrained}/${name}`, `${folder}/${name}`);
  }
  return folder;
}

/** Some of the lines of a file, the same for both models; a header and lines in quotes stay whole. */
async function someLines(path: string, count: number, header: boolean): Promise<string> {
  const text = await Deno.readTextFile(path);
  const lines: string[] = [];
  let isOpen = false; // a line in quotes goes on
  for (const line of text.split("\n")) {
    if (isOpen) lines.push(`${lines.pop()}\n${line}`);
    else if (line.trim() !== "") lines.push(line);
    if (path.endsWith(".csv") && line.split('"').length % 2 === 0) isOpen = !isOpen;
  }
  const first = header ? lines.splice(0, 1) : [];
  const target = `${output}/${count}-${path.split("/").at(-1)}`;
  await Deno.writeTextFile(
    target,
    [...first, ...shuffle(lines, 7).slice(0, count)].join("\n") + "\n",
  );
  return target;
}

const random = await randomModel();
for (const name of wanted) {
  const task = TASKS[name];
  for (const examples of [100, 1000, Infinity]) {
    for (const start of ["pre-trained", "random"] as const) {
      const size = examples === Infinity ? 0 : examples; // 0: all
      if (rows.some((row) => row.task === name && row.examples === size && row.start === start)) {
        continue;
      }
      const [path] = task.train.map((path) => `${data}/${path}`);
      const hasHeader = typeof task.columns?.text === "string" && !path.endsWith(".jsonl");
      const steps = option("steps") ?? (size ? FEW_STEPS : undefined);
      const { figures } = await runTask({ ...task, learningRate: LEARNING_RATE }, {
        model: start === "random" ? random : pretrained,
        data,
        output: `${output}/${name}-${size}-${start}`,
        workers: Number(option("workers") ?? 1),
        seed: 1,
        ...size && { train: [await someLines(path, size, hasHeader)] },
        ...steps && { steps: Number(steps) },
      });
      const row: Row = { task: name, examples: size, start, value: figures[task.figure] };
      rows.push(row);
      await Deno.writeTextFile(file, JSON.stringify(row) + "\n", { append: true });
      console.error(JSON.stringify(row));
    }
  }
}
const series = wanted.flatMap((task) =>
  (["pre-trained", "random"] as const).map((start) => ({
    name: `${task} ${start === "random" ? "new" : "pre"}`, // a legend cuts longer names
    // All examples stand at 10,000.
    points: rows.filter((row) => row.task === task && row.start === start)
      .map(({ examples, value }): [number, number] => [examples || 10_000, 100 * value]),
  }))
);
await Deno.writeTextFile(
  `${output}/study.svg`,
  await plotSvg({
    title: "Fine-tuned from a pre-trained model (pre) and from random weights (new)",
    x: { title: "examples (all: 10,000)", scale: "log" },
    y: { title: "accuracy, %", fromZero: true },
    series,
    labels: "legend",
  }),
);
const percent = (value: number | undefined) => value === undefined ? "" : (100 * value).toFixed(1);
console.log("| Task | Examples | Pre-trained, % | Random, % |\n| --- | --- | --- | --- |");
for (const { task, examples, value } of rows.filter(({ start }) => start === "pre-trained")) {
  const other = rows.find((row) =>
    row.task === task && row.examples === examples && row.start === "random"
  );
  console.log(`| ${task} | ${examples || "all"} | ${percent(value)} | ${percent(other?.value)} |`);
}
