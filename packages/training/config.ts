import { files } from "@heed/checkpoint";
import type { ParallelFile } from "./text_index.ts";
import { configProblems, parseConfigShape } from "./_config_schema.ts";

/** Where the sentence pairs come from. */
export interface DataConfig {
  /** Files to train on: a TSV file, or two files with one side each. They are read as one. */
  readonly train: readonly (string | { readonly source: string; readonly target: string })[];
  /** TSV file to evaluate on; without it there is no evaluation. */
  readonly dev?: string;
  /** Language code of the source side, for example `en`. */
  readonly sourceLanguage: string;
  /** Language code of the target side. */
  readonly targetLanguage: string;
  /** Column of the source in a TSV line, from 0; default 0. */
  readonly sourceColumn: number;
  /** Column of the target in a TSV line; default 1. */
  readonly targetColumn: number;
  /** Longest source in tokens, longer pairs are skipped; default 256. */
  readonly maxSourceTokens: number;
  /** Longest target in tokens, longer pairs are skipped; default 256. */
  readonly maxTargetTokens: number;
  /** Reads only so many lines, for a quick trial; default all. */
  readonly maxLines?: number;
}

/** A tokenizer to train on the data, or the directory of one that exists. */
export type TokenizerConfig =
  | {
    /** Kind of model; `unigram` is the only one. */
    readonly type: "unigram";
    /** Number of pieces; default 8000. */
    readonly vocabSize: number;
    /** Lines of the training data that it learns from; default 200000. */
    readonly maxLines: number;
    /** Target languages that sources ask for by a token, such as `fr` by `>>fr<<`; default none. */
    readonly languageCodes: readonly string[];
  }
  | {
    /** Directory with the files of a tokenizer. */
    readonly path: string;
  };

/** How sentence pairs become batches. */
export interface BatchConfig {
  /** Rows times the longest row, of the longer side, that a batch may hold; default 4096. */
  readonly tokens: number;
  /** Pairs that are read, shuffled and sorted by length together; default 20000. */
  readonly bucketLines: number;
  /** Batches whose gradients are added up for one step; default 1. */
  readonly accumulate: number;
}

/** Adam or AdamW. */
export interface OptimizerConfig {
  /** `adamw` decays the weights; default `adam`. */
  readonly name: "adam" | "adamw";
  /** Highest learning rate, reached after the warm-up; default 5e-4. */
  readonly learningRate: number;
  /** Decay of the first moment; default 0.9. */
  readonly beta1: number;
  /** Decay of the second moment; default 0.98. */
  readonly beta2: number;
  /** Added to the root of the second moment; default 1e-9. */
  readonly epsilon: number;
  /** Decoupled weight decay; default 0, and only `adamw` may have another. */
  readonly weightDecay: number;
  /** Largest norm of all gradients together, 0 for no limit; default 1. */
  readonly clipNorm: number;
}

/** How the learning rate runs over the steps. */
export interface ScheduleConfig {
  /** Shape after the warm-up; default `inverse-sqrt`. */
  readonly name: "inverse-sqrt" | "linear" | "constant";
  /** Steps of linear growth from zero; default 4000. */
  readonly warmupSteps: number;
  /** Step at which `linear` reaches zero; default `steps`. */
  readonly totalSteps?: number;
}

/** Measuring on the dev set. */
export interface EvaluateConfig {
  /** Steps between evaluations; default 500. */
  readonly every: number;
  /** What the best checkpoint is chosen by, and early stopping watches; default `loss`. */
  readonly metric: "loss" | "bleu";
  /** Sentences of the dev set to translate for BLEU, 0 for none; default 200. */
  readonly bleuSentences: number;
  /** Beams for these translations; default 1. */
  readonly numBeams: number;
  /** Evaluations without improvement before training stops; default never. */
  readonly patience?: number;
}

/** What is kept on disk. */
export interface CheckpointConfig {
  /** Steps between checkpoints; default 500. */
  readonly every: number;
  /** How many of the last ones are kept, beside the best; default 2. */
  readonly keep: number;
  /** Averages the weights of so many checkpoints at the end; default no averaging. */
  readonly average?: {
    /** How many. */
    readonly count: number;
    /** The last ones or the best ones by `evaluate.metric`; default `last`. */
    readonly of: "last" | "best";
  };
}

