import { z } from "zod";
import { count, modelRunProblems, modelRunShape, natural, path, rate } from "@heed/training/config";
import { families, MOST } from "@heed/model";
import type { TrainingConfig } from "./config.ts";

/** Names of what sentence pairs can be trained on. */
function trainableArchitectures(): string[] {
  return families().filter(({ kind, runners }) =>
    kind === "encoder-decoder" && runners.includes("tfjs")
  ).flatMap(({ architectures }) => Object.keys(architectures));
}

/** The keys and values of a training configuration, one by one. */
export const configSchema: z.ZodType<TrainingConfig> = z.strictObject({
  // Families may be registered after this module was loaded.
  model: z.string().superRefine((name, { addIssue }) => {
    const names = trainableArchitectures();
    if (names.includes(name)) return;
    addIssue({ code: "invalid_value", values: names, input: name });
  }),
  architecture: z.record(z.string(), z.unknown()).optional(),
  initialCheckpoint: modelRunShape.initialCheckpoint,
  data: z.strictObject({
    train: z.array(z.union([path, z.strictObject({ source: path, target: path })])).min(1),
    dev: path.optional(),
    sourceLanguage: z.string().min(1),
    targetLanguage: z.string().min(1),
    sourceColumn: natural.default(0),
    targetColumn: natural.default(1),
    maxSourceTokens: count.default(256),
    maxTargetTokens: count.default(256),
    maxLines: count.optional(),
  }),
  tokenizer: z.union([
    z.strictObject({
      type: z.enum(["unigram"]),
      vocabSize: z.int().min(1).max(MOST.vocabulary).default(8000),
      maxLines: count.default(200_000),
      languageCodes: z.array(z.string().regex(/^[\w-]+$/, "give letters, digits, - and _"))
        .default([]),
      byteFallback: z.boolean().default(false),
      characterCoverage: z.number().positive().max(1).default(0.9995),
      requiredChars: z.string().default(""),
      userDefinedSymbols: z.array(z.string().min(1)).default([]),
    }),
    z.strictObject({ path }),
  ]).optional(),
  sampling: z.strictObject({
    alpha: z.number().min(0),
    nbestSize: z.int().min(2).max(512).optional(),
  }).optional(),
  batch: z.strictObject({
    tokens: count.default(4096),
    bucketLines: count.default(20_000),
    accumulate: count.default(1),
  }).prefault({}),
  optimizer: modelRunShape.optimizer,
  schedule: modelRunShape.schedule,
  labelSmoothing: rate.default(0.1),
  dropout: modelRunShape.dropout,
  seed: modelRunShape.seed,
  steps: modelRunShape.steps,
  epochs: modelRunShape.epochs,
  evaluate: z.strictObject({
    every: count.default(500),
    metric: z.enum(["loss", "bleu", "chrf"]).default("loss"),
    bleuSentences: natural.default(200),
    numBeams: z.int().min(1).max(MOST.beams).default(1),
    patience: count.optional(),
  }).prefault({}),
  checkpoint: modelRunShape.checkpoint,
  output: modelRunShape.output,
  workers: modelRunShape.workers,
  device: modelRunShape.device,
});

/** Checks values against each other. */
export function configProblems(config: TrainingConfig): string[] {
  const { data, batch, evaluate } = config;
  const longest = Math.max(data.maxSourceTokens, data.maxTargetTokens);
  const rules: [boolean, string][] = [
    [
      batch.tokens < longest,
      `batch.tokens: ${batch.tokens} is below the longest pair allowed, ${longest} tokens ` +
      "(data.maxSourceTokens, data.maxTargetTokens)",
    ],
    [data.sourceColumn === data.targetColumn, "data.targetColumn: is the same as sourceColumn"],
    [
      evaluate.metric !== "loss" && (data.dev === undefined || evaluate.bleuSentences === 0),
      `evaluate.metric: "${evaluate.metric}" needs data.dev and evaluate.bleuSentences above 0`,
    ],
  ];
  return [
    ...modelRunProblems(config),
    ...rules.filter(([broken]) => broken).map(([, text]) => text),
  ];
}
