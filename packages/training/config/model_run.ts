import { z } from "zod";
import type { CheckpointConfig, OptimizerConfig, ScheduleConfig } from "../run_config.ts";
import { resolvePath } from "./load_config.ts";
import { count, path, rate, runProblems, runShape } from "./run_schema.ts";

/** What the training of every family of models has in its configuration: how it begins, goes on, and ends. */
export interface ModelRun {
  /** Directory of a model to continue from, instead of `architecture`. */
  readonly initialCheckpoint?: string;
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
  /** Checkpoints. */
  readonly checkpoint: CheckpointConfig;
  /** Directory for checkpoints, log and the final model. */
  readonly output: string;
  /** Threads that train together on the device `wasm`; default 1. A run may be resumed with another number. */
  readonly workers: number;
  /** Device to train on; default `auto`. */
  readonly device: "auto" | "webgpu" | "wasm";
}

/** More threads than any machine has processors for. */
const MAX_WORKERS = 1024;

/** The schemas of {@linkcode ModelRun}: each checks its keys and values and fills in the defaults. */
export const modelRunShape: { readonly [Key in keyof ModelRun]-?: z.ZodType<ModelRun[Key]> } = {
  initialCheckpoint: path.optional(),
  ...runShape,
  dropout: rate.default(0.1),
  steps: count.optional(),
  epochs: count.optional(),
  output: path,
  workers: z.int().min(1).max(MAX_WORKERS).default(1),
  device: z.enum(["auto", "webgpu", "wasm"]).default("auto"),
};

/** What a configuration says beside {@linkcode ModelRun} about how a model begins, and how it is measured. */
export interface ModelBeginning {
  /** Sizes of a fresh model. */
  readonly architecture?: unknown;
  /** The tokenizer of a fresh model. */
  readonly tokenizer?: unknown;
  /** The text; `dev` is what is measured on. */
  readonly data: { readonly dev?: unknown };
  /** Measuring; with `patience` training may stop early. */
  readonly evaluate: { readonly patience?: number };
}

/**
 * Checks values of a configuration against each other that all families have.
 *
 * @param config The configuration.
 * @returns What is wrong, one line for each.
 *
 * @example
 * ```ts
 * import { modelRunProblems } from "@heed/training/config";
 * import { defaultOptimizer } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const problems = modelRunProblems({
 *   initialCheckpoint: "model",
 *   tokenizer: { path: "tokenizer" },
 *   data: {},
 *   optimizer: defaultOptimizer,
 *   schedule: { name: "constant", warmupSteps: 0 },
 *   evaluate: {},
 *   checkpoint: { every: 500, keep: 2 },
 * });
 * assertEquals(problems, [
 *   "tokenizer: give it with architecture, and not with initialCheckpoint, which brings its own",
 *   "steps, epochs: give at least one of the two",
 * ]);
 * ```
 */
export function modelRunProblems(
  config:
    & ModelBeginning
    & Pick<
      ModelRun,
      "initialCheckpoint" | "optimizer" | "schedule" | "checkpoint" | "steps" | "epochs"
    >,
): string[] {
  const { architecture, initialCheckpoint, tokenizer, data, steps, epochs } = config;
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
  ];
  return [
    ...rules.filter(([broken]) => broken).map(([, text]) => text),
    ...runProblems(config, { evaluation: data.dev === undefined ? "data.dev" : undefined }),
  ];
}

/**
 * Makes the paths that all families have in their configuration relative to a directory.
 *
 * @param config The configuration; its tokenizer may be a `path`.
 * @param directory What relative paths are relative to; empty for the working directory.
 * @returns The same with `initialCheckpoint`, the path of `tokenizer`, and `output` resolved.
 *
 * @example
 * ```ts
 * import { resolveModelRun } from "@heed/training/config";
 * import { assertEquals } from "@std/assert";
 *
 * const { output, tokenizer } = resolveModelRun(
 *   { output: "runs/first", tokenizer: { path: "words" } },
 *   "experiments",
 * );
 * assertEquals([output, tokenizer], ["experiments/runs/first", { path: "experiments/words" }]);
 * ```
 */
export function resolveModelRun<
  T extends Pick<ModelRun, "initialCheckpoint" | "output"> & { readonly tokenizer?: object },
>(config: T, directory: string): T {
  const at = (path: string) => resolvePath(directory, path);
  const { initialCheckpoint, tokenizer, output } = config;
  const resolved: { -readonly [Key in keyof T]: T[Key] } = { ...config, output: at(output) };
  if (initialCheckpoint !== undefined) resolved.initialCheckpoint = at(initialCheckpoint);
  if (tokenizer && "path" in tokenizer) resolved.tokenizer = { path: at(`${tokenizer.path}`) };
  return resolved;
}
