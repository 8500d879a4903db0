import type { DirectoryLock } from "@heed/checkpoint";
import type { Device } from "@heed/nn";
import type { MarianTokenizer } from "@heed/tokenizer";
import {
  type BatchPosition,
  type BatchSource,
  type Evaluate,
  indexParallelText,
  lockRun,
  type PrepareRunOptions,
  type RunConfig,
  type Steps,
  type TokenBatch,
  tokenBatches,
  type TrainableModel,
  type TrainingWorkers,
} from "@heed/training";
import { trainableEncoderDecoder } from "../trainable.ts";
import { parallelProblem, startTrainingWorkers } from "../training_workers.ts";
import type { TrainingConfig } from "./config.ts";
import { pairEncoder, samplingEncoder } from "./_encoder.ts";
import { untilAborted } from "./_until_aborted.ts";
import { translationEvaluation } from "./evaluation.ts";
import { createModel } from "./_model.ts";
import { runConfigOf } from "./run_config.ts";
import { indexTrainingText, prepareTokenizer, saveTokenizer } from "./tokenizer.ts";

/** A model to train, and the options of `train` of `@heed/training` for it. */
export interface TrainingRun extends Disposable {
  /** The model; it is saved with its tokenizer. */
  readonly model: TrainableModel<TokenBatch>;
  /** Where it runs. */
  readonly device: Pick<Device, "name" | "reason" | "blas" | "blasReason">;
  /** The tokenizer. */
  readonly tokenizer: MarianTokenizer;
  /** The run. */
  readonly config: RunConfig;
  /** The data. */
  readonly batches: BatchSource<TokenBatch, BatchPosition>;
  /** Measures on the dev set; undefined without one. */
  readonly evaluate?: Evaluate;
  /** Threads that train together; undefined where one does. */
  readonly workers?: Steps<TokenBatch>;
  /** Keeps other processes out of the output; let go when the run is disposed of. */
  readonly lock: DirectoryLock;
}

/**
 * Makes a run of a configuration: loads or trains the tokenizer, loads or makes the model, opens the data.
 *
 * @param config What `parseTrainingConfig` gave.
 * @param options Whether a run goes on.
 * @returns Model and options for `train`; dispose of it when done, or declare it with `using`.
 * @throws {RangeError} When the output holds a run that is not to go on, or the dev set has no usable pair.
 * @throws {Error} When another process trains in the output.
 * @throws {TrainingConfigError} When the model to go on from is not the one that the configuration names.
 *
 * @example
 * ```ts
 * import { parseTrainingConfig, prepareTraining } from "@heed/seq2seq/training";
 * import { train } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const output = await Deno.makeTempDir();
 * const config = parseTrainingConfig({
 *   model: "transformer",
 *   architecture: { hiddenSize: 8, encoderLayers: 1, decoderLayers: 1 },
 *   data: {
 *     train: ["data:,red%20house%09house%20red%0Ablue%20tree%09tree%20blue%0A"],
 *     sourceLanguage: "en",
 *     targetLanguage: "xx",
 *   },
 *   tokenizer: { type: "unigram", vocabSize: 18 },
 *   steps: 2,
 *   device: "wasm",
 *   output,
 * });
 * using run = await prepareTraining(config);
 * const { reason } = await train(run.model, run);
 * assertEquals(reason, "finished");
 * await Deno.remove(output, { recursive: true });
 * ```
 */
export async function prepareTraining(
  config: TrainingConfig,
  options: PrepareRunOptions = {},
): Promise<TrainingRun> {
  return await lockRun(
    config.output,
    (lock) => prepareLocked(config, { ...options, lock }),
    options,
  );
}

async function prepareLocked(
  config: TrainingConfig,
  { lock, ...options }: PrepareRunOptions & { readonly lock: DirectoryLock },
): Promise<TrainingRun> {
  const tokenizer = await prepareTokenizer(config, options);
  const { signal } = options;
  const model = await untilAborted(createModel(config, tokenizer), signal);
  try {
    const data = await untilAborted(prepareData(config, tokenizer), signal);
    const { labelSmoothing, dropout, evaluate: { bleuSentences, numBeams } } = config;
    const trainable = trainableEncoderDecoder(model, { labelSmoothing, dropout });
    const evaluate = data.dev && translationEvaluation({
      model: trainable,
      batches: data.dev,
      generate: (ids, search) => model.generate(ids, search),
      decode: (ids) => tokenizer.decode(ids),
      sentences: bleuSentences,
      numBeams,
    });
    const workers = await untilAborted(startWorkers(model, config, options), signal);
    return {
      model: {
        ...trainable,
        async save(directory) {
          await trainable.save(directory);
          await saveTokenizer(tokenizer, directory);
        },
      },
      device: model.device,
      tokenizer,
      config: runConfigOf(config),
      batches: data.train,
      evaluate,
      workers,
      lock,
      [Symbol.dispose]() {
        workers?.dispose();
        model.dispose();
        lock[Symbol.dispose]();
      },
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The data of a run as batches; the dev set once, in order and cut in the best way. */
async function prepareData(
  { data, batch, epochs, seed, sampling }: TrainingConfig,
  tokenizer: MarianTokenizer,
): Promise<{
  train: BatchSource<TokenBatch, BatchPosition>;
  dev?: BatchSource<TokenBatch, BatchPosition>;
}> {
  const { dev, sourceColumn, targetColumn, maxSourceTokens, maxTargetTokens } = data;
  const encode = pairEncoder(tokenizer);
  const cut = { encode, tokens: batch.tokens, maxSourceTokens, maxTargetTokens };
  const measured = dev === undefined ? undefined : tokenBatches(
    await indexParallelText([dev], { sourceColumn, targetColumn }),
    { ...cut, epochs: 1, seed: null },
  );
  if (measured) await assertUsable(measured);
  return {
    train: tokenBatches(await indexTrainingText(data), {
      ...cut,
      encode: sampling ? samplingEncoder(tokenizer, { sampling, seed }) : encode,
      bucketLines: batch.bucketLines,
      epochs,
      seed,
    }),
    dev: measured,
  };
}

/** A dev set without a usable pair shows before the first step, not at the first evaluation. */
async function assertUsable(dev: BatchSource<TokenBatch, BatchPosition>): Promise<void> {
  try {
    for await (const _ of dev({})) return;
  } catch (cause) {
    throw new RangeError(`Cannot use data.dev: ${(cause as Error).message}`, { cause });
  }
  throw new RangeError("Cannot use data.dev: it has no pair of the allowed length");
}

async function startWorkers(
  model: Awaited<ReturnType<typeof createModel>>,
  { workers, labelSmoothing, dropout }: TrainingConfig,
  { onWarning }: PrepareRunOptions,
): Promise<TrainingWorkers<TokenBatch> | undefined> {
  if (workers === 1) return undefined;
  const problem = parallelProblem(model);
  if (problem === undefined) {
    return await startTrainingWorkers(model, { workers, labelSmoothing, dropout });
  }
  onWarning?.(`Training with 1 worker, not ${workers}: ${problem}`);
}
