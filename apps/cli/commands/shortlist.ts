import type { Command } from "commander";
import type { ShortlistProgress } from "@heed/translation";
import { UsageError } from "../failure.ts";
import type { ModelDirectory } from "@heed/model";
import type { Host } from "../host.ts";
import { inputLines } from "../lines.ts";
import { naturalNumber } from "../options.ts";
import { checkOutput, fileError, openFile } from "../output.ts";
import { type Progress, startProgress } from "../progress.ts";
import { untilInterrupted } from "../until_interrupted.ts";

interface ShortlistCommandOptions {
  readonly model: string;
  readonly data: string[];
  readonly reverse?: boolean;
  readonly best?: number;
  readonly frequent?: number;
  readonly out?: string;
}

/** Adds `heed shortlist`. */
export function addShortlistCommand(program: Command, host: Host): void {
  program.command("shortlist")
    .description("Learn which tokens a sentence may become, so that a model translates faster.")
    .requiredOption("--model <dir>", "model directory in MarianMT layout")
    .requiredOption("--data <file...>", "lines of source, tab, target: the training text, or more")
    .option("--reverse", "the lines are target, tab, source")
    .option("--best <n>", "likely translations of each source token (default: 100)", naturalNumber)
    .option("--frequent <n>", "most frequent target tokens (default: 400)", naturalNumber)
    .option("--out <file>", "file to write (default: shortlist.safetensors in the model directory)")
    .addHelpText(
      "after",
      `
The tokens of the text are aligned (IBM Model 1 with a prior for links near the
diagonal, as fast_align has it); each source token keeps its likely translations.
A sentence may then become these, itself, single bytes, and the most frequent
tokens. A model directory with the file is translated with it from then on;
heed translate --no-shortlist and heed evaluate --no-shortlist leave it aside.

A million pairs take some minutes and less than 1 GB. Lines without a tab, and
pairs of more than 256 tokens, are left out.

Examples:
  heed shortlist --model my-model --data train.tsv
  heed shortlist --model de-en --data en-de.tsv --reverse --best 50 --frequent 200`,
    )
    .action((options: ShortlistCommandOptions) => shortlist(options, host));
}

async function shortlist(options: ShortlistCommandOptions, host: Host): Promise<void> {
  const { model, data, best, frequent } = options;
  const isUrl = /^https?:/.test(model);
  if (isUrl && options.out === undefined) {
    throw new UsageError(`Cannot write to ${model}: name a file with --out`);
  }
  const { shortlistFile, trainShortlist, writeShortlist } = await import("@heed/translation");
  const { openModel } = await import("@heed/model");
  const directory = await openModel(model);
  const vocabSize = await untilInterrupted(vocabSizeOf(directory), host.signal);
  const tokenizer = await untilInterrupted(directory.marianTokenizer(), host.signal);
  for (const path of data) (await openFile(path, { read: true })).close();
  const out = options.out ?? directory.at(shortlistFile);
  if (typeof out === "string" && !out.startsWith("file:")) {
    await checkOutput(host, { path: out, paths: data });
  }
  const found = await learn();
  try {
    await writeShortlist(out, found);
  } catch (cause) {
    throw fileError("write", { path: String(out), cause });
  }
  const { always, ids } = found.parts;
  host.writeError(
    `Wrote ${out}: ${always.length} tokens for every sentence, and ${
      (ids.length / vocabSize).toFixed(1)
    } more for each source token.\n`,
  );

  async function learn() {
    using progress = await startProgress(host, { unit: "pairs" });
    return await trainShortlist(pairsOf(options, host), {
      tokenizer,
      vocabSize,
      best,
      frequent,
      signal: host.signal,
      onProgress: (done) => note(progress, done),
    });
  }
}

function note(progress: Progress, { stage, pairs, share }: ShortlistProgress): void {
  progress.update(pairs, stage === "read" ? "read" : `aligned to ${(100 * share).toFixed(0)}%`);
}

async function vocabSizeOf(model: ModelDirectory): Promise<number> {
  if (!await model.has("config.json")) {
    throw new Error(`Cannot build a shortlist for ${model.name}: it has no config.json`);
  }
  const { vocab_size: size } = await model.json("config.json");
  if (typeof size === "number" && Number.isSafeInteger(size) && size > 0) return size;
  throw new SyntaxError(
    `Cannot build a shortlist for ${model.name}: vocab_size of config.json is ${
      JSON.stringify(size)
    }`,
  );
}

/** Pairs of all files; lines that are none are left out. */
async function* pairsOf(
  { data, reverse = false }: ShortlistCommandOptions,
  host: Host,
): AsyncGenerator<readonly [string, string]> {
  for (const path of data) {
    const file = await openFile(path, { read: true });
    for await (const { text } of inputLines(file.readable, { signal: host.signal })) {
      const [first, second] = text.split("\t");
      if (second !== undefined) yield reverse ? [second, first] : [first, second];
    }
  }
}
