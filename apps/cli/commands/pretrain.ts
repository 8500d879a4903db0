import type { Command } from "commander";
import type { PretrainingConfig } from "@heed/bert/training";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { positiveInteger } from "../options.ts";
import { fileError } from "../output.ts";
import { runTraining } from "../run_training.ts";

interface PretrainOptions {
  readonly workers?: number;
  readonly resume?: boolean;
}

/** Adds `heed pretrain`. */
export function addPretrainCommand(program: Command, host: Host): void {
  program.command("pretrain")
    .description("Pre-train a BERT on raw text: it learns to guess hidden words.")
    .argument("<config>", "the configuration; paths in it are relative to it")
    .option("--resume", "go on from the last complete checkpoint")
    .option(
      "--workers <n>",
      'threads that train together (default: "workers" of the configuration, else 1)',
      positiveInteger,
    )
    .addHelpText(
      "after",
      `
Documents, one a line or parted by empty lines, are packed into rows; of their
tokens 15 % are hidden, others in each pass. Writes checkpoints, the log
(log.jsonl, with perplexity and masked accuracy on "dev") and the final model
(model/, in Hugging Face's layout) into the folder "output".

A small configuration:
  {
    "data": { "train": ["text.txt"], "dev": ["dev.txt"] },
    "tokenizer": { "vocabSize": 8000, "lowercase": true },
    "architecture": { "hiddenSize": 256, "numHiddenLayers": 4, "numHeads": 4 },
    "masking": { "rate": 0.15, "wholeWords": true },
    "batch": { "length": 128, "rows": 32 },
    "optimizer": { "name": "adamw", "learningRate": 5e-4, "weightDecay": 0.01 },
    "schedule": { "name": "linear", "warmupSteps": 1000 },
    "steps": 20000,
    "output": "runs/bert"
  }

"initialCheckpoint" in place of "tokenizer" and "architecture" goes on from a
model; "data.separator": "blank line" is for documents of several lines.

Examples:
  heed pretrain config.json
  heed pretrain config.json --resume
  heed fill-mask --model runs/bert/model "Where is my [MASK]?"`,
    )
    .action((config: string, options: PretrainOptions) => pretrain(config, options, host));
}

async function pretrain(path: string, options: PretrainOptions, host: Host): Promise<void> {
  const given = await readConfig(path);
  const { preparePretraining, pretrainingProblems } = await import("@heed/bert/training");
  const config = { ...given, workers: options.workers ?? given.workers };
  const [problem] = pretrainingProblems(config);
  if (problem !== undefined) throw new UsageError(`Cannot pre-train: ${problem}`);
  const onWarning = (text: string) => host.writeError(`heed: ${text}\n`);
  const resume = options.resume ?? false;
  const { signal } = host;
  using run = await preparePretraining(config, { resume, signal, onWarning });
  const { text } = await runTraining(run.model, { ...run, resume, onWarning }, host);
  await host.writeOut(text);
}

async function readConfig(path: string): Promise<PretrainingConfig> {
  const { loadPretrainingConfig } = await import("@heed/bert/training");
  try {
    return await loadPretrainingConfig(path);
  } catch (cause) {
    // A configuration is to this command what options are to others.
    if (cause instanceof RangeError || cause instanceof SyntaxError) {
      throw new UsageError(cause.message, { cause });
    }
    throw fileError("read", { path, cause });
  }
}
