import { openModel } from "@heed/model";
import type { Device } from "@heed/nn";
import {
  assertNoRun,
  type BatchPosition,
  type BatchSource,
  bucketBatches,
  type Columns,
  type Evaluate,
  type RunConfig,
  type TextData,
  type TrainableModel,
} from "@heed/training";
import { loadBert } from "../load.ts";
import type { EncoderBatch } from "../loss.ts";
import type { BertModel } from "../model.ts";
import { readSentenceConfig } from "../sentence_config.ts";
import { bertWeightGroups, trainableBert } from "../trainable.ts";
import {
  answeringTask,
  classificationTask,
  type EncoderExample,
  type FinetuningReport,
  type FinetuningTask,
  type FinetuningTaskName,
  readRecords,
  taggingTask,
  type TaskColumns,
} from "./tasks.ts";
import { copyTokenizer, readTokenizer } from "./tokenizer_files.ts";

/** What is fine-tuned, on what, and how. */
export interface FinetuningConfig {
  /** What the model is to do. */
  readonly task: FinetuningTaskName;
  /** Directory of the checkpoint to begin with. */
  readonly model: string;
  /** Files to learn from: CSV, TSV, JSONL; of tagging, CoNLL. */
  readonly train: readonly string[];
  /** Files to choose the best checkpoint by, and to stop early; default none: the last one counts. */
  readonly dev?: readonly string[];
  /** Where things stand in the files. */
  readonly columns?: TaskColumns;
  /** Directory for checkpoints, log and the final model. */
  readonly output: string;
  /** Passes over the data; default 3. */
  readonly epochs?: number;
  /** Steps to train, instead of passes. */
  readonly steps?: number;
  /** Texts of a step; default 16. */
  readonly batchSize?: number;
  /** Batches whose gradients are added up for one step; default 1. */
  readonly accumulate?: number;
  /** Tokens of a text; what is longer is cut. Default 128, of question answering 384, and never more than the model has. */
  readonly maxTokens?: number;
  /** Highest learning rate; default 5e-5. It falls to zero at the end. */
  readonly learningRate?: number;
  /** Share of the steps over which the learning rate grows; default 0.1. */
  readonly warmup?: number;
  /** Decay of weights that are no biases and no norms; default 0.01. */
  readonly weightDecay?: number;
  /** Factor of the learning rate from each layer to the one below; default 1. */
  readonly layerDecay?: number;
  /** Layers from the bottom on, with the embeddings, that stay as they are; default none. */
  readonly frozenLayers?: number;
  /** Whether rare labels count more: each as much as all others; default false. */
  readonly balanced?: boolean;
  /** Share of a label's probability spread over all; default 0. */
  readonly labelSmoothing?: number;
  /** Evaluations on `dev` without improvement before training stops; default never. */
  readonly patience?: number;
  /** Steps between evaluations; default once in each pass. */
  readonly evaluateEvery?: number;
  /** Seed of the order, of dropout, and of a new head; default 1. */
  readonly seed?: number;
  /** Device to train on; default `auto`. */
  readonly device?: "auto" | "webgpu" | "wasm";
}

/** What else {@linkcode prepareFinetuning} takes. */
export interface PrepareFinetuningOptions {
  /** Goes on from the last complete checkpoint; default false. */
  readonly resume?: boolean;
  /** Gets a line for a person: what is made newly, which lines are left out. */
  readonly onWarning?: (text: string) => void;
}

/** A model to fine-tune, and the options of `train` of `@heed/training` for it. */
export interface FinetuningRun extends Disposable {
  /** The model; it is saved with its tokenizer. */
  readonly model: TrainableModel<EncoderBatch>;
  /** The model, as texts ask it. */
  readonly encoder: BertModel;
  /** Where it runs. */
  readonly device: Pick<Device, "name" | "reason" | "blas" | "blasReason">;
  /** The run. */
  readonly config: RunConfig;
  /** The data. */
  readonly batches: BatchSource<EncoderBatch, BatchPosition>;
  /** Measures on the dev set; undefined without one. */
  readonly evaluate?: Evaluate;
  /** Measures on other data, with the weights as they are. */
  readonly measure: (
    files: readonly string[],
    options?: { signal?: AbortSignal },
  ) => Promise<FinetuningReport>;
}

