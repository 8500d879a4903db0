import { z } from "zod";
import {
  type CheckpointConfig,
  type CompleteRunConfig,
  defaultOptimizer,
  type OptimizerConfig,
  type RunConfig,
  type ScheduleConfig,
} from "../run_config.ts";
import { parseConfig } from "./parse_config.ts";

/** A whole number of at least 1. */
export const count: z.ZodType<number> = z.int().min(1);
/** A whole number of at least 0. */
export const natural: z.ZodType<number> = z.int().min(0);
/** A share: at least 0 and below 1. */
export const rate: z.ZodType<number> = z.number().min(0).lt(1);
/** A path: any text but the empty one. */
export const path: z.ZodType<string> = z.string().min(1);

/** The parts of a configuration that are the trainer's, for the schema of a family of models. */
export interface RunShape {
  /** Optimizer. */
  readonly optimizer: z.ZodType<OptimizerConfig>;
  /** Learning rate. */
  readonly schedule: z.ZodType<ScheduleConfig>;
  /** Seed. */
  readonly seed: z.ZodType<number>;
  /** Checkpoints. */
  readonly checkpoint: z.ZodType<CheckpointConfig>;
}

const positive = z.number().positive();

/** The trainer's parts of a configuration: each checks its keys and values and fills in the defaults. */
export const runShape: RunShape = {
  optimizer: z.strictObject({
    name: z.enum(["adam", "adamw"]).default(defaultOptimizer.name),
    learningRate: positive.default(defaultOptimizer.learningRate),
    beta1: rate.default(defaultOptimizer.beta1),
    beta2: rate.default(defaultOptimizer.beta2),
    epsilon: positive.default(defaultOptimizer.epsilon),
    weightDecay: z.number().min(0).default(defaultOptimizer.weightDecay),
    clipNorm: z.number().min(0).default(defaultOptimizer.clipNorm),
    groups: z.array(z.strictObject({
      names: z.string().min(1),
      learningRateFactor: z.number().min(0).optional(),
      weightDecay: z.number().min(0).optional(),
    })).optional(),
  }).prefault({}),
  schedule: z.strictObject({
    name: z.enum(["inverse-sqrt", "linear", "constant"]).default("inverse-sqrt"),
    warmupSteps: natural.default(4000),
    totalSteps: count.optional(),
  }).prefault({}),
  seed: z.int().min(0).max(2 ** 32 - 1).default(1),
  checkpoint: z.strictObject({
    every: count.default(500),
    keep: count.default(2),
    average: z.strictObject({
      count: z.int().min(2),
      of: z.enum(["last", "best"]).default("last"),
    }).optional(),
  }).prefault({}),
};

const runSchema = z.strictObject({
  optimizer: runShape.optimizer,
  schedule: runShape.schedule,
  accumulate: count.default(1),
  seed: runShape.seed,
  steps: count.optional(),
  evaluate: z.strictObject({
    every: count.default(500),
    metric: z.strictObject({ name: z.string().min(1), higherIsBetter: z.boolean() })
      .default({ name: "loss", higherIsBetter: false }),
    patience: count.optional(),
    atStart: z.boolean().default(false),
  }).prefault({}),
  checkpoint: runShape.checkpoint,
  output: path,
  identity: z.record(z.string(), z.unknown()).default({}),
});

/** Checks the configuration of a run and fills in the defaults; names all that is wrong at once. */
export function completeRun(
  config: RunConfig,
  { evaluates }: { evaluates: boolean },
): CompleteRunConfig {
  const shape = parseConfig<CompleteRunConfig>(runSchema, config);
  const problems = shape.problems ??
    runProblems(shape.config, { evaluation: evaluates ? undefined : "the option evaluate" });
  if (shape.config !== undefined && problems.length === 0) return shape.config;
  throw new RangeError(`Cannot train with this configuration:\n  ${problems.join("\n  ")}`);
}

/**
 * Checks the trainer's values of a configuration against each other; `evaluation` is what is missing to evaluate, as a
 * person knows it. What is wrong, one line for each.
 */
export function runProblems(
  { optimizer, schedule, evaluate, checkpoint, steps }:
    & Pick<CompleteRunConfig, "optimizer" | "schedule" | "checkpoint" | "steps">
    & { readonly evaluate: { readonly patience?: number } },
  { evaluation }: { evaluation: string | undefined },
): string[] {
  const totalSteps = schedule.totalSteps ?? steps;
  const rules: [boolean, string][] = [
    [
      optimizer.weightDecay > 0 && optimizer.name === "adam",
      'optimizer.weightDecay: only the optimizer "adamw" decays weights',
    ],
    [
      schedule.name === "linear" && totalSteps === undefined,
      'schedule.totalSteps: the schedule "linear" needs it, or steps',
    ],
    [
      schedule.name === "linear" && schedule.warmupSteps >= (totalSteps ?? Infinity),
      "schedule.warmupSteps: must be below the number of all steps",
    ],
    [
      evaluate.patience !== undefined && evaluation !== undefined,
      `evaluate.patience: needs ${evaluation} to evaluate on`,
    ],
    [
      checkpoint.average?.of === "best" && evaluation !== undefined,
      `checkpoint.average.of: "best" needs ${evaluation} to evaluate on`,
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, text]) => text);
}
