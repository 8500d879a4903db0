import { z } from "zod";
import { type EncoderConfig, type Json, parseEncoderConfig } from "@heed/model";
import type { CheckpointConfig, OptimizerConfig, ScheduleConfig } from "@heed/training";
import {
  count,
  loadConfig,
  parseConfig,
  path,
  rate,
  resolvePath,
  runProblems,
  runShape,
} from "@heed/training/config";

/** Sizes of a fresh encoder. */
export interface EncoderArchitecture {
  /** Width of the hidden states; default 256. */
  readonly hiddenSize: number;
  /** Layers; default 4. */
  readonly numHiddenLayers: number;
  /** Heads of every layer; default 4. */
  readonly numHeads: number;
  /** Width of the feed-forward networks; default 1024. */
  readonly intermediateSize: number;
  /** Most tokens of a text; default 512. */
  readonly maxPositionEmbeddings: number;
}

/** A pre-training run: what `heed pretrain CONFIG.json` reads. */
export interface PretrainingConfig {
  /** The text. */
  readonly data: {
    /** Files of raw text. */
    readonly train: readonly string[];
    /** Files to measure on; default none. */
    readonly dev?: readonly string[];
    /** What ends a document: its line, or a blank line after it; default `line`. */
    readonly separator: "line" | "blank line";
    /** Lines of the training data that are read; default all. */
    readonly maxLines?: number;
  };
  /** A WordPiece vocabulary to learn, or the directory of a tokenizer; left out with `initialCheckpoint`. */
  readonly tokenizer?:
    | { readonly vocabSize: number; readonly lowercase: boolean; readonly maxLines: number }
    | { readonly path: string };
  /** Sizes of a fresh model. */
  readonly architecture?: EncoderArchitecture;
  /** Directory of a model to go on from, instead of `architecture`. */
  readonly initialCheckpoint?: string;
  /** What is hidden. */
  readonly masking: {
    /** Share of the tokens; default 0.15. */
    readonly rate: number;
    /** Whether all tokens of a word are hidden together; default false. */
    readonly wholeWords: boolean;
  };
  /** Also learn whether one segment of a row follows the other (next-sentence prediction); default false. */
  readonly nextSentence: boolean;
  /** How text becomes batches. */
  readonly batch: {
    /** Tokens of a row, the special ones counted; default 128. */
    readonly length: number;
    /** Rows of a batch; default 32. */
    readonly rows: number;
    /** Batches of a step; default 1. */
    readonly accumulate: number;
  };
  /** Optimizer. */
  readonly optimizer: OptimizerConfig;
  /** Learning rate. */
  readonly schedule: ScheduleConfig;
  /** Dropout rate; default 0.1. */
  readonly dropout: number;
  /** Seed of everything random; default 1. */
  readonly seed: number;
  /** Steps to train; at least one of `steps` and `epochs` is needed. */
  readonly steps?: number;
  /** Passes over the data. */
  readonly epochs?: number;
  /** Measuring on `data.dev`. */
  readonly evaluate: {
    /** Steps between evaluations; default 500. */
    readonly every: number;
    /** Rows that are measured; default 256. */
    readonly rows: number;
    /** Evaluations without improvement before training stops; default never. */
    readonly patience?: number;
  };
  /** Checkpoints. */
  readonly checkpoint: CheckpointConfig;
  /** Directory for checkpoints, log and the final model. */
  readonly output: string;
  /** Threads that train together on the device `wasm`; default 1. A run may be resumed with another number. */
  readonly workers: number;
  /** Device to train on; default `auto`. */
  readonly device: "auto" | "webgpu" | "wasm";
}

const schema: z.ZodType<PretrainingConfig> = z.strictObject({
  data: z.strictObject({
    train: z.array(path).min(1),
    dev: z.array(path).min(1).optional(),
    separator: z.enum(["line", "blank line"]).default("line"),
    maxLines: count.optional(),
  }),
  tokenizer: z.union([
    z.strictObject({
      vocabSize: count.default(8000),
      lowercase: z.boolean().default(true),
      maxLines: count.default(200_000),
    }),
    z.strictObject({ path }),
  ]).optional(),
  architecture: z.strictObject({
    hiddenSize: count.default(256),
    numHiddenLayers: count.default(4),
    numHeads: count.default(4),
    intermediateSize: count.default(1024),
    maxPositionEmbeddings: count.default(512),
  }).optional(),
  initialCheckpoint: path.optional(),
  masking: z.strictObject({
    rate: z.number().positive().lt(1).default(0.15),
    wholeWords: z.boolean().default(false),
  }).prefault({}),
  nextSentence: z.boolean().default(false),
  batch: z.strictObject({
    length: z.int().min(4).default(128),
    rows: count.default(32),
    accumulate: count.default(1),
  }).prefault({}),
  optimizer: runShape.optimizer,
  schedule: runShape.schedule,
  dropout: rate.default(0.1),
  seed: runShape.seed,
  steps: count.optional(),
  epochs: count.optional(),
  evaluate: z.strictObject({
    every: count.default(500),
    rows: count.default(256),
    patience: count.optional(),
  }).prefault({}),
  checkpoint: runShape.checkpoint,
  output: path,
  workers: count.default(1),
  device: z.enum(["auto", "webgpu", "wasm"]).default("auto"),
});

