import { z } from "zod";
import { type EncoderConfig, type Json, parseEncoderConfig } from "@heed/model";
import {
  count,
  loadConfig,
  type ModelRun,
  modelRunProblems,
  modelRunShape,
  parseConfig,
  path,
  resolveModelRun,
  resolvePath,
  TrainingConfigError,
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
export interface PretrainingConfig extends ModelRun {
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
  /** Measuring on `data.dev`. */
  readonly evaluate: {
    /** Steps between evaluations; default 500. */
    readonly every: number;
    /** Rows that are measured; default 256. */
    readonly rows: number;
    /** Evaluations without improvement before training stops; default never. */
    readonly patience?: number;
  };
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
  initialCheckpoint: modelRunShape.initialCheckpoint,
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
  optimizer: modelRunShape.optimizer,
  schedule: modelRunShape.schedule,
  dropout: modelRunShape.dropout,
  seed: modelRunShape.seed,
  steps: modelRunShape.steps,
  epochs: modelRunShape.epochs,
  evaluate: z.strictObject({
    every: count.default(500),
    rows: count.default(256),
    patience: count.optional(),
  }).prefault({}),
  checkpoint: modelRunShape.checkpoint,
  output: modelRunShape.output,
  workers: modelRunShape.workers,
  device: modelRunShape.device,
});

/**
 * Checks a pre-training configuration and fills in the defaults.
 *
 * @param json The parsed JSON.
 * @param options `directory`: what relative paths are relative to; default the working directory.
 * @returns The configuration with every default in place and paths resolved.
 * @throws {TrainingConfigError} A RangeError that names every unknown key and every wrong value with its path, and
 * what is allowed.
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
  if (config === undefined) throw new TrainingConfigError(problems);
  const conflicts = pretrainingProblems(config);
  if (conflicts.length > 0) throw new TrainingConfigError(conflicts);
  const at = (path: string) => resolvePath(directory, path);
  const { data } = config;
  return resolveModelRun(
    { ...config, data: { ...data, train: data.train.map(at), dev: data.dev?.map(at) } },
    directory,
  );
}

/**
 * Reads a pre-training configuration from a JSON file; relative paths in it are relative to the file.
 *
 * @param path The file.
 * @returns The configuration.
 * @throws {SyntaxError} When the file is not JSON.
 * @throws {TrainingConfigError} When a key or value is wrong; see {@linkcode parsePretrainingConfig}.
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
  const { architecture, batch } = config;
  const rules: [boolean, string][] = [
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
    ...modelRunProblems(config),
    ...rules.filter(([broken]) => broken).map(([, text]) => text),
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
