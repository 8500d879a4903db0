import { type Command, Option } from "commander";
import type { FinetuningConfig, FinetuningReport } from "@heed/bert/training";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { type DeviceChoice, deviceFrom, deviceOption } from "../options.ts";
import { finiteNumber, naturalNumber, positiveInteger } from "../options.ts";
import { locateModel } from "../models.ts";
import { writeWhole } from "../output.ts";
import { classificationTable, confusionSvg, entityTable } from "../quality_tables.ts";
import { runTraining } from "../run_training.ts";

interface FinetuneOptions {
  readonly task: FinetuningConfig["task"];
  readonly classification?: FinetuningConfig["classification"];
  readonly workers?: number;
  readonly yes?: boolean;
  readonly model: string;
  readonly train: string[];
  readonly dev?: string;
  readonly test?: string;
  readonly textColumn?: string;
  readonly pairColumn?: string;
  readonly labelColumn?: string;
  readonly questionColumn?: string;
  readonly output: string;
  readonly epochs?: number;
  readonly steps?: number;
  readonly batchSize?: number;
  readonly accumulate?: number;
  readonly maxTokens?: number;
  readonly learningRate?: number;
  readonly warmup?: number;
  readonly weightDecay?: number;
  readonly layerDecay?: number;
  readonly freezeLayers?: number;
  readonly balanced?: boolean;
  readonly labelSmoothing?: number;
  readonly patience?: number;
  readonly evaluateEvery?: number;
  readonly seed?: number;
  readonly device?: DeviceChoice;
  readonly resume?: boolean;
  readonly json?: boolean;
}

/** Adds `heed finetune`. */
export function addFinetuneCommand(program: Command, host: Host): void {
  program.command("finetune")
    .description("Teach an encoder to classify texts, to tag words, or to answer questions.")
    .addOption(
      new Option("--task <name>", "what it is to learn").choices([
        "classification",
        "tagging",
        "qa",
      ]).makeOptionMandatory(),
    )
    .addOption(
      new Option("--classification <kind>", "what labels are: one, any number (a|b), or a number")
        .choices(["single", "multi-label", "regression"]),
    )
    .requiredOption("--model <dir>", "checkpoint to begin with: BERT, DistilBERT, RoBERTa, BigBird")
    .requiredOption(
      "--train <file>",
      "what to learn from: .csv, .tsv, .jsonl; of tagging CoNLL; may be given again",
      (path: string, paths: string[] = []) => [...paths, path],
    )
    .option("--yes", "fetch a published model that is not in the cache without asking")
    .option("--dev <file>", "what to choose the best checkpoint by")
    .option("--test <file>", "what to measure the result on")
    .option("--text-column <c>", "name or number (from 0) of the text")
    .option("--pair-column <c>", "of a second text that belongs to it")
    .option("--label-column <c>", "of the label, the tag, or the answer")
    .option("--question-column <c>", "of the question")
    .requiredOption("--output <dir>", "folder for checkpoints, log.jsonl and model/")
    .option("--epochs <n>", "passes over the data (default: 3)", positiveInteger)
    .option("--steps <n>", "steps, instead of passes", positiveInteger)
    .option("--batch-size <n>", "texts of a batch (default: 16)", positiveInteger)
    .option("--accumulate <n>", "batches of a step (default: 1)", positiveInteger)
    .option("--max-tokens <n>", "tokens of a text (default: 128; qa: 384)", positiveInteger)
    .option("--learning-rate <x>", "highest learning rate (default: 5e-5)", finiteNumber)
    .option("--warmup <x>", "share of the steps in which it grows (default: 0.1)", finiteNumber)
    .option("--weight-decay <x>", "of all but biases and norms (default: 0.01)", finiteNumber)
    .option(
      "--layer-decay <x>",
      "factor of the rate from layer to layer (default: 1)",
      finiteNumber,
    )
    .option("--freeze-layers <n>", "lowest layers that stay as they are", naturalNumber)
    .option("--balanced", "rare labels count as much as frequent ones")
    .option("--label-smoothing <x>", "share spread over all labels (default: 0)", finiteNumber)
    .option("--patience <n>", "evaluations on --dev without improvement", positiveInteger)
    .option("--evaluate-every <n>", "steps between evaluations and checkpoints", positiveInteger)
    .option("--seed <n>", "of everything random (default: 1)", naturalNumber)
    .addOption(deviceOption())
    .option("--workers <n>", "threads that train together on wasm (default: 1)", positiveInteger)
    .option("--resume", "go on from the last complete checkpoint")
    .option("--json", "write the figures as one JSON object")
    .addHelpText(
      "after",
      `
Classification reads a text and its label (columns text and label), tagging
CoNLL files (word first, tag last, an empty line after each sentence), and qa
questions with a text and the answer in it (columns question, context, answer).

Texts may have any number of labels (--classification multi-label; "a|b" in the
column) or a number (--classification regression).

With --test the result is measured: accuracy, macro-F1 and Matthews' correlation
with a table for each label and confusion.svg; micro-F1; the mean squared error
and correlations; entity F1; exact match and F1.
report.json in --output has all figures.

Examples:
  heed finetune --task classification --model minilm/ --train train.csv --test test.csv \\
    --text-column text --label-column category --output runs/banking
  heed finetune --task tagging --model bert/ --train train.conll --dev dev.conll --output runs/ner
  heed classify --model runs/banking/model "Where is my card?"`,
    )
    .action((options: FinetuneOptions) => finetune(options, host));
}

