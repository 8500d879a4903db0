import type { Device } from "@heed/nn";
import type { RnnModel, Seq2SeqModel } from "@heed/seq2seq";
import type { MarianTokenizer } from "@heed/tokenizer";
import type {
  BatchPosition,
  BatchSource,
  EncodedPair,
  Evaluation,
  Steps,
  TokenBatch,
  TrainableModel,
  TrainingConfig,
} from "@heed/training";
import { parseRnnArchitecture, parseTransformerArchitecture } from "./architecture.ts";
import { UsageError } from "./failure.ts";
import { prepareTokenizer, sourceEncoder } from "./training_tokenizer.ts";

/** What `train` of `@heed/training` needs beside the configuration. */
export interface TrainingRun extends Disposable {
  /** The model. */
  readonly model: TrainableModel<TokenBatch>;
  /** Threads that train together; undefined where one does. */
  readonly workers?: Steps<TokenBatch>;
  /** Where it runs. */
  readonly device: Pick<Device, "name" | "reason" | "blas" | "blasReason">;
  /** The data. */
  readonly batches: BatchSource<TokenBatch, BatchPosition>;
  /** Measures on the dev set; undefined without one. */
  readonly evaluate?: (at: { step: number; signal?: AbortSignal }) => Promise<Evaluation>;
}

/** How {@linkcode prepareTraining} begins. */
export interface PrepareOptions {
  /** Whether a run goes on, with its own tokenizer. */
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onWarning: (text: string) => void;
}

/** Loads or makes the model, its tokenizer and its data. */
export async function prepareTraining(
  config: TrainingConfig,
  options: PrepareOptions,
): Promise<TrainingRun> {
  const [training, seq2seq, layers, checkpoint] = await Promise.all([
    import("@heed/training"),
    import("@heed/seq2seq"),
    import("@heed/seq2seq/layers"),
    import("@heed/checkpoint"),
  ]);
  const createModel = modelFactory(config, { seq2seq });
  const tokenizer = await prepareTokenizer(config, options);
  const model = await createModel(tokenizer);
  const { labelSmoothing, dropout } = config;
  const trainable = layers.trainableEncoderDecoder(model, { labelSmoothing, dropout });
  const problem = layers.parallelProblem(model);
  if (config.workers > 1 && problem !== undefined) {
    options.onWarning(`Training with 1 worker, not ${config.workers}: ${problem}`);
  }

  const { data, batch, epochs, seed } = config;
  const { sourceColumn, targetColumn, maxLines, maxSourceTokens, maxTargetTokens } = data;
  const columns = { sourceColumn, targetColumn };
  const encodeSource = sourceEncoder(tokenizer);
  const encode = (source: string, target: string): EncodedPair => ({
    inputIds: encodeSource(source),
    labels: tokenizer.encodeTarget(target).ids,
  });
  const limits = { encode, tokens: batch.tokens, maxSourceTokens, maxTargetTokens };
  const text = await training.indexParallelText(data.train, { ...columns, maxLines });
  const evaluate = data.dev === undefined ? undefined : createEvaluation({
    config,
    tokenizer,
    trainable,
    generate: (ids, options) => model.generate(ids, options),
    devBatches: training.tokenBatches(await training.indexParallelText([data.dev], columns), {
      ...limits,
      epochs: 1,
      seed: null,
    }),
  });
  const workers = config.workers === 1 || problem !== undefined
    ? undefined
    : await layers.startTrainingWorkers(model, {
      workers: config.workers,
      labelSmoothing,
      dropout,
    });
  return {
    ...(workers && { workers }),
    model: {
      ...trainable,
      async save(directory) {
        await trainable.save(directory);
        for (const [name, bytes] of Object.entries(tokenizer.files())) {
          await checkpoint.files.writeAtomic(checkpoint.joinPath(directory, name), bytes);
        }
      },
    },
    device: model.device,
    batches: training.tokenBatches(text, {
      ...limits,
      bucketLines: batch.bucketLines,
      epochs,
      seed,
    }),
    ...(evaluate && { evaluate }),
    [Symbol.dispose]() {
      workers?.dispose();
      model.dispose();
    },
  };
}