/**
 * Makes everything that it takes to fine-tune a checkpoint: the model with the head of its task, batches, evaluation.
 *
 * @param config What, on what, and how.
 * @param options Whether a run is resumed; warnings.
 * @returns The run, for `train`; dispose of it when done.
 * @throws {RangeError} When data are not usable, or there is one label only; when `output` has a run already.
 * @throws {SyntaxError} When the model's files are malformed.
 *
 * @example
 * ```ts
 * import { prepareFinetuning } from "@heed/bert/training";
 * import { train } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * // A tiny model with random weights, and its vocabulary.
 * const model = await Deno.makeTempDir();
 * for (const file of ["bert/model/config.json", "bert/model/model.safetensors", "vocab.txt"]) {
 *   await Deno.copyFile(`testdata/bert/${file}`, `${model}/${file.split("/").at(-1)}`);
 * }
 * const data = `${model}/data.csv`;
 * await Deno.writeTextFile(data, "text,label\nthe cat,animal\nada lives,person\n");
 * using run = await prepareFinetuning({
 *   task: "classification",
 *   model,
 *   train: [data],
 *   output: `${model}/run`,
 *   learningRate: 0.02,
 *   steps: 20,
 *   device: "wasm",
 * });
 * await train(run.model, run);
 * assertEquals((await run.measure([data])).figures.accuracy, 1);
 * await Deno.remove(model, { recursive: true });
 * ```
 */
