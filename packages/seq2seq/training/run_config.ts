import type { RunConfig } from "@heed/training";
import type { TrainingConfig } from "./config.ts";

/**
 * What a training configuration says to the trainer.
 *
 * @param config The configuration.
 * @returns The run; its identity is the model's sizes and all that decides which batch comes when.
 *
 * @example
 * ```ts
 * import { parseTrainingConfig, runConfigOf } from "@heed/seq2seq/training";
 * import { assertEquals } from "@std/assert";
 *
 * const { identity } = runConfigOf(parseTrainingConfig({
 *   model: "transformer",
 *   architecture: { hiddenSize: 64 },
 *   data: { train: ["train.tsv"], sourceLanguage: "en", targetLanguage: "de" },
 *   tokenizer: { type: "unigram" },
 *   steps: 100,
 *   output: "runs/first",
 * }));
 * assertEquals(identity?.["architecture.hiddenSize"], 64);
 * ```
 */
export function runConfigOf(config: TrainingConfig): RunConfig {
  const { model, architecture, batch, sampling, optimizer, schedule, seed, steps, output } = config;
  const { sourceColumn, targetColumn, maxSourceTokens, maxTargetTokens, maxLines } = config.data;
  const data = { sourceColumn, targetColumn, maxSourceTokens, maxTargetTokens, maxLines };
  const { every, metric, patience } = config.evaluate;
  return {
    optimizer,
    schedule,
    accumulate: batch.accumulate,
    seed,
    steps,
    evaluate: {
      every,
      metric: { name: metric, higherIsBetter: metric !== "loss" },
      patience,
      atStart: config.initialCheckpoint !== undefined,
    },
    checkpoint: config.checkpoint,
    output,
    identity: flatten({ model, architecture, data, batch, sampling }),
  };
}

/** `{ a: { b: 1 } }` becomes `{ "a.b": 1 }`: the names by which errors speak of settings. */
function flatten(value: unknown, path = ""): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value === undefined ? {} : { [path]: value };
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      Object.entries(flatten(inner, path === "" ? key : `${path}.${key}`))
    ),
  );
}
