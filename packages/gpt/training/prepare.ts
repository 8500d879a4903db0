import { type DirectoryLock, files, joinPath } from "@heed/checkpoint";
import type { Device } from "@heed/nn";
import {
  type BatchSource,
  type Evaluate,
  indexDocuments,
  lockRun,
  type PackedBatch,
  packedBatches,
  type PackedPosition,
  type PrepareRunOptions,
  type RunConfig,
  type Steps,
  type TextDocument,
  type TrainableModel,
  workersProblem,
} from "@heed/training";
import { TrainingConfigError } from "@heed/training/config";
import { gptConfig } from "../config.ts";
import { createGpt, loadGpt } from "../load.ts";
import type { GptModel } from "../model.ts";
import { trainableGpt } from "../trainable.ts";
import { startGptWorkers } from "../training_workers.ts";
import type { GptTrainingConfig } from "./config.ts";
import { textEvaluation } from "./text_evaluation.ts";
import { prepareTokenizer, type TextTokenizer } from "./tokenizer.ts";

/** A model to train, and the options of `train` of `@heed/training` for it. */
export interface GptTrainingRun extends Disposable {
  /** The model; it is saved with its tokenizer. */
  readonly model: TrainableModel<PackedBatch>;
  /** Where it runs. */
  readonly device: Pick<Device, "name" | "reason" | "blas" | "blasReason">;
  /** The run. */
  readonly config: RunConfig;
  /** The data. */
  readonly batches: BatchSource<PackedBatch, PackedPosition>;
  /** Measures on the dev set; undefined without one. */
  readonly evaluate?: Evaluate;
  /** Threads that train together; undefined where one does. */
  readonly workers?: Steps<PackedBatch>;
  /** Keeps other runs out of the output. */
  readonly lock: DirectoryLock;
}

/**
 * Makes a run of a configuration: loads or trains the tokenizer, loads or makes the model, opens the text.
 *
 * @param config What `parseGptTrainingConfig` gave.
 * @param options Whether a run goes on.
 * @returns Model and options for `train`; dispose of it when done, or declare it with `using`.
 * @throws {RangeError} When the output holds a run that is not to go on, or the dev set is too short.
 * @throws {Error} When another process trains in the output.
 *
 * @example
 * ```ts
 * import { parseGptTrainingConfig, prepareGptTraining } from "@heed/gpt/training";
 * import { train } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const output = await Deno.makeTempDir();
 * const text = encodeURIComponent("to be or not to be\n".repeat(20));
 * const config = parseGptTrainingConfig({
 *   model: "gpt",
 *   architecture: { hiddenSize: 8, numHiddenLayers: 1, numHeads: 2, maxPositionEmbeddings: 16 },
 *   data: { train: [`data:,${text}`], separator: "line" },
 *   tokenizer: { type: "bpe", vocabSize: 260 },
 *   batch: { rows: 2, length: 16 },
 *   steps: 2,
 *   device: "wasm",
 *   output,
 * });
 * using run = await prepareGptTraining(config);
 * const { reason } = await train(run.model, run);
 * assertEquals(reason, "finished");
 * await Deno.remove(output, { recursive: true });
 * ```
 */
export async function prepareGptTraining(
  config: GptTrainingConfig,
  options: PrepareRunOptions = {},
): Promise<GptTrainingRun> {
  return await lockRun(
    config.output,
    (lock) => prepareLocked(config, { ...options, lock }),
    options,
  );
}