export async function prepareFinetuning(
  config: FinetuningConfig,
  { resume = false, onWarning }: PrepareFinetuningOptions = {},
): Promise<FinetuningRun> {
  if (!resume) await assertNoRun(config.output);
  const { encoder: directory } = await readSentenceConfig(await openModel(config.model));
  const { maxPositionEmbeddings } = await directory.config() as BertModel["config"];
  const maxTokens = Math.min(
    config.maxTokens ?? (config.task === "qa" ? 384 : 128),
    maxPositionEmbeddings,
  );
  const tokenizer = await readTokenizer(directory);
  const task = taskOf(config, { tokenizer, maxTokens, columns: config.columns ?? {} });
  const train = await readLabels(task, await task.index(config.train), { onWarning });
  const dev = config.dev && await readTest(task, config.dev, { labels: train.labels, onWarning });
  const { seed = 1, batchSize = 16, device, epochs = 3, accumulate = 1 } = config;
  const hasLabels = train.labels.length > 0;
  const encoder = await loadBert(directory, {
    trainable: true,
    head: task.head,
    labels: hasLabels ? train.labels : undefined,
    classification: hasLabels ? "single" : undefined,
    device,
    onWarning,
    seed,
  });
  try {
    const { frozenLayers, labelSmoothing, balanced } = config;
    const model = trainableBert(encoder, {
      frozenLayers,
      labelSmoothing,
      classWeights: balanced ? balancedWeights(train.counts) : undefined,
    });
    const inPass = Math.max(1, Math.ceil(train.count / (batchSize * accumulate)));
    return {
      encoder,
      device: encoder.device,
      model: {
        ...model,
        async save(path) {
          await model.save(path);
          await copyTokenizer(directory, path);
        },
      },
      config: runConfig(config, { inPass, steps: config.steps ?? epochs * inPass, encoder, task }),
      batches: bucketBatches<object, EncoderExample>(train.data, {
        encode: (record) => task.encode(record, train.numbers),
        sides: [{ name: "text", length: ({ inputIds }) => inputIds.length, most: maxTokens }],
        tokens: batchSize * maxTokens,
        maxRows: batchSize,
        seed,
      }) as BatchSource<Columns<EncoderExample>, BatchPosition>,
      evaluate: dev &&
        (async ({ signal }) => (await task.measure(encoder, dev, { signal })).figures),
      measure: async (files, options = {}) => {
        const records = await readTest(task, files, { labels: train.labels, onWarning });
        return await task.measure(encoder, records, options);
      },
      [Symbol.dispose]: () => encoder.dispose(),
    };
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}

// deno-lint-ignore no-explicit-any
type AnyTask = FinetuningTask<any>;
type Warn = { onWarning: ((text: string) => void) | undefined };

function taskOf(
  { task }: FinetuningConfig,
  parts: Parameters<typeof classificationTask>[0],
): AnyTask {
  const tasks = { classification: classificationTask, tagging: taggingTask, qa: answeringTask };
  if (Object.hasOwn(tasks, task)) return tasks[task](parts);
  throw new RangeError(
    `Cannot fine-tune for "${task}": it is not one of ${Object.keys(tasks).join(", ")}`,
  );
}

/** Goes through the training data once: labels, how often each occurs, and how many examples there are. */
async function readLabels(task: AnyTask, data: TextData<object>, { onWarning }: Warn) {
  const { records, skipped } = await readRecords(data);
  if (records.length === 0) {
    const why = skipped[0] ? ` (${skipped[0].file}:${skipped[0].line} ${skipped[0].problem})` : "";
    throw new RangeError(`Cannot fine-tune: none of the ${data.lines} lines is usable${why}`);
  }
  const occurrences = new Map<string, number>();
  for (const label of records.flatMap((record) => task.labelsOf?.(record) ?? [])) {
    occurrences.set(label, (occurrences.get(label) ?? 0) + 1);
  }
  // "O" first, as is usual; the others as texts sort, so that the order of lines does not matter.
  const rank = (label: string) => label === "O" ? "" : label;
  const labels = [...occurrences.keys()].sort((a, b) => rank(a) < rank(b) ? -1 : 1);
  if (task.labelsOf && labels.length < 2) {
    throw new RangeError(
      `Cannot fine-tune: all examples have the label ${JSON.stringify(labels[0])}; ` +
        "there must be two at least, or the label stands in another column",
    );
  }
  if (skipped.length > 0) {
    const [{ file, line, problem }] = skipped;
    onWarning?.(
      `${skipped.length} of ${skipped.length + records.length} records are left out, the first: ` +
        `${file}:${line} ${problem}`,
    );
  }
  return {
    data,
    labels,
    numbers: new Map(labels.map((label, i) => [label, i])),
    counts: labels.map((label) => occurrences.get(label)!),
    count: records.length,
  };
}

async function readTest(
  task: AnyTask,
  files: readonly string[],
  { labels, onWarning }: { labels: readonly string[] } & Warn,
): Promise<object[]> {
  const { records, skipped } = await readRecords(await task.index(files));
  if (records.length === 0) {
    throw new RangeError(`Cannot measure on ${files.join(", ")}: no line is usable`);
  }
  const unknown = new Set(
    records.flatMap((record) => task.labelsOf?.(record) ?? [])
      .filter((label) => !labels.includes(label)),
  );
  const more = skipped.length > 0 ? `${skipped.length} records are left out` : "";
  const never = unknown.size > 0
    ? `labels that the training data do not have count as wrong: ${[...unknown].join(", ")}`
    : "";
  if (more || never) {
    onWarning?.(`${files.join(", ")}: ${[more, never].filter(Boolean).join("; ")}`);
  }
  return records;
}

/** Weights with which each label counts as much as all others, 1 on average over the examples. */
function balancedWeights(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => total / (counts.length * count));
}

function runConfig(
  config: FinetuningConfig,
  { inPass, steps, encoder, task }: {
    inPass: number;
    steps: number;
    encoder: BertModel;
    task: AnyTask;
  },
): RunConfig {
  const { learningRate = 5e-5, weightDecay = 0.01, warmup = 0.1, layerDecay = 1 } = config;
  const { seed = 1, accumulate = 1, patience, evaluateEvery, batchSize = 16, output } = config;
  const every = evaluateEvery ?? Math.min(inPass, steps);
  return {
    output,
    steps,
    seed,
    accumulate,
    optimizer: {
      name: "adamw",
      learningRate,
      weightDecay,
      beta2: 0.999,
      epsilon: 1e-8,
      groups: bertWeightGroups({ layers: encoder.config.numHiddenLayers, layerDecay }),
    },
    schedule: { name: "linear", warmupSteps: Math.min(steps - 1, Math.floor(warmup * steps)) },
    evaluate: {
      every,
      metric: config.dev ? task.metric : undefined,
      patience,
    },
    checkpoint: { every, keep: 1 },
    identity: {
      task: config.task,
      batchSize,
      labels: encoder.config.labels,
      hiddenSize: encoder.config.hiddenSize,
    },
  };
}
