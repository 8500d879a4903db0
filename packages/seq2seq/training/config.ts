import {
  loadConfig,
  type ModelRun,
  parseConfig,
  resolveModelRun,
  resolvePath,
  TrainingConfigError,
} from "@heed/training/config";
import { configProblems, configSchema } from "./_config_schema.ts";
import { modelProblems } from "./_model.ts";

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
    /** Whether unknown characters become byte pieces, 256 of the vocabulary; default false. */
    readonly byteFallback: boolean;
    /** Share of the text's characters that get a piece; default 0.9995. */
    readonly characterCoverage: number;
    /** Characters that get a piece however rare they are; default none. */
    readonly requiredChars: string;
    /** Strings that are always kept whole; default none. */
    readonly userDefinedSymbols: readonly string[];
  }
  | {
    /** Directory with the files of a tokenizer. */
    readonly path: string;
  };

/** Subword regularisation (Kudo 2018): texts are cut at random, and in another way each time, while training. */
export interface SamplingConfig {
  /** Power of the cuts' probabilities: 0 makes all alike, large values prefer the best one. */
  readonly alpha: number;
  /** Number of best cuts to draw from; default all cuts. */
  readonly nbestSize?: number;
}

/** How sentence pairs become batches. */
export interface BatchConfig {
  /** Rows times the longest row, of the longer side, that a batch may hold; default 4096. */
  readonly tokens: number;
  /** Pairs that are read, shuffled and sorted by length together; default 20000. */
  readonly bucketLines: number;
  /** Batches whose gradients are added up for one step; default 1. */
  readonly accumulate: number;
}

/** Measuring on the dev set. */
export interface EvaluateConfig {
  /** Steps between evaluations; default 500. */
  readonly every: number;
  /** What the best checkpoint is chosen by, and early stopping watches; default `loss`. */
  readonly metric: "loss" | "bleu" | "chrf";
  /** Sentences of the dev set to translate for BLEU and chrF, 0 for none; default 200. */
  readonly bleuSentences: number;
  /** Beams for these translations; default 1. */
  readonly numBeams: number;
  /** Evaluations without improvement before training stops; default never. */
  readonly patience?: number;
}

/** A training run: what `heed train CONFIG.json` reads. */
export interface TrainingConfig extends ModelRun {
  /**
   * Architecture of a model family: `transformer`, `rnnsearch` (recurrent with attention), `rnnencdec` (without), or
   * that of a registered family.
   */
  readonly model: string;
  /** Sizes of a fresh model, validated by the model family. */
  readonly architecture?: Readonly<Record<string, unknown>>;
  /** The sentence pairs. */
  readonly data: DataConfig;
  /** The tokenizer; left out with `initialCheckpoint`, which brings its own. */
  readonly tokenizer?: TokenizerConfig;
  /** Subword regularisation; default none. */
  readonly sampling?: SamplingConfig;
  /** Batches. */
  readonly batch: BatchConfig;
  /** Share of the target's probability spread over the vocabulary; default 0.1. */
  readonly labelSmoothing: number;
  /** Evaluation; needs `data.dev`. */
  readonly evaluate: EvaluateConfig;
}

/**
 * Checks a training configuration and fills in the defaults.
 *
 * @param json The parsed JSON.
 * @param options `directory`: what relative paths are relative to; default the working directory.
 * @returns The configuration with every default in place and paths resolved.
 * @throws {TrainingConfigError} A RangeError that names every unknown key and every wrong value with its path,
 * and what is allowed.
 *
 * @example
 * ```ts
 * import { parseTrainingConfig } from "@heed/seq2seq/training";
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
  const { config, problems } = parseConfig(configSchema, json);
  if (config === undefined) throw new TrainingConfigError(problems);
  const conflicts = [...configProblems(config), ...modelProblems(config)];
  if (conflicts.length > 0) throw new TrainingConfigError(conflicts);
  return resolvePaths(config, directory);
}

/**
 * Reads a training configuration from a JSON file; relative paths in it are relative to the file.
 *
 * @param path The file.
 * @returns The configuration.
 * @throws {SyntaxError} When the file is not JSON.
 * @throws {TrainingConfigError} When a key or value is wrong; see {@linkcode parseTrainingConfig}.
 *
 * @example
 * ```ts
 * import { loadTrainingConfig } from "@heed/seq2seq/training";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadTrainingConfig("data:,{}"), RangeError, "data: is missing");
 * ```
 */
export async function loadTrainingConfig(path: string): Promise<TrainingConfig> {
  return await loadConfig(path, parseTrainingConfig);
}

function resolvePaths(config: TrainingConfig, directory: string): TrainingConfig {
  const at = (path: string) => resolvePath(directory, path);
  const { data } = config;
  const train = data.train.map((file) =>
    typeof file === "string" ? at(file) : { source: at(file.source), target: at(file.target) }
  );
  return resolveModelRun(
    {
      ...config,
      data: data.dev === undefined ? { ...data, train } : { ...data, train, dev: at(data.dev) },
    },
    directory,
  );
}