/**
 * Checks a pre-training configuration and fills in the defaults.
 *
 * @param json The parsed JSON.
 * @param options `directory`: what relative paths are relative to; default the working directory.
 * @returns The configuration with every default in place and paths resolved.
 * @throws {RangeError} Names every unknown key and every wrong value with its path, and what is allowed.
 *
 * @example
 * ```ts
 * import { parsePretrainingConfig } from "@heed/bert/training";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const { masking, data } = parsePretrainingConfig({
 *   data: { train: ["text.txt"] },
 *   tokenizer: { vocabSize: 4000 },
 *   architecture: { hiddenSize: 128 },
 *   steps: 1000,
 *   output: "runs/first",
 * }, { directory: "experiments" });
 * assertEquals([masking.rate, data.train], [0.15, ["experiments/text.txt"]]);
 * assertThrows(() => parsePretrainingConfig({}), RangeError, "data: is missing");
 * ```
 */
export function parsePretrainingConfig(
  json: unknown,
  { directory = "" }: { directory?: string } = {},
): PretrainingConfig {
  const { config, problems } = parseConfig(schema, json);
  const all = config === undefined ? problems : pretrainingProblems(config);
  if (config === undefined || all.length > 0) {
    throw new RangeError(`Cannot use the pre-training configuration:\n  ${all.join("\n  ")}`);
  }
  const at = (path: string) => resolvePath(directory, path);
  const { data, tokenizer, initialCheckpoint } = config;
  return {
    ...config,
    data: { ...data, train: data.train.map(at), dev: data.dev?.map(at) },
    tokenizer: tokenizer && "path" in tokenizer ? { path: at(tokenizer.path) } : tokenizer,
    initialCheckpoint: initialCheckpoint === undefined ? undefined : at(initialCheckpoint),
    output: at(config.output),
  };
}

/**
 * Reads a pre-training configuration from a JSON file; relative paths in it are relative to the file.
 *
 * @param path The file.
 * @returns The configuration.
 * @throws {SyntaxError} When the file is not JSON.
 * @throws {RangeError} When a key or value is wrong; see {@linkcode parsePretrainingConfig}.
 *
 * @example
 * ```ts
 * import { loadPretrainingConfig } from "@heed/bert/training";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadPretrainingConfig("data:,{}"), RangeError, "data: is missing");
 * ```
 */
export async function loadPretrainingConfig(path: string): Promise<PretrainingConfig> {
  return await loadConfig(path, parsePretrainingConfig);
}

/**
 * Finds what does not fit together in values that are right one by one.
 *
 * @param config The configuration.
 * @returns What is wrong, one line for each.
 *
 * @example
 * ```ts
 * import { parsePretrainingConfig, pretrainingProblems } from "@heed/bert/training";
 * import { assertEquals } from "@std/assert";
 *
 * const config = parsePretrainingConfig({
 *   data: { train: ["text.txt"] },
 *   tokenizer: { vocabSize: 4000 },
 *   architecture: { hiddenSize: 128 },
 *   steps: 1000,
 *   output: "runs/first",
 * });
 * assertEquals(pretrainingProblems(config), []);
 * assertEquals(pretrainingProblems({ ...config, steps: undefined }), [
 *   "steps, epochs: give at least one of the two",
 * ]);
 * ```
 */
export function pretrainingProblems(config: PretrainingConfig): string[] {
  const { architecture, initialCheckpoint, tokenizer, data, batch, steps, epochs } = config;
  const rules: [boolean, string][] = [
    [
      (architecture === undefined) === (initialCheckpoint === undefined),
      "architecture, initialCheckpoint: give exactly one of the two",
    ],
    [
      (tokenizer === undefined) !== (initialCheckpoint !== undefined),
      "tokenizer: give it with architecture, and not with initialCheckpoint, which brings its own",
    ],
    [steps === undefined && epochs === undefined, "steps, epochs: give at least one of the two"],
    [
      architecture !== undefined && architecture.hiddenSize % architecture.numHeads !== 0,
      `architecture.hiddenSize: ${architecture?.hiddenSize} is not divisible by ` +
      `${architecture?.numHeads} heads`,
    ],
    [
      config.nextSentence && batch.length < 5,
      "batch.length: must be at least 5 with nextSentence, for two segments and three special tokens",
    ],
    [
      architecture !== undefined && batch.length > architecture.maxPositionEmbeddings,
      `batch.length: ${batch.length} is above architecture.maxPositionEmbeddings`,
    ],
  ];
  return [
    ...rules.filter(([broken]) => broken).map(([, text]) => text),
    ...runProblems(config, { evaluation: data.dev === undefined ? "data.dev" : undefined }),
  ];
}

/** The config of a fresh BERT that guesses masked words, and perhaps what follows. */
export function freshConfig(
  architecture: EncoderArchitecture,
  { vocabSize, padTokenId, nextSentence }: {
    vocabSize: number;
    padTokenId: number;
    nextSentence: boolean;
  },
): EncoderConfig {
  const json: Json = {
    model_type: "bert",
    architectures: [nextSentence ? "BertForPreTraining" : "BertForMaskedLM"],
    vocab_size: vocabSize,
    hidden_size: architecture.hiddenSize,
    num_hidden_layers: architecture.numHiddenLayers,
    num_attention_heads: architecture.numHeads,
    intermediate_size: architecture.intermediateSize,
    hidden_act: "gelu",
    max_position_embeddings: architecture.maxPositionEmbeddings,
    type_vocab_size: 2,
    pad_token_id: padTokenId,
  };
  return parseEncoderConfig(json);
}