type TrainedModel = Seq2SeqModel | RnnModel;

/** Checks the architecture before anything is trained; the model is made once the vocabulary is known. */
function modelFactory(
  { model, architecture, initialCheckpoint, device, seed }: TrainingConfig,
  { seq2seq }: { seq2seq: typeof import("@heed/seq2seq") },
): (tokenizer: MarianTokenizer) => Promise<TrainedModel> {
  if (initialCheckpoint !== undefined) {
    return async () => {
      const loaded = await seq2seq.loadEncoderDecoder(initialCheckpoint, {
        device,
        trainable: true,
      });
      const found = "architecture" in loaded.config ? loaded.config.architecture : "transformer";
      if (found === model) return loaded;
      loaded.dispose();
      throw new UsageError(
        `Cannot use the training configuration:\n  model: is "${model}", but the model in ` +
          `${initialCheckpoint} is "${found}"`,
      );
    };
  }
  const create = { device, seed };
  const tokens = ({ vocabSize, padTokenId, eosTokenId }: MarianTokenizer) => ({
    ...{ vocabSize, padTokenId, eosTokenId },
  });
  if (model === "transformer") {
    const sizes = parseTransformerArchitecture(architecture);
    return async (tokenizer) =>
      await seq2seq.createSeq2SeqModel(
        seq2seq.defaultSeq2SeqConfig({ ...sizes, ...tokens(tokenizer) }),
        create,
      );
  }
  const sizes = parseRnnArchitecture(architecture, model);
  return async (tokenizer) =>
    await seq2seq.createRnnModel(
      seq2seq.defaultRnnConfig({ ...sizes, ...tokens(tokenizer), architecture: model }),
      create,
    );
}

interface EvaluationParts {
  readonly config: TrainingConfig;
  readonly tokenizer: MarianTokenizer;
  readonly trainable: TrainableModel<TokenBatch>;
  readonly devBatches: BatchSource<TokenBatch, BatchPosition>;
  readonly generate: (
    inputIds: number[][],
    options: { numBeams: number; maxNewTokens: number[]; signal?: AbortSignal },
  ) => Promise<{ ids: number[] }[][]>;
}

/** Loss on the whole dev set, and BLEU on its first sentences. */
function createEvaluation(
  { config, tokenizer, trainable, devBatches, generate }: EvaluationParts,
): NonNullable<TrainingRun["evaluate"]> {
  const { bleuSentences, numBeams } = config.evaluate;
  return async ({ signal }): Promise<Evaluation> => {
    const { validationLoss } = await import("@heed/training");
    const pairs: { source: string; target: string; inputIds: number[] }[] = [];
    async function* batches(): AsyncGenerator<TokenBatch> {
      for await (const { batch, examples } of devBatches({})) {
        if (pairs.length < bleuSentences) pairs.push(...examples as typeof pairs);
        yield batch;
      }
    }
    const { loss } = await validationLoss(trainable, batches(), { signal });
    if (bleuSentences === 0) return { loss };
    const { bleu } = await import("@heed/metrics");
    const chosen = pairs.slice(0, bleuSentences);
    const hypotheses: string[] = [];
    for (let start = 0; start < chosen.length; start += 16) {
      const inputIds = chosen.slice(start, start + 16).map((pair) => pair.inputIds);
      const maxNewTokens = inputIds.map((ids) => 3 * ids.length + 20);
      const found = await generate(inputIds, { numBeams, maxNewTokens, signal });
      hypotheses.push(...found.map(([best]) => tokenizer.decode(best.ids)));
    }
    return { loss, bleu: bleu(hypotheses, chosen.map(({ target }) => target)).score };
  };
}
