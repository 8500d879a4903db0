import type { Command } from "commander";
import type { Device } from "@heed/nn";
import type { TrainableModel, TrainOptions } from "@heed/training";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { positiveInteger } from "../options.ts";
import { fileError } from "../output.ts";
import { runTraining } from "../run_training.ts";

interface TrainCommandOptions {
  readonly resume?: boolean;
  readonly workers?: number;
}

/** Adds `heed train`. */
export function addTrainCommand(program: Command, host: Host): void {
  program.command("train")
    .description("Train a model from a JSON file.")
    .argument("<config>", "the training configuration; paths in it are relative to it")
    .option("--resume", "go on from the last complete checkpoint")
    .option(
      "--workers <n>",
      'threads that train together (default: "workers" of the configuration, else 1)',
      positiveInteger,
    )
    .addHelpText(
      "after",
      `
Writes checkpoints, the log (log.jsonl) and the final model (model/) into the
folder "output" of the configuration. Ctrl-C ends after the current step with a
checkpoint, and --resume goes on from there exactly.

Several workers split each batch, so that they train as one does, only faster
where there are as many free cores; each needs memory for its part of a batch. A
run may be resumed with another number of them.

On wasm a BLAS computes the large products where there is one, which may halve
the time of a step; "heed devices" says what is used, and why.

A small configuration:
  {
    "model": "transformer",
    "architecture": { "hiddenSize": 256, "encoderLayers": 4, "decoderLayers": 2 },
    "data": {
      "train": ["train.tsv"], "dev": "dev.tsv",
      "sourceLanguage": "en", "targetLanguage": "de"
    },
    "tokenizer": { "type": "unigram", "vocabSize": 8000 },
    "steps": 20000,
    "output": "runs/en-de"
  }

"model": "gpt" trains a language model on text files: "architecture" has
"hiddenSize", "numHiddenLayers", "numHeads", "maxPositionEmbeddings"; "data" has
"train" (a list), "dev" and "separator" ("line", "blank line" or "file": what is
one text); "tokenizer" is { "type": "bpe", "vocabSize": 8000 } or { "type":
"character" }; "batch" has "rows" and "length".

"model" may also be "rnnsearch" (recurrent, with attention) or "rnnencdec"
(without), with "embeddingSize", "encoderHiddenSize", "decoderHiddenSize" and
others in "architecture". "tokenizer" also takes "byteFallback",
"characterCoverage", "requiredChars" and "userDefinedSymbols"; with "sampling":
{ "alpha": 0.2 } texts are cut at random, in another way in each epoch; and
"evaluate": { "metric": "bleu" } (or "chrf") keeps the best by that.

Examples:
  heed train config.json
  heed train config.json --workers 2
  heed train config.json --resume
  heed translate --model runs/en-de/model "Open the file."`,
    )
    .action((config: string, options: TrainCommandOptions) => train(config, options, host));
}

async function train(path: string, options: TrainCommandOptions, host: Host): Promise<void> {
  const prepare = await readConfig(path, options);
  const onWarning = (text: string) => host.writeError(`heed: ${text}\n`);
  const resume = options.resume ?? false;
  using run = await prepared(() => prepare({ resume, signal: host.signal, onWarning }));
  const ending = await runTraining(run.model, { ...run, resume, onWarning, unit: "tokens" }, host);
  await host.writeOut(ending.text);
}

/** A run that begins, of whatever model. */
interface Run extends TrainOptions<unknown, unknown>, Disposable {
  readonly model: TrainableModel<unknown>;
  readonly device: Pick<Device, "name" | "reason" | "blas" | "blasReason">;
}

/** Begins the run of a configuration that was read. */
type Prepare = (options: {
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onWarning: (text: string) => void;
}) => Promise<Run>;

async function readConfig(path: string, { workers }: TrainCommandOptions): Promise<Prepare> {
  const { loadConfig } = await import("@heed/training/config");
  try {
    const json = await loadConfig(path, (json) => json);
    const { model } = (json ?? {}) as { model?: unknown };
    if (model === "gpt") {
      const { loadGptTrainingConfig, prepareGptTraining } = await import("@heed/gpt/training");
      const config = await loadGptTrainingConfig(path);
      const chosen = { ...config, workers: workers ?? config.workers };
      return async (options) => await prepareGptTraining(chosen, options) as Run;
    }
    const { loadTrainingConfig, prepareTraining } = await import("@heed/seq2seq/training");
    const config = await loadTrainingConfig(path);
    const chosen = { ...config, workers: workers ?? config.workers };
    return async (options) => await prepareTraining(chosen, options) as Run;
  } catch (cause) {
    // A configuration is to this command what options are to others.
    if (cause instanceof RangeError || cause instanceof SyntaxError) {
      throw new UsageError(cause.message, { cause });
    }
    throw fileError("read", { path, cause });
  }
}

/** What is wrong with a configuration may show only when its files are opened. */
async function prepared(prepare: () => Promise<Run>): Promise<Run> {
  try {
    return await prepare();
  } catch (cause) {
    const { TrainingConfigError } = await import("@heed/training/config");
    if (cause instanceof TrainingConfigError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}
