import { bleu } from "@heed/metrics";
import { deriveSeed } from "@heed/nn";
import { startTrainingWorkers, trainableEncoderDecoder } from "@heed/seq2seq/layers";
import type { MarianTokenizer } from "@heed/tokenizer";
import {
  type Evaluation,
  indexParallelText,
  listCheckpoints,
  type RunConfig,
  type Steps,
  type TokenBatch,
  tokenBatches,
  train,
  type TrainableModel,
  type TrainingProgress,
  validationLoss,
} from "@heed/training";
import {
  type Architecture,
  type ExperimentConfig,
  trainingOf,
  type TrainingSetup,
} from "./config.ts";
import { type PreparedData, readPairs } from "./data.ts";
import { keptJson } from "./files.ts";
import { joinPath } from "./files.ts";
import { type LossCurves, readLossCurves } from "./loss_curves.ts";
import { type AnyModel, createModel, modelConfig } from "./models.ts";
import { saveTokenizer } from "./tokenizer.ts";
import { translateBatch } from "./translate_worker.ts";

/** What came of training one model. */
export interface TrainingSummary extends LossCurves {
  /** Steps taken. */
  readonly steps: number;
  /** Target tokens seen. */
  readonly tokens: number;
  /** Wall time with evaluations and checkpoints, in seconds, over all interruptions. */
  readonly seconds: number;
  /** Threads. */
  readonly workers: number;
  /** Step of the weights that were kept: those with the best loss on the dev set. */
  readonly bestStep: number;
  /** Loss on the dev set there, in nats a token. */
  readonly bestLoss: number;
}

/** What training of any model needs. */
export interface TrainOptions {
  readonly config: ExperimentConfig;
  readonly data: PreparedData;
  readonly tokenizer: MarianTokenizer;
  /** Folder of the run. */
  readonly output: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly onWarning: (text: string) => void;
}

/** Folder of one model in the folder of a run. */
export function modelFolder(output: string, name: string): string {
  return joinPath(output, name);
}

/** Trains a model of the experiment, goes on where it was interrupted, or finds it trained. */
export async function trainModel(
  architecture: Architecture,
  options: TrainOptions,
): Promise<TrainingSummary> {
  const { config, tokenizer, output } = options;
  const folder = modelFolder(output, architecture);
  return await keptJson(joinPath(folder, "summary.json"), async () => {
    const { seed } = config;
    const setup = trainingOf(config, architecture);
    const { workers, labelSmoothing, dropout } = setup;
    using model = await createModel(modelConfig(architecture, config, tokenizer), { seed });
    const trainable = trainableEncoderDecoder(model, { labelSmoothing, dropout });
    using team = workers === 1
      ? undefined
      : await startTrainingWorkers(model, { workers, labelSmoothing, dropout });
    const measureBleu = await bleuOnDev(model, options);
    return await trainUntilDone(trainable, folder, { ...options, setup, team, measureBleu });
  });
}

/** How {@linkcode trainUntilDone} trains. */
export interface RunOptions extends TrainOptions {
  readonly setup: TrainingSetup;
  /** What is also measured at every evaluation. */
  readonly measureBleu?: (signal?: AbortSignal) => Promise<number>;
  /** Threads; default the caller's alone. */
  readonly team?: Steps<TokenBatch>;
}

/** BLEU of greedy translations of the first sentences of the dev set, where the experiment asks for it. */
async function bleuOnDev(
  model: AnyModel,
  { config, data, tokenizer, signal }: TrainOptions,
): Promise<((signal?: AbortSignal) => Promise<number>) | undefined> {
  const { training: { bleuSentences }, search: { rows } } = config;
  if (bleuSentences === undefined) return undefined;
  const pairs = (await readPairs(data.dev, signal)).slice(0, bleuSentences);
  const inputIds = pairs.map(({ source }) => tokenizer.encode(source).ids);
  return async (signal) => {
    const texts: string[] = [];
    for (let start = 0; start < inputIds.length; start += rows) {
      const batch = inputIds.slice(start, start + rows);
      for (const ids of await translateBatch(model, batch, { numBeams: 1, signal })) {
        texts.push(tokenizer.decode(ids));
      }
    }
    return bleu(texts, pairs.map(({ target }) => target)).score;
  };
}

/**
 * Trains to the last step. Models whose batches have the same number of tokens see the same batches in the same
 * order: these depend on the data, the tokenizer and the seed alone.
 *
 * @throws The signal's reason when it interrupts; the same call goes on from there.
 */
export async function trainUntilDone(
  model: TrainableModel<TokenBatch>,
  folder: string,
  options: RunOptions,
): Promise<TrainingSummary> {
  const { config, data, tokenizer, signal, setup, team, onProgress, onWarning } = options;
  const { maxTokens, seed } = config;
  const encode = (source: string, target: string) => ({
    inputIds: tokenizer.encode(source).ids,
    labels: tokenizer.encodeTarget(target).ids,
  });
  const limits = {
    encode,
    tokens: setup.tokens,
    maxSourceTokens: maxTokens,
    maxTargetTokens: maxTokens,
  };
  const dev = tokenBatches(await indexParallelText([data.dev]), {
    ...limits,
    epochs: 1,
    seed: null,
  });
  const result = await train({ ...model, save: saveBoth(model, tokenizer) }, {
    config: runConfig(folder, options),
    batches: tokenBatches(await indexParallelText([data.train]), {
      ...limits,
      seed: deriveSeed(seed, "batches"),
    }),
    async evaluate({ signal }): Promise<Evaluation> {
      async function* batches(): AsyncGenerator<TokenBatch> {
        for await (const { batch } of dev({})) yield batch;
      }
      const { loss } = await validationLoss(model, batches(), { signal });
      const bleu = await options.measureBleu?.(signal);
      return { loss, ...bleu !== undefined && { bleu } };
    },
    workers: team,
    resume: (await listCheckpoints(folder)).length > 0,
    signal,
    onProgress,
    // That pairs of over maxTokens are left out is no news for each of them.
    onWarning: (text) => text.startsWith("Skipped ") || onWarning(text),
  });
  if (result.reason === "interrupted") throw signal.reason;
  return {
    ...await readLossCurves(joinPath(folder, "log.jsonl")),
    steps: result.step,
    workers: team?.workers ?? 1,
    bestStep: result.best!.step,
    bestLoss: result.best!.value,
  };
}

function runConfig(folder: string, { config, setup }: RunOptions): RunConfig {
  const { maxTokens, seed } = config;
  return {
    optimizer: { learningRate: setup.learningRate },
    schedule: { name: "linear", warmupSteps: setup.warmupSteps },
    seed,
    steps: setup.steps,
    evaluate: { every: setup.evaluateEvery },
    checkpoint: { every: setup.evaluateEvery, keep: 1 },
    output: folder,
    identity: { maxTokens, tokens: setup.tokens },
  };
}

function saveBoth(model: TrainableModel<TokenBatch>, tokenizer: MarianTokenizer) {
  return async (directory: string) => {
    await model.save(directory);
    await saveTokenizer(tokenizer, directory);
  };
}