async function prepareLocked(
  config: GptTrainingConfig,
  { lock, ...options }: PrepareRunOptions & { readonly lock: DirectoryLock },
): Promise<GptTrainingRun> {
  const tokenizer = await prepareTokenizer(config, options);
  const model = await createModel(config, tokenizer);
  try {
    const { dropout } = config;
    const trainable = trainableGpt(model, { dropout });
    const { train, dev } = await prepareData(config, tokenizer);
    const workers = await startWorkers(model, config, options);
    return {
      model: {
        ...trainable,
        async save(directory) {
          await trainable.save(directory);
          await files.writeAtomic(joinPath(directory, "tokenizer.json"), tokenizer.json);
        },
      },
      device: model.device,
      config: runConfigOf(config),
      batches: train,
      evaluate: dev && textEvaluation({ model: trainable, ...dev }),
      workers,
      lock,
      [Symbol.dispose]() {
        workers?.[Symbol.dispose]();
        model.dispose();
        lock[Symbol.dispose]();
      },
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

async function createModel(
  { architecture, initialCheckpoint, batch, device, seed }: GptTrainingConfig,
  { tokenizer, eosTokenId }: TextTokenizer,
): Promise<GptModel> {
  if (initialCheckpoint === undefined) {
    const sizes = { ...architecture, vocabSize: tokenizer.vocabSize, eosTokenId };
    return await createGpt(gptConfig(sizes), { seed, device });
  }
  const model = await loadGpt(initialCheckpoint, { device, trainable: true });
  const { maxPositionEmbeddings, vocabSize } = model.config;
  if (batch.length > maxPositionEmbeddings + 1 || vocabSize < tokenizer.vocabSize) {
    model.dispose();
    throw new TrainingConfigError([
      batch.length > maxPositionEmbeddings + 1
        ? `batch.length: ${batch.length} is more than the ${maxPositionEmbeddings} positions of the model and one`
        : `initialCheckpoint: has ${vocabSize} tokens, its tokenizer ${tokenizer.vocabSize}`,
    ]);
  }
  return model;
}

/** The text as packed rows; the dev set once and in order. */
async function prepareData(
  { data, batch, epochs, seed }: GptTrainingConfig,
  { tokenizer, eosTokenId }: TextTokenizer,
) {
  const { separator, maxLines } = data;
  const encode = ({ text }: TextDocument) => [...tokenizer.encode(text).ids, eosTokenId];
  const { rows, length, bucketLines } = batch;
  const train = packedBatches(await indexDocuments(data.train, { separator, maxLines }), {
    encode,
    rows,
    length,
    stride: length - 1, // a row foretells all of its tokens but the first
    bucketLines,
    epochs,
    seed,
  });
  if (data.dev === undefined) return { train };
  let tokens = 0, bytes = 0;
  const utf8 = new TextEncoder();
  const count = (document: TextDocument) => {
    const ids = encode(document);
    tokens += ids.length;
    bytes += utf8.encode(document.text).length + 1; // and the line end that parts it
    return ids;
  };
  const dev = await indexDocuments([data.dev], { separator });
  const cut = { rows, length, stride: length - 1, bucketLines, epochs: 1, seed: null };
  let batches = 0;
  for await (const _ of packedBatches(dev, { ...cut, encode: count })({})) batches++;
  if (batches === 0) {
    throw new RangeError(
      `Cannot use data.dev: it has ${tokens} tokens, and a row ${length}; give a longer text`,
    );
  }
  const measured = packedBatches(dev, { ...cut, encode });
  return { train, dev: { batches: measured, tokensPerByte: tokens / bytes } };
}

async function startWorkers(
  model: GptModel,
  { workers, dropout }: GptTrainingConfig,
  { onWarning }: PrepareRunOptions,
) {
  if (workers === 1) return undefined;
  const problem = workersProblem(model.device);
  if (problem === undefined) return await startGptWorkers(model, { workers, dropout });
  onWarning?.(`Training with 1 worker, not ${workers}: ${problem}`);
}

function runConfigOf(config: GptTrainingConfig): RunConfig {
  const { architecture, batch, data, optimizer, schedule, seed, steps, output } = config;
  const { rows, length, bucketLines, accumulate } = batch;
  return {
    optimizer,
    schedule,
    accumulate,
    seed,
    steps,
    evaluate: { ...config.evaluate, atStart: config.initialCheckpoint !== undefined },
    checkpoint: config.checkpoint,
    output,
    identity: {
      model: "gpt",
      ...Object.fromEntries(
        Object.entries(architecture ?? {}).map(([key, value]) => [`architecture.${key}`, value]),
      ),
      "batch.rows": rows,
      "batch.length": length,
      "batch.bucketLines": bucketLines,
      "data.separator": data.separator,
      ...(data.maxLines === undefined ? {} : { "data.maxLines": data.maxLines }),
    },
  };
}
