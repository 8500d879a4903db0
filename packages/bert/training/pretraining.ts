import { files, joinPath } from "@heed/checkpoint";
import { openModel } from "@heed/model";

import { deriveSeed, type Device } from "@heed/nn";
import { type PipelineTokenizer, trainTokenizer } from "@heed/tokenizer";
import {
  assertNoRun,
  type BatchSource,
  type Evaluate,
  indexDocuments,
  mapBatches,
  openBlocks,
  type PackedBatch,
  packedBatches,
  type PackedPosition,
  type RunConfig,
  type TextData,
  type TextDocument,
  type TrainableModel,
  type TrainingWorkers,
  workersProblem,
} from "@heed/training";
import { createBert, loadBert } from "../load.ts";
import { type EncoderBatch, NO_LABEL } from "../loss.ts";
import type { BertModel } from "../model.ts";
import { bertWeightGroups, trainableBert } from "../trainable.ts";
import { type MaskingOptions, maskTokens } from "./masking.ts";
import { freshConfig, type PretrainingConfig } from "./pretraining_config.ts";
import { copyTokenizer, readTokenizer } from "./tokenizer_files.ts";
import { startEncoderWorkers } from "./workers.ts";

/** What else {@linkcode preparePretraining} takes. */
export interface PreparePretrainingOptions {
  /** Goes on from the last complete checkpoint; default false. */
  readonly resume?: boolean;
  /** Stops the preparation. */
  readonly signal?: AbortSignal;
  /** Gets a line for a person, such as what is made newly. */
  readonly onWarning?: (text: string) => void;
}

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
  { resume = false, signal, onWarning }: PreparePretrainingOptions = {},
): Promise<PretrainingRun> {
  if (!resume) await assertNoRun(config.output);
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
      }),
      { seed, device },
    )
    : await loadBert(initialCheckpoint, {
      device,
      trainable: true,
      head: "masked-lm",
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
    const masking = maskingOf(config, { tokenizer, special });
    const packed = (
      text: TextData<TextDocument>,
      order: { epochs?: number; seed: number | null },
    ) =>
      packedBatches(text, {
        encode: ({ text }) => [
          ...tokenizer.encodeIds(text, { addSpecialTokens: false }),
          special.sep,
        ],
        length: config.batch.length - 2,
        rows: config.batch.rows,
        ...order,
      });
    const mask = ({ inputIds }: PackedBatch, seed: number): EncoderBatch => {
      const rows = inputIds.map((row, i) =>
        maskTokens([special.cls, ...row, special.sep], { ...masking, seed: deriveSeed(seed, i) })
      );
      return {
        inputIds: rows.map(({ inputIds }) => inputIds),
        labels: rows.map(({ labels }) => labels),
      };
    };
    const measured = dev &&
      mapBatches(
        packed(await indexDocuments(dev, { separator }), { epochs: 1, seed: null }),
        (batch, at) => mask(batch, at.seed),
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
      batches: mapBatches(packed(data, { ...epochs, seed }), (batch, at) => mask(batch, at.seed), {
        seed,
      }),
      evaluate: measured && maskedEvaluation(encoder, measured, config.evaluate.rows),
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

/** The model with other rates of dropout. */
function withDropout(encoder: BertModel, dropout: number): Parameters<typeof trainableBert>[0] {
  const config = { ...encoder.config, hiddenDropout: dropout, attentionDropout: dropout };
  const { named, trainable, weights } = encoder;
  return { config, named, trainable, weights, save: (directory) => encoder.save(directory) };
}

/** Ids of the tokens that a BERT-like vocabulary must have. */
interface SpecialTokens {
  readonly cls: number;
  readonly sep: number;
  readonly mask: number;
  readonly pad: number;
  readonly all: ReadonlySet<number>;
}

function specialTokens(tokenizer: PipelineTokenizer): SpecialTokens {
  const id = (...names: string[]) => {
    for (const name of names) {
      const found = tokenizer.tokenToId(name);
      if (found !== undefined) return found;
    }
    throw new RangeError(
      `Cannot pre-train with this tokenizer: its vocabulary has no ${names.join(" or ")}`,
    );
  };
  return {
    cls: id("[CLS]", "<s>"),
    sep: id("[SEP]", "</s>"),
    mask: id("[MASK]", "<mask>"),
    pad: id("[PAD]", "<pad>"),
    all: new Set(tokenizer.addedTokens.filter(({ special }) => special).map(({ id }) => id)),
  };
}

function maskingOf(
  { masking: { rate, wholeWords } }: PretrainingConfig,
  { tokenizer, special }: { tokenizer: PipelineTokenizer; special: SpecialTokens },
): Omit<MaskingOptions, "seed"> {
  const isByteLevel = tokenizer.tokenToId("<mask>") !== undefined;
  return {
    rate,
    vocabSize: tokenizer.vocabSize,
    maskTokenId: special.mask,
    specialTokenIds: new Set([...special.all, special.cls, special.sep, special.mask, special.pad]),
    continuesWord: wholeWords
      ? (id: number) => {
        const token = tokenizer.idToToken(id) ?? "";
        return isByteLevel ? !/^[Ġ▁]/.test(token) : token.startsWith("##");
      }
      : undefined,
  };
}

/** The tokenizer of the configuration, and what writes it beside a model. */
async function prepareTokenizer(
  { tokenizer: wanted, initialCheckpoint, output }: PretrainingConfig,
  { data, resume, signal }: {
    data: TextData<TextDocument>;
    resume: boolean;
    signal: AbortSignal | undefined;
  },
): Promise<{ tokenizer: PipelineTokenizer; save: (directory: string) => Promise<void> }> {
  const own = joinPath(output, "tokenizer");
  const from = initialCheckpoint ?? (wanted && "path" in wanted ? wanted.path : own);
  const isLearnt = from === own;
  if (isLearnt && !(resume && await files.exists(joinPath(own, "tokenizer.json")))) {
    const { vocabSize, lowercase, maxLines } = wanted as
      & Exclude<typeof wanted, { path: string }>
      & object;
    const bytes = await trainTokenizer(someLines(data, maxLines), {
      type: "wordpiece",
      vocabSize,
      lowercase,
      ending: ".json",
      signal,
    });
    await files.makeDirectory(own);
    await files.writeAtomic(joinPath(own, "tokenizer.json"), bytes as Uint8Array<ArrayBuffer>);
    const [unk, pad, cls, sep, mask] = ["UNK", "PAD", "CLS", "SEP", "MASK"].map((n) => `[${n}]`);
    const described = {
      tokenizer_class: "BertTokenizer",
      do_lower_case: lowercase,
      unk_token: unk,
      pad_token: pad,
      cls_token: cls,
      sep_token: sep,
      mask_token: mask,
    };
    const text = JSON.stringify(described, null, 2) + "\n";
    await files.writeAtomic(
      joinPath(own, "tokenizer_config.json"),
      new TextEncoder().encode(text),
    );
  }
  const directory = await openModel(from);
  const tokenizer = await readTokenizer(directory);
  tokenizer.padding = undefined;
  tokenizer.truncation = undefined;
  return { tokenizer, save: (to) => copyTokenizer(directory, to) };
}

/** Lines spread over the whole data, which may be sorted by origin. */
async function* someLines(data: TextData<TextDocument>, maxLines: number): AsyncGenerator<string> {
  const reader = openBlocks(data);
  try {
    const stride = Math.max(1, Math.floor(data.lines / maxLines));
    for (let block = 0; block < data.blocks.length; block += stride) {
      for (const document of await reader.read(block)) {
        if (document.problem === undefined) yield document.text;
      }
    }
  } finally {
    await reader.close();
  }
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
      vocabSize: encoder.config.vocabSize,
      hiddenSize: encoder.config.hiddenSize,
      numHiddenLayers: encoder.config.numHiddenLayers,
      masking: config.masking,
      rows: batch.rows,
      length: batch.length,
    },
  };
}

/** Loss, perplexity and the share of right guesses over the words that are hidden in some rows. */
function maskedEvaluation(
  encoder: BertModel,
  batches: BatchSource<EncoderBatch, PackedPosition>,
  rows: number,
): Evaluate {
  return async ({ signal }) => {
    let nats = 0, right = 0, words = 0, read = 0;
    const { vocabSize } = encoder.config;
    for await (const { batch } of batches({})) {
      const labels = batch.labels as readonly (readonly number[])[];
      const positions = labels.map((row) => [...row.keys()].filter((i) => row[i] !== NO_LABEL));
      const logits = await encoder.logits(batch.inputIds, {
        task: "masked-lm",
        positions,
        signal,
      });
      logits.forEach((values, i) =>
        positions[i].forEach((place, at) => {
          const row = values.subarray(at * vocabSize, (at + 1) * vocabSize);
          const label = labels[i][place];
          const best = row.reduce((most, value) => Math.max(most, value), -Infinity);
          nats += best + Math.log(row.reduce((sum, value) => sum + Math.exp(value - best), 0)) -
            row[label];
          if (row[label] === best) right++;
          words++;
        })
      );
      read += batch.inputIds.length;
      if (read >= rows) break;
    }
    if (words === 0) throw new RangeError("Cannot measure: data.dev does not fill one row");
    const loss = nats / words;
    return { loss, perplexity: Math.exp(loss), maskedAccuracy: right / words };
  };
}
