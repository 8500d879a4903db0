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
  type TrainableModel,
  type TrainingWorkers,
  workersProblem,
} from "@heed/training";
import { loadBert } from "../load.ts";
import type { EncoderBatch, EncoderLossOptions } from "../loss.ts";
import type { BertModel } from "../model.ts";
import { readSentenceConfig } from "../sentence_config.ts";
import { trainableBert } from "../trainable.ts";
import { answeringTask } from "./answering_task.ts";
import { classificationTask } from "./classification_task.ts";
import { type FinetuningConfig, runConfig } from "./finetuning_config.ts";
import { readLabels, readTest, type Warn } from "./finetuning_data.ts";
import { taggingTask } from "./tagging_task.ts";
import type { AnyTask, EncoderExample, FinetuningReport } from "./tasks.ts";
import { copyTokenizer, readTokenizer } from "./tokenizer_files.ts";
import { startEncoderWorkers } from "./workers.ts";

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
  /** Threads that train together; undefined where one does. */
  readonly workers?: TrainingWorkers<EncoderBatch> | undefined;
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
  const { classification } = config;
  const task = taskOf(config, {
    tokenizer,
    maxTokens,
    columns: config.columns ?? {},
    classification,
  });
  if (config.balanced && (task.classification ?? "single") !== "single") {
    throw new RangeError("Cannot balance labels: only texts with one label each can be balanced");
  }
  const train = await readLabels(task, await task.index(config.train), { onWarning });
  const dev = config.dev && await readTest(task, config.dev, { labels: train.labels, onWarning });
  const { seed = 1, batchSize = 16, device, epochs = 3, accumulate = 1 } = config;
  const labels = task.fixedLabels ?? train.labels, hasLabels = labels.length > 0;
  const encoder = await loadBert(directory, {
    trainable: true,
    head: task.head,
    labels: hasLabels ? labels : undefined,
    classification: hasLabels ? task.classification ?? "single" : undefined,
    device,
    onWarning,
    seed,
  });
  try {
    const { frozenLayers, labelSmoothing, balanced } = config;
    const loss = {
      labelSmoothing,
      classWeights: balanced ? balancedWeights(train.counts) : undefined,
    };
    const model = trainableBert(encoder, { frozenLayers, ...loss });
    const workers = await workersOf(config, { encoder, model, loss, onWarning });
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
      workers,
      [Symbol.dispose]() {
        workers?.dispose();
        encoder.dispose();
      },
    };
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}

/** Starts the threads that a config asks for; where there is one, undefined. */
async function workersOf(
  { workers = 1, frozenLayers = 0 }: FinetuningConfig,
  { encoder, model, loss, onWarning }: {
    encoder: BertModel;
    model: TrainableModel<EncoderBatch>;
    loss: Pick<EncoderLossOptions, "labelSmoothing" | "classWeights">;
  } & Warn,
): Promise<TrainingWorkers<EncoderBatch> | undefined> {
  if (workers === 1) return undefined;
  const problem = frozenLayers > 0
    ? "layers are frozen, which only one thread leaves alone"
    : workersProblem(encoder.device);
  if (problem !== undefined) {
    onWarning?.(`Training with 1 worker, not ${workers}: ${problem}`);
    return undefined;
  }
  const { config, device } = encoder;
  return await startEncoderWorkers(model, { workers, config, device, loss });
}

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

/** Weights with which each label counts as much as all others, 1 on average over the examples. */
function balancedWeights(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => total / (counts.length * count));
}
