import type { DirectoryLock } from "@heed/checkpoint";
import type { Device } from "@heed/nn";
import type { PipelineTokenizer } from "@heed/tokenizer";
import {
  type BatchSource,
  type Evaluate,
  indexDocuments,
  lockRun,
  mapBatches,
  packedBatches,
  type PackedPosition,
  type PrepareRunOptions,
  type RunConfig,
  type TextData,
  type TextDocument,
  type TrainableModel,
  type TrainingWorkers,
  workersProblem,
} from "@heed/training";
import { createBert, loadBert } from "../load.ts";
import type { EncoderBatch } from "../loss.ts";
import type { BertModel } from "../model.ts";
import { bertWeightGroups, trainableBert } from "../trainable.ts";
import { freshConfig, type PretrainingConfig } from "./pretraining_config.ts";
import { maskedEvaluation } from "./pretraining_evaluation.ts";
import { rowsToLearn, specialsOfRow } from "./pretraining_rows.ts";
import { prepareTokenizer, specialTokens } from "./pretraining_tokenizer.ts";
import { startEncoderWorkers } from "./workers.ts";

/** A model to pre-train, and the options of `train` of `@heed/training` for it. */
export interface PretrainingRun extends Disposable {
  /** The model; it is saved with its tokenizer. */
  readonly model: TrainableModel<EncoderBatch>;
  /** The model, as texts ask it. */
  readonly encoder: BertModel;
  /** Its tokenizer. */
  readonly tokenizer: PipelineTokenizer;
  /** Where it runs. */
  readonly device: Pick<Device, "name" | "reason" | "blas" | "blasReason">;
  /** The run. */
  readonly config: RunConfig;
  /** The data: other words are hidden in each pass. */
  readonly batches: BatchSource<EncoderBatch, PackedPosition>;
  /** Measures `loss`, `perplexity` and `maskedAccuracy` on the dev set; undefined without one. */
  readonly evaluate?: Evaluate;
  /** Threads that train together; undefined where one does. */
  readonly workers?: TrainingWorkers<EncoderBatch>;
  /** Keeps other processes out of the output; let go when the run is disposed of. */
  readonly lock: DirectoryLock;
}

