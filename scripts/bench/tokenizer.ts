/**
 * Races batch encoding and training of tokenizers, one thread each, in turn on the same core. Writes the section
 * `tokenizer` of BENCHMARKS.md.
 *
 *     deno task bench:tokenizer --lines FILE... [--every 1] [--train FILE] [--rounds 5] [--python python3]
 *
 * FILE: texts one a line; of a `.tsv` or `.tsv.xz` the first two columns. `--every 20`: each twentieth of them. `--python` is one that has sentencepiece;
 * training needs `spm_train` (Debian's `sentencepiece`).
 */
import { parseArgs } from "@std/cli";
import { realTokenizers, writeRealTokenizers } from "../golden/tokenizer_json_files.ts";
import { describeMachine, writeSection } from "./report.ts";

interface Result {
  ms: number;
  tokens: number;
  loadMs: number;
  peakRssMb: number;
  slicesMs: number;
  wholeMs: number;
  version?: string;
}

const args = parseArgs(Deno.args, {
  string: ["python", "train", "core"],
  collect: ["lines"],
  default: { rounds: 5, every: 1, "max-lines": 20_000, python: "python3", core: "0" },
});
const JS_VERSION = "0.2.0", RUST_VERSION = "0.6.0";
const PROGRAMS = ["heed", "js", "rust"];
const FULL = "heed-full";
const TRAINING_LINES = 300_000, TRAINED_PIECES = 16_000;
const SPM = new URL("../../packages/model-en-de/model/source.spm", import.meta.url).pathname;

const inputs = [...args.lines.map(String), ...args._.map(String)];
if (inputs.length === 0) throw new TypeError("Cannot race without texts: give --lines FILE");
const folder = await Deno.makeTempDir();
const cache = `${Deno.env.get("TMPDIR") ?? "/tmp"}/heed-bench-tokenizers`;
await writeRealTokenizers(cache);

const { warmup, lines } = await splitLines(inputs, {
  every: args.every,
  most: args["max-lines"],
});
const at = { warmup: `${folder}/warmup.txt`, lines: `${folder}/lines.txt`, text: `${folder}/1mb` };
await Deno.writeTextFile(at.warmup, warmup.join("\n") + "\n");
await Deno.writeTextFile(at.lines, lines.join("\n") + "\n");
const megabytes = utf8Length(lines.join("")) / 1e6;
// Of one case, so that no pattern finds a place to split it.
const letters = [...warmup, ...lines].join("").replace(/[^\p{L}]/gu, "").toLowerCase();
await Deno.writeTextFile(
  at.text,
  letters.repeat(Math.ceil(2 ** 20 / letters.length)).slice(0, 2 ** 20),
);

/** Results by tokenizer and program, one for each round. */
const results = new Map<string, Result[]>();
const key = (tokenizer: string, program: string) => `${tokenizer} ${program}`;
for (let round = 1; round <= args.rounds; round++) {
  for (const tokenizer of realTokenizers) {
    for (const program of [...PROGRAMS, FULL]) {
      await race(key(tokenizer, program), encodeCommand(program, `${cache}/${tokenizer}.json`));
    }
  }
  await race(key("spm", "heed"), encodeCommand("heed", SPM));
  await race(key("spm", "sentencepiece"), [
    args.python,
    "scripts/bench/tokenizer_sentencepiece.py",
    ...[SPM, at.warmup, at.lines],
  ]);
  console.error(`round ${round} of ${args.rounds}`);
}

const linear: [tokenizer: string, result: Result][] = [];
for (const tokenizer of [...realTokenizers, "spm", "word_level"]) {
  const path = tokenizer === "spm"
    ? SPM
    : tokenizer === "word_level"
    ? "testdata/tokenizer/json/word_level.json"
    : `${cache}/${tokenizer}.json`;
  const command = encodeCommand("heed", path).with(-1, at.text);
  linear.push([tokenizer, await run([...command, "--linear"])]);
}
const training = args.train === undefined ? undefined : await raceTraining(args.train);
await Deno.remove(folder, { recursive: true });

await writeSection(
  "tokenizer",
  `
## Tokenizers

\`deno task bench:tokenizer\`, rounds: ${args.rounds}, one thread, each program in a process of its own that is pinned to
one core, in turn; medians. ${lines.length} lines (${megabytes.toFixed(2)} MB, English and German)
that the process has not seen, in one batch of lists of ids, after ${warmup.length} others that warm it up.

${await describeMachine()}. JS: npm @huggingface/tokenizers ${JS_VERSION}. Rust: npm @anush008/tokenizers
${RUST_VERSION}, the binding of Hugging Face's Rust library, under Deno; its time includes reading the ids. Heed gives ids, and computes offsets and the other fields when
they are asked for: "with offsets". sentencepiece
${results.get(key("spm", "sentencepiece"))![0].version} for Python.

| Tokenizer | Heed, MB/s | with offsets, MB/s | JS, MB/s | Rust, MB/s | Heed / JS | Heed / Rust |
| --- | --- | --- | --- | --- | --- | --- |
${realTokenizers.map(encodeRow).join("\n")}

SentencePiece file (Unigram, 8,000 pieces): Heed ${rate("spm", "heed")} MB/s, sentencepiece
${rate("spm", "sentencepiece")} MB/s, ratio **${ratio("spm", "heed", "sentencepiece")}**.

Tokens of the lines, which must be equal: ${realTokenizers.map(tokenCounts).join("; ")}.

Time for each byte of a text of 1 MB without a space, as a multiple of that in slices of 10 KB:

| Tokenizer | 10 KB slices, MB/s | 1 MB, MB/s | Time / time |
| --- | --- | --- | --- |
${linear.map(linearRow).join("\n")}
${training ?? ""}
`,
);

