import type { Command } from "commander";
import type { Device } from "@heed/nn";
import type { TrainableModel, TrainingProgress, TrainOptions } from "@heed/training";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { positiveInteger } from "../options.ts";
import { fileError } from "../output.ts";
import { startProgress } from "../progress.ts";

interface TrainCommandOptions {
  readonly resume?: boolean;
  readonly workers?: number;
}

/** Steps between two lines where there is no terminal. */
const stepsPerLine = 50;

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
"train" (a list), "dev" and "separator"; "tokenizer" is { "type": "bpe",
"vocabSize": 8000 }; "batch" has "rows" and "length".

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
  const { steps, metric, prepare } = await readConfig(path, options);
  const { train } = await import("@heed/training");
  const { signal } = host;
  const onWarning = (text: string) => host.writeError(`heed: ${text}\n`);
  const resume = options.resume ?? false;
  using run = await prepared(() => prepare({ resume, signal, onWarning }));
  const workers = run.workers ? ` with ${run.workers.workers} workers` : "";
  const { name, reason, blas, blasReason } = run.device;
  const products = blas
    ? `; products by ${blas.library}`
    : blasReason && `; no BLAS: ${blasReason}`;
  host.writeError(`Training on ${name}${workers}: ${reason}${products ?? ""}\n`);

  using progress = await startProgress(host, { total: steps, unit: "steps" });
  const result = await train(run.model, {
    ...run,
    resume,
    signal,
    onWarning,
    onProgress(at) {
      progress.update(at.step, figures(at));
      if (!host.stderrIsTerminal && at.step % stepsPerLine === 0) {
        host.writeError(`step ${at.step}: ${figures(at)}${timeLeft(at)}\n`);
      }
    },
  });
  progress[Symbol.dispose]();
  if (result.reason === "interrupted") {
    host.writeError(`Saved at step ${result.step}; go on with --resume.\n`);
    throw signal.reason;
  }
  const best = result.best === undefined
    ? ""
    : `, best ${metric} ${result.best.value.toFixed(4)} at step ${result.best.step}`;
  const how = result.reason === "finished" ? "Finished" : "Stopped early";
  await host.writeOut(
    `${how} after ${result.step} steps${best}\nThe model is in ${result.model}\n`,
  );
}

/** A run that begins, of whatever model. */
interface Run extends TrainOptions<unknown, unknown>, Disposable {
  readonly model: TrainableModel<unknown>;
  readonly device: Pick<Device, "name" | "reason" | "blas" | "blasReason">;
}

/** A configuration that was read, and how its run begins. */
interface Preparation {
  readonly steps: number | undefined;
  readonly metric: string;
  prepare(options: {
    readonly resume: boolean;
    readonly signal: AbortSignal;
    readonly onWarning: (text: string) => void;
  }): Promise<Run>;
}

async function readConfig(path: string, { workers }: TrainCommandOptions): Promise<Preparation> {
  const { loadConfig } = await import("@heed/training/config");
  try {
    const json = await loadConfig(path, (json) => json);
    const { model } = (json ?? {}) as { model?: unknown };
    if (model === "gpt") {
      const { loadGptTrainingConfig, prepareGptTraining } = await import("@heed/gpt/training");
      const config = await loadGptTrainingConfig(path);
      return {
        steps: config.steps,
        metric: "loss",
        prepare: async (options) =>
          await prepareGptTraining(
            { ...config, workers: workers ?? config.workers },
            options,
          ) as Run,
      };
    }
    const { loadTrainingConfig, prepareTraining } = await import("@heed/seq2seq/training");
    const config = await loadTrainingConfig(path);
    return {
      steps: config.steps,
      metric: config.evaluate.metric,
      prepare: async (options) =>
        await prepareTraining({ ...config, workers: workers ?? config.workers }, options) as Run,
    };
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

function figures({ loss, tokensPerSecond }: TrainingProgress): string {
  return `loss ${loss.toFixed(3)}, ${tokensPerSecond.toFixed(0)} tokens/s`;
}

function timeLeft({ secondsLeft }: TrainingProgress): string {
  if (secondsLeft === undefined) return "";
  const hours = Math.floor(secondsLeft / 3600);
  const minutes = Math.floor(secondsLeft / 60) % 60;
  const seconds = Math.floor(secondsLeft) % 60;
  return `, ${hours > 0 ? `${hours} h ` : ""}${minutes} min ${seconds} s left`;
}
