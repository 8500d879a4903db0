import { z } from "zod";
import { MOST } from "@heed/model";
import type { CheckpointConfig, OptimizerConfig, ScheduleConfig } from "@heed/training";
import {
  count,
  loadConfig,
  natural,
  parseConfig,
  path,
  rate,
  resolvePath,
  runProblems,
  runShape,
  TrainingConfigError,
} from "@heed/training/config";
import { gptConfig, type GptSizes } from "../config.ts";

/** A training run of a GPT: what `heed train CONFIG.json` reads where `model` is `gpt`. */
export interface GptTrainingConfig {
  /** The family. */
  readonly model: "gpt";
  /** Sizes of a fresh model; the vocabulary is the tokenizer's. */
  readonly architecture?: Omit<GptSizes, "vocabSize" | "eosTokenId">;
  /** Directory of a model to continue from, instead of `architecture`. */
  readonly initialCheckpoint?: string;
  /** The text. */
  readonly data: {
    /** Text files to train on, read as one. */
    readonly train: readonly string[];
    /** Text file to evaluate on; without it there is no evaluation. */
    readonly dev?: string;
    /** What ends a document; default `blank line`. With `file` each file is one, and in memory as a whole. */
    readonly separator: "line" | "blank line" | "file";
    /** Reads only so many lines, for a quick trial; default all. */
    readonly maxLines?: number;
  };
  /** The tokenizer; left out with `initialCheckpoint`, which brings its own. */
  readonly tokenizer?:
    | {
      /**
       * Byte-level BPE, of which 257 tokens are the bytes and the end of a text; or `character`: each character that
       * the text has, line ends too, the end of a text and one token for all others.
       */
      readonly type: "bpe" | "character";
      /** Most tokens; default 8000. */
      readonly vocabSize: number;
      /** Lines of the training data that it learns from; default 200000. */
      readonly maxLines: number;
    }
    | {
      /** Directory with the files of a tokenizer. */
      readonly path: string;
    };
  /** Batches. */
  readonly batch: {
    /** Rows of a batch; default 32. */
    readonly rows: number;
    /** Tokens of a row, of which each but the first is foretold; a row begins with the last one's end. Default 128. */
    readonly length: number;
    /** Documents that are read and shuffled together; default 1000. */
    readonly bucketLines: number;
    /** Batches whose gradients are added up for one step; default 1. */
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
  /** Passes over the data to train. */
  readonly epochs?: number;
  /** Evaluation by the loss; needs `data.dev`. */
  readonly evaluate: {
    /** Steps between evaluations; default 500. */
    readonly every: number;
    /** Evaluations without improvement before training stops; default never. */
    readonly patience?: number;
  };
  /** Checkpoints. */
  readonly checkpoint: CheckpointConfig;
  /** Directory for checkpoints, log and the final model. */
  readonly output: string;
  /** Threads that train together on the device `wasm`; default 1. */
  readonly workers: number;
  /** Device to train on; default `auto`. */
  readonly device: "auto" | "webgpu" | "wasm";
}

const MAX_WORKERS = 1024;

const configSchema: z.ZodType<GptTrainingConfig> = z.strictObject({
  model: z.literal("gpt"),
  architecture: z.strictObject({
    hiddenSize: count.optional(),
    numHiddenLayers: z.int().min(1).max(MOST.layers).optional(),
    numHeads: count.optional(),
    intermediateSize: count.optional(),
    maxPositionEmbeddings: count.optional(),
    windowSize: count.optional(),
  }).optional(),
  initialCheckpoint: path.optional(),
  data: z.strictObject({
    train: z.array(path).min(1),
    dev: path.optional(),
    separator: z.enum(["line", "blank line", "file"]).default("blank line"),
    maxLines: count.optional(),
  }),
  tokenizer: z.union([
    z.strictObject({
      type: z.enum(["bpe", "character"]),
      vocabSize: z.int().min(3).max(MOST.vocabulary).default(8000),
      maxLines: count.default(200_000),
    }),
    z.strictObject({ path }),
  ]).optional(),
  batch: z.strictObject({
    rows: count.default(32),
    length: z.int().min(2).default(128),
    bucketLines: count.default(1000),
    accumulate: count.default(1),
  }).prefault({}),
  optimizer: runShape.optimizer,
  schedule: runShape.schedule,
  dropout: rate.default(0.1),
  seed: runShape.seed,
  steps: count.optional(),
  epochs: natural.optional(),
  evaluate: z.strictObject({ every: count.default(500), patience: count.optional() }).prefault({}),
  checkpoint: runShape.checkpoint,
  output: path,
  workers: z.int().min(1).max(MAX_WORKERS).default(1),
  device: z.enum(["auto", "webgpu", "wasm"]).default("auto"),
});

/** Checks values against each other. */
function configProblems(config: GptTrainingConfig): string[] {
  const { architecture, initialCheckpoint, tokenizer, batch, data } = config;
  const rules: [boolean, string][] = [
    [
      (architecture === undefined) === (initialCheckpoint === undefined),
      "architecture, initialCheckpoint: give exactly one of the two",
    ],
    [
      (tokenizer === undefined) !== (initialCheckpoint !== undefined),
      "tokenizer: give it with architecture, and not with initialCheckpoint, which brings its own",
    ],
    [
      config.steps === undefined && config.epochs === undefined,
      "steps, epochs: give at least one of the two",
    ],
    [
      tokenizer !== undefined && "type" in tokenizer && tokenizer.type === "bpe" &&
      tokenizer.vocabSize < 257,
      "tokenizer.vocabSize: must be at least 257",
    ],
    [
      batch.length > (architecture?.maxPositionEmbeddings ?? 1024) + 1,
      `batch.length: ${batch.length} is more than the positions of the model and one`,
    ],
  ];
  return [
    ...rules.filter(([broken]) => broken).map(([, text]) => text),
    ...architecture ? sizeProblems(architecture) : [],
    ...runProblems(config, { evaluation: data.dev === undefined ? "data.dev" : undefined }),
  ];
}

function sizeProblems(architecture: GptSizes): string[] {
  try {
    gptConfig(architecture);
    return [];
  } catch (error) {
    return [`architecture: ${(error as Error).message.replaceAll("\n", " ")}`];
  }
}

/**
 * Checks a training configuration and fills in the defaults.
 *
 * @param json The parsed JSON.
 * @param options `directory`: what relative paths are relative to; default the working directory.
 * @returns The configuration with every default in place and paths resolved.
 * @throws {TrainingConfigError} Naming every unknown key and every wrong value.
 *
 * @example
 * ```ts
 * import { parseGptTrainingConfig } from "@heed/gpt/training";
 * import { assertEquals } from "@std/assert";
 *
 * const config = parseGptTrainingConfig({
 *   model: "gpt",
 *   architecture: { hiddenSize: 64, numHiddenLayers: 2, numHeads: 4 },
 *   data: { train: ["plays.txt"] },
 *   tokenizer: { type: "bpe", vocabSize: 1000 },
 *   steps: 1000,
 *   output: "runs/plays",
 * }, { directory: "experiments" });
 * assertEquals([config.output, config.batch.rows], ["experiments/runs/plays", 32]);
 * ```
 */
export function parseGptTrainingConfig(
  json: unknown,
  { directory = "" }: { directory?: string } = {},
): GptTrainingConfig {
  const { config, problems } = parseConfig(configSchema, json);
  if (config === undefined) throw new TrainingConfigError(problems);
  const conflicts = configProblems(config);
  if (conflicts.length > 0) throw new TrainingConfigError(conflicts);
  const at = (path: string) => resolvePath(directory, path);
  const { tokenizer, initialCheckpoint, data } = config;
  return {
    ...config,
    initialCheckpoint: initialCheckpoint === undefined ? undefined : at(initialCheckpoint),
    tokenizer: tokenizer && "path" in tokenizer ? { path: at(tokenizer.path) } : tokenizer,
    data: {
      ...data,
      train: data.train.map(at),
      dev: data.dev === undefined ? undefined : at(data.dev),
    },
    output: at(config.output),
  };
}

/**
 * Reads a training configuration from a JSON file; relative paths in it are relative to the file.
 *
 * @param path The file.
 * @returns The configuration.
 * @throws {SyntaxError} When the file is not JSON.
 * @throws {TrainingConfigError} When a key or value is wrong; see {@linkcode parseGptTrainingConfig}.
 *
 * @example
 * ```ts
 * import { loadGptTrainingConfig } from "@heed/gpt/training";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadGptTrainingConfig("data:,{}"), RangeError, "data: is missing");
 * ```
 */
export async function loadGptTrainingConfig(path: string): Promise<GptTrainingConfig> {
  return await loadConfig(path, parseGptTrainingConfig);
}
