import { z } from "zod";
import { MOST } from "@heed/model";
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
import { gptConfig, type GptSizes } from "../config.ts";

/** A training run of a GPT: what `heed train CONFIG.json` reads where `model` is `gpt`. */
export interface GptTrainingConfig extends ModelRun {
  /** The family. */
  readonly model: "gpt";
  /** Sizes of a fresh model; the vocabulary is the tokenizer's. */
  readonly architecture?: Omit<GptSizes, "vocabSize" | "eosTokenId">;
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
  /** Evaluation by the loss; needs `data.dev`. */
  readonly evaluate: {
    /** Steps between evaluations; default 500. */
    readonly every: number;
    /** Evaluations without improvement before training stops; default never. */
    readonly patience?: number;
  };
}

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
  initialCheckpoint: modelRunShape.initialCheckpoint,
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
  optimizer: modelRunShape.optimizer,
  schedule: modelRunShape.schedule,
  dropout: modelRunShape.dropout,
  seed: modelRunShape.seed,
  steps: modelRunShape.steps,
  epochs: modelRunShape.epochs,
  evaluate: z.strictObject({ every: count.default(500), patience: count.optional() }).prefault({}),
  checkpoint: modelRunShape.checkpoint,
  output: modelRunShape.output,
  workers: modelRunShape.workers,
  device: modelRunShape.device,
});

/** Checks values against each other. */
function configProblems(config: GptTrainingConfig): string[] {
  const { architecture, tokenizer, batch } = config;
  const rules: [boolean, string][] = [
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
    ...modelRunProblems(config),
    ...rules.filter(([broken]) => broken).map(([, text]) => text),
    ...architecture ? sizeProblems(architecture) : [],
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
  const { data } = config;
  return resolveModelRun(
    {
      ...config,
      data: {
        ...data,
        train: data.train.map(at),
        dev: data.dev === undefined ? undefined : at(data.dev),
      },
    },
    directory,
  );
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