async function finetune(options: FinetuneOptions, host: Host): Promise<void> {
  if (options.classification !== undefined && options.task !== "classification") {
    throw new UsageError(`Cannot use --classification with --task ${options.task}: leave it out`);
  }
  if (options.patience !== undefined && options.dev === undefined) {
    throw new UsageError("Cannot stop early without data to measure on: give --dev");
  }
  const model = await locateModel(options.model, host, options);
  const config = configOf({ ...options, model }, host);
  const { prepareFinetuning } = await import("@heed/bert/training");
  const onWarning = (text: string) => host.writeError(`heed: ${text}\n`);
  const resume = options.resume ?? false;
  using run = await prepareFinetuning(config, { resume, onWarning });
  const ending = await runTraining(run.model, { ...run, resume, onWarning }, host);
  if (options.test === undefined) {
    await host.writeOut(options.json ? JSON.stringify(ending.json) + "\n" : ending.text);
    return;
  }
  const report = await run.measure([options.test], { signal: host.signal });
  await writeReport(options.output, report, host);
  const { figures } = report;
  await host.writeOut(
    options.json
      ? JSON.stringify({ ...ending.json, figures }) + "\n"
      : ending.text + tableOf(report) + figuresText(figures),
  );
}

function configOf(options: FinetuneOptions, host: Host): FinetuningConfig {
  const { task, model, train, dev, output } = options;
  const { classification, workers } = options;
  const { textColumn, pairColumn, labelColumn, questionColumn, freezeLayers } = options;
  const columns = {
    text: textColumn,
    pair: pairColumn,
    label: labelColumn,
    question: questionColumn,
  };
  const { epochs, steps, batchSize, accumulate, maxTokens, learningRate, warmup } = options;
  const { weightDecay, layerDecay, balanced, labelSmoothing, patience, evaluateEvery, seed } =
    options;
  const given = {
    classification,
    workers,
    epochs,
    steps,
    batchSize,
    accumulate,
    maxTokens,
    learningRate,
    warmup,
    weightDecay,
    layerDecay,
    frozenLayers: freezeLayers,
    balanced,
    labelSmoothing,
    patience,
    evaluateEvery,
    seed,
    dev: dev === undefined ? undefined : [dev],
  };
  return {
    task,
    model,
    train,
    output,
    device: deviceFrom(options.device, host),
    columns: withoutUndefined(columns, columnFrom),
    ...withoutUndefined(given, (value) => value),
  };
}

/** Leaves out what was not given. */
function withoutUndefined<Value, Result>(
  values: Readonly<Record<string, Value>>,
  map: (value: NonNullable<Value>) => Result,
): Record<string, Result> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value!)]));
}

/** A column is a number, or a name. */
function columnFrom(text: string): string | number {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

async function writeReport(output: string, report: FinetuningReport, host: Host): Promise<void> {
  await writeWhole(`${output}/report.json`, JSON.stringify(report, null, 2) + "\n", { host });
  if (!report.classification) return;
  const svg = await confusionSvg(report.classification);
  await writeWhole(`${output}/confusion.svg`, svg, { host });
}

function tableOf({ classification, labels, entities }: FinetuningReport): string {
  if (classification) return classificationTable(classification);
  if (labels) return classificationTable({ labels });
  return entities ? entityTable(entities) : "";
}

function figuresText(figures: Readonly<Record<string, number>>): string {
  const parts = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  return parts.join(", ") + "\n";
}