/** A training run: what `heed train CONFIG.json` reads. */
export interface TrainingConfig {
  /** Model family: a Transformer, or a recurrent model with (`rnnsearch`) or without attention. */
  readonly model: "transformer" | "rnnsearch" | "rnnencdec";
  /** Sizes of a fresh model, validated by the model family. */
  readonly architecture?: Readonly<Record<string, unknown>>;
  /** Directory of a model to continue from, instead of `architecture`. */
  readonly initialCheckpoint?: string;
  /** The sentence pairs. */
  readonly data: DataConfig;
  /** The tokenizer; left out with `initialCheckpoint`, which brings its own. */
  readonly tokenizer?: TokenizerConfig;
  /** Batches. */
  readonly batch: BatchConfig;
  /** Optimizer. */
  readonly optimizer: OptimizerConfig;
  /** Learning rate. */
  readonly schedule: ScheduleConfig;
  /** Share of the target's probability spread over the vocabulary; default 0.1. */
  readonly labelSmoothing: number;
  /** Dropout rate; default 0.1. */
  readonly dropout: number;
  /** Seed of everything random; default 1. */
  readonly seed: number;
  /** Steps to train; at least one of `steps` and `epochs` is needed. */
  readonly steps?: number;
  /** Passes over the data to train. */
  readonly epochs?: number;
  /** Evaluation; needs `data.dev`. */
  readonly evaluate: EvaluateConfig;
  /** Checkpoints. */
  readonly checkpoint: CheckpointConfig;
  /** Directory for checkpoints, log and the final model. */
  readonly output: string;
  /** Threads that train together on the device `wasm`; default 1. A run may be resumed with another number. */
  readonly workers: number;
  /** Device to train on; default `auto`. */
  readonly device: "auto" | "webgpu" | "wasm";
}

/**
 * Checks a training configuration and fills in the defaults.
 *
 * @param json The parsed JSON.
 * @param options `directory`: what relative paths are relative to; default the working directory.
 * @returns The configuration with every default in place and paths resolved.
 * @throws {RangeError} Names every unknown key and every wrong value with its path, and what is allowed.
 *
 * @example
 * ```ts
 * import { parseTrainingConfig } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const config = parseTrainingConfig({
 *   model: "transformer",
 *   architecture: { hiddenSize: 256 },
 *   data: { train: ["train.tsv"], sourceLanguage: "en", targetLanguage: "de" },
 *   tokenizer: { type: "unigram", vocabSize: 8000 },
 *   steps: 10_000,
 *   output: "runs/first",
 * }, { directory: "experiments" });
 * assertEquals(config.output, "experiments/runs/first");
 * assertEquals(config.batch.tokens, 4096);
 * ```
 */
export function parseTrainingConfig(
  json: unknown,
  { directory = "" }: { directory?: string } = {},
): TrainingConfig {
  const shape = parseConfigShape(json);
  const problems = "problems" in shape ? shape.problems : configProblems(shape.config);
  if (problems.length > 0 || "problems" in shape) {
    throw new RangeError(`Cannot use the training configuration:\n  ${problems.join("\n  ")}`);
  }
  return resolvePaths(shape.config, directory);
}

/**
 * Reads a training configuration from a JSON file; relative paths in it are relative to the file.
 *
 * @param path The file.
 * @returns The configuration.
 * @throws {SyntaxError} When the file is not JSON.
 * @throws {RangeError} When a key or value is wrong; see {@linkcode parseTrainingConfig}.
 *
 * @example
 * ```ts
 * import { loadTrainingConfig } from "@heed/training";
 * import { files } from "@heed/checkpoint";
 *
 * if (await files.exists("train.json")) {
 *   console.log((await loadTrainingConfig("train.json")).steps);
 * }
 * ```
 */
export async function loadTrainingConfig(path: string): Promise<TrainingConfig> {
  const text = await files.readText(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path} as JSON: ${(cause as Error).message}`, { cause });
  }
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  try {
    return parseTrainingConfig(json, { directory: path.slice(0, end + 1) });
  } catch (error) {
    if (error instanceof RangeError) error.message += `\nin ${path}`;
    throw error;
  }
}

function resolvePaths(config: TrainingConfig, directory: string): TrainingConfig {
  const at = (path: string) => resolve(directory, path);
  const train: ParallelFile[] = config.data.train.map((file) =>
    typeof file === "string" ? at(file) : { source: at(file.source), target: at(file.target) }
  );
  const { tokenizer, initialCheckpoint, data } = config;
  return {
    ...config,
    ...(initialCheckpoint !== undefined && { initialCheckpoint: at(initialCheckpoint) }),
    ...(tokenizer && "path" in tokenizer && { tokenizer: { path: at(tokenizer.path) } }),
    data: {
      ...data,
      train: train as DataConfig["train"],
      ...(data.dev !== undefined && { dev: at(data.dev) }),
    },
    output: at(config.output),
  };
}

/** The path from `directory` on; absolute paths, drive letters and URLs stay as they are. */
function resolve(directory: string, path: string): string {
  if (directory === "" || /^(?:[/\\]|[A-Za-z][A-Za-z0-9+.-]*:)/.test(path)) return path;
  return directory.replace(/[/\\]+$/, "") + "/" + path;
}