/**
 * Makes everything that it takes to pre-train a BERT on masked words: a vocabulary, the model, batches of packed
 * documents, evaluation.
 *
 * @param config What `loadPretrainingConfig` gives.
 * @param options Whether a run is resumed; warnings.
 * @returns The run, for `train`; dispose of it when done.
 * @throws {RangeError} When the data have no text; when `output` has a run already.
 *
 * @example
 * ```ts
 * import { loadPretrainingConfig, preparePretraining } from "@heed/bert/training";
 * import { train } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${directory}/text.txt`, "the cat drinks milk\nthe dog eats meat\n".repeat(9));
 * const config = {
 *   data: { train: ["text.txt"] },
 *   tokenizer: { vocabSize: 40 },
 *   architecture: { hiddenSize: 8, numHiddenLayers: 1, numHeads: 2, maxPositionEmbeddings: 16 },
 *   batch: { length: 12, rows: 4 },
 *   steps: 2,
 *   output: "run",
 *   device: "wasm",
 * };
 * await Deno.writeTextFile(`${directory}/config.json`, JSON.stringify(config));
 * using run = await preparePretraining(await loadPretrainingConfig(`${directory}/config.json`));
 * assertEquals((await train(run.model, run)).reason, "finished");
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function preparePretraining(
  config: PretrainingConfig,
  options: PrepareRunOptions = {},
): Promise<PretrainingRun> {
  return await lockRun(
    config.output,
    (lock) => prepareLocked(config, { ...options, lock }),
    options,
  );
}

async function prepareLocked(
  config: PretrainingConfig,
  { resume = false, signal, onWarning, lock }: PrepareRunOptions & {
    readonly lock: DirectoryLock;
  },
): Promise<PretrainingRun> {
  const { data: { train, dev, separator, maxLines }, seed, initialCheckpoint } = config;
  const data = await indexDocuments(train, {
    separator,
    maxLines,
  });
  const { tokenizer, save } = await prepareTokenizer(config, { data, resume, signal });
  const special = specialTokens(tokenizer);
  const { device } = config;
  const encoder = initialCheckpoint === undefined
    ? await createBert(
      freshConfig(config.architecture!, {
        vocabSize: tokenizer.vocabSize,
        padTokenId: special.pad,
        nextSentence: config.nextSentence,
      }),
      { seed, device },
    )
    : await loadBert(initialCheckpoint, {
      device,
      trainable: true,
      head: config.nextSentence ? "pre-training" : "masked-lm",
      seed,
      onWarning,
    });
  try {
    const longest = encoder.config.maxPositionEmbeddings;
    if (config.batch.length > longest) {
      throw new RangeError(
        `Cannot pre-train on rows of ${config.batch.length} tokens: the model takes ${longest}`,
      );
    }
    const dropping = withDropout(encoder, config.dropout);
    const model = trainableBert(dropping);
    if (config.nextSentence && !["bert", "big_bird"].includes(encoder.config.modelType)) {
      throw new RangeError(
        `Cannot pre-train ${encoder.config.modelType} on next sentences: only BERT and BigBird ` +
          "have a head for them; leave nextSentence out",
      );
    }
    const learn = rowsToLearn(config, { tokenizer, special });
    const packed = (
      text: TextData<TextDocument>,
      order: { epochs?: number; seed: number | null },
    ) =>
      packedBatches(text, {
        encode: ({ text }) => [
          ...tokenizer.encodeIds(text, { addSpecialTokens: false }),
          special.sep,
        ],
        length: config.batch.length - specialsOfRow(config),
        rows: config.batch.rows,
        ...order,
      });
    const measured = dev &&
      mapBatches(
        packed(await indexDocuments(dev, { separator }), { epochs: 1, seed: null }),
        ({ inputIds }, { seed }) => learn(inputIds, seed),
        { seed: 1 },
      );
    const problem = config.workers > 1 ? workersProblem(encoder.device) : undefined;
    if (problem !== undefined) {
      onWarning?.(`Training with 1 worker, not ${config.workers}: ${problem}`);
    }
    const workers = config.workers > 1 && problem === undefined
      ? await startEncoderWorkers(model, {
        workers: config.workers,
        config: dropping.config,
        device: encoder.device,
      })
      : undefined;
    const epochs = config.epochs === undefined ? {} : { epochs: config.epochs };
    return {
      encoder,
      tokenizer,
      device: encoder.device,
      model: {
        ...model,
        async save(directory) {
          await model.save(directory);
          await save(directory);
        },
      },
      config: runConfig(config, encoder),
      batches: mapBatches(
        packed(data, { ...epochs, seed }),
        ({ inputIds }, { seed }) => learn(inputIds, seed),
        {
          seed,
        },
      ),
      evaluate: measured && maskedEvaluation(encoder, measured, config.evaluate.rows),
      workers,
      lock,
      [Symbol.dispose]() {
        workers?.dispose();
        encoder.dispose();
        lock[Symbol.dispose]();
      },
    };
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}

/** The model with other rates of dropout. */
function withDropout(encoder: BertModel, dropout: number): Parameters<typeof trainableBert>[0] {
  const config = { ...encoder.config, hiddenDropout: dropout, attentionDropout: dropout };
  const { named, trainable, weights } = encoder;
  return { config, named, trainable, weights, save: (directory) => encoder.save(directory) };
}

function runConfig(config: PretrainingConfig, encoder: BertModel): RunConfig {
  const { optimizer, schedule, batch, seed, steps, evaluate, checkpoint, output } = config;
  const { every, patience } = evaluate;
  return {
    output,
    seed,
    steps,
    accumulate: batch.accumulate,
    optimizer: {
      ...optimizer,
      groups: optimizer.groups ??
        (optimizer.weightDecay > 0
          ? bertWeightGroups({ layers: encoder.config.numHiddenLayers })
          : undefined),
    },
    schedule,
    evaluate: { every, patience },
    checkpoint,
    identity: {
      nextSentence: config.nextSentence || undefined,
      vocabSize: encoder.config.vocabSize,
      hiddenSize: encoder.config.hiddenSize,
      numHiddenLayers: encoder.config.numHiddenLayers,
      masking: config.masking,
      rows: batch.rows,
      length: batch.length,
    },
  };
}