function encodeRow(tokenizer: string): string {
  const [heed, js, rust] = PROGRAMS.map((program) => rate(tokenizer, program));
  return `| ${tokenizer} | ${heed} | ${rate(tokenizer, FULL)} | ${js} | ${rust} | **${
    ratio(tokenizer, "heed", "js")
  }** | **${ratio(tokenizer, "heed", "rust")}** |`;
}

function tokenCounts(tokenizer: string): string {
  const counts = PROGRAMS.map((program) => results.get(key(tokenizer, program))![0].tokens);
  return `${tokenizer} ${[...new Set(counts)].length === 1 ? counts[0] : counts.join(" / ")}`;
}

function linearRow([tokenizer, { slicesMs, wholeMs }]: [string, Result]): string {
  const speed = (ms: number) => (2 ** 20 / 1000 / ms).toFixed(1);
  return `| ${tokenizer} | ${speed(slicesMs)} | ${speed(wholeMs)} | ${
    (wholeMs / slicesMs).toFixed(2)
  } |`;
}

/** Median speed in MB/s. */
function rate(tokenizer: string, program: string): string {
  const runs = results.get(key(tokenizer, program))!;
  return (megabytes / median(runs.map(({ ms }) => ms)) * 1000).toFixed(2);
}

/** How many times as fast the first program is: the median of the rounds. */
function ratio(tokenizer: string, first: string, second: string): string {
  const [a, b] = [first, second].map((program) => results.get(key(tokenizer, program))!);
  return median(a.map(({ ms }, i) => b[i].ms / ms)).toFixed(2);
}

async function race(name: string, command: string[]): Promise<void> {
  results.set(name, [...results.get(name) ?? [], await run(command)]);
}

async function raceTraining(path: string): Promise<string> {
  const texts = `${folder}/train.txt`;
  const own: string[] = [];
  for await (const line of readTexts(path)) {
    if (line !== "") own.push(line);
    if (own.length >= TRAINING_LINES) break;
  }
  await Deno.writeTextFile(texts, own.join("\n") + "\n");
  const heed = await run(
    ["deno", "run", "--allow-all", "scripts/bench/tokenizer_train.ts"]
      .concat(texts, String(TRAINED_PIECES), `${folder}/heed.spm`),
  );
  const start = performance.now();
  await output([
    "spm_train",
    `--input=${texts}`,
    `--model_prefix=${folder}/spm`,
    `--vocab_size=${TRAINED_PIECES}`,
    "--num_threads=1",
    "--input_sentence_size=0",
    "--minloglevel=2",
  ]);
  const spm = performance.now() - start;
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return `
Training ${TRAINED_PIECES} Unigram pieces on ${own.length} lines (${
    (utf8Length(own.join("")) / 1e6).toFixed(1)
  } MB), one thread, one round: Heed ${seconds(heed.ms)} s
(peak memory ${heed.peakRssMb.toFixed(0)} MB), spm_train ${seconds(spm)} s, ratio **${
    (heed.ms / spm).toFixed(2)
  }**.`;
}

function encodeCommand(program: string, tokenizer: string): string[] {
  return [
    ...["deno", "run", "--allow-all", "--no-lock", "scripts/bench/tokenizer_encode.ts"],
    ...["--js", JS_VERSION, "--rust", RUST_VERSION],
    ...["--program", program, "--tokenizer", tokenizer],
    ...["--warmup", at.warmup, "--lines", at.lines],
  ];
}

async function run(command: string[]): Promise<Result> {
  return JSON.parse((await output(command)).at(-1)!);
}

/** Runs a command on one core; the lines that it prints. */
async function output([program, ...rest]: string[]): Promise<string[]> {
  const { success, stdout } = await new Deno.Command("taskset", {
    args: ["-c", args.core, program === "deno" ? Deno.execPath() : program, ...rest],
    env: { RAYON_NUM_THREADS: "1", TOKENIZERS_PARALLELISM: "false" },
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot time ${program} ${rest.join(" ")}: it failed`);
  return new TextDecoder().decode(stdout).trim().split("\n");
}

/** As many lines to warm up as to measure, alternating, each once. */
async function splitLines(
  paths: string[],
  { every, most }: { every: number; most: number },
) {
  const distinct = new Set<string>();
  let number = 0;
  for (const path of paths) {
    for await (const line of readTexts(path)) {
      if (line !== "" && ++number % every === 0) distinct.add(line);
      if (distinct.size >= 2 * most) break;
    }
  }
  const all = [...distinct];
  return {
    warmup: all.filter((_, i) => i % 2 === 0),
    lines: all.filter((_, i) => i % 2 === 1),
  };
}

async function* readTexts(path: string): AsyncGenerator<string> {
  const command = path.endsWith(".xz") ? ["xz", "-dc", path] : ["cat", path];
  const child = new Deno.Command(command[0], { args: command.slice(1), stdout: "piped" }).spawn();
  let rest = "";
  try {
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      const rows = (rest + chunk).split("\n");
      rest = rows.pop()!;
      for (const row of rows) yield* path.includes(".tsv") ? row.split("\t").slice(0, 2) : [row];
    }
  } finally {
    try {
      child.kill();
    } catch {
      // it has ended already
    }
    await child.status;
  }
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
