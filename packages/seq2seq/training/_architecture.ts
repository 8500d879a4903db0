import type { Seq2SeqConfig } from "../config.ts";
import type { RnnConfig } from "../rnn/config.ts";
import type { TrainingConfig } from "./config.ts";

/** Sizes that a configuration may give; token ids and the vocabulary are the tokenizer's. */
const transformerSizes = [
  "hiddenSize",
  "encoderLayers",
  "decoderLayers",
  "encoderAttentionHeads",
  "decoderAttentionHeads",
  "encoderFfnDim",
  "decoderFfnDim",
  "maxPositionEmbeddings",
] as const;
const rnnSizes = [
  "embeddingSize",
  "encoderHiddenSize",
  "decoderHiddenSize",
  "attentionSize",
  "encoderLayers",
  "decoderLayers",
  "maxPositionEmbeddings",
] as const;
/** Rates of dropout inside the layers. */
const rates = ["attentionDropout", "activationDropout"] as const;

/** What a configuration may say about a fresh Transformer. */
export type TransformerArchitecture =
  & { [size in typeof transformerSizes[number]]?: number }
  & { [rate in typeof rates[number]]?: number }
  & Partial<Pick<Seq2SeqConfig, "activationFunction">>;

/** What a configuration may say about a fresh recurrent model. */
export type RnnModelArchitecture =
  & { [size in typeof rnnSizes[number]]?: number }
  & Partial<Pick<RnnConfig, "cell" | "attentionScore">>;

/** What a model family lets a configuration choose. */
interface Family {
  readonly sizes: readonly string[];
  readonly rates: readonly string[];
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

const transformer: Family = {
  sizes: transformerSizes,
  rates,
  choices: { activationFunction: ["relu", "gelu", "swish", "silu"] },
};
const recurrent: Readonly<Record<Exclude<TrainingConfig["model"], "transformer">, Family>> = {
  rnnencdec: { sizes: rnnSizes, rates: [], choices: { cell: ["gru", "lstm"] } },
  rnnsearch: {
    sizes: rnnSizes,
    rates: [],
    choices: { cell: ["gru"], attentionScore: ["additive", "dot", "general"] },
  },
};

type Json = Readonly<Record<string, unknown>>;

/** Checks `architecture` of a training configuration; names every wrong key and value. */
export function architectureProblems(
  { model, architecture: json = {} }: Pick<TrainingConfig, "model" | "architecture">,
): string[] {
  const problems = problemsOf(json, model === "transformer" ? transformer : recurrent[model]);
  if (problems.length > 0) return problems;
  return model === "transformer" ? headProblems(json) : scoreProblems(json);
}

function headProblems(
  { hiddenSize = 256, encoderAttentionHeads = 4, decoderAttentionHeads = 4 }:
    TransformerArchitecture,
): string[] {
  return [...new Set([encoderAttentionHeads, decoderAttentionHeads])]
    .filter((heads) => hiddenSize % heads !== 0)
    .map((heads) => `architecture.hiddenSize: ${hiddenSize} is not divisible by ${heads} heads`);
}

function scoreProblems(
  { encoderHiddenSize = 256, decoderHiddenSize = 256, attentionScore }: RnnModelArchitecture,
): string[] {
  if (attentionScore !== "dot" || decoderHiddenSize === 2 * encoderHiddenSize) return [];
  return [
    `architecture.attentionScore: "dot" needs decoderHiddenSize ${decoderHiddenSize} to be twice ` +
    `encoderHiddenSize ${encoderHiddenSize}; take "general"`,
  ];
}

function problemsOf(json: Json, { sizes, rates, choices }: Family): string[] {
  const allowed = [...sizes, ...rates, ...Object.keys(choices)];
  const problems: string[] = [];
  for (const [key, value] of Object.entries(json)) {
    const shown = JSON.stringify(value);
    if (!allowed.includes(key)) {
      problems.push(`architecture.${key}: unknown key, allowed are ${allowed.join(", ")}`);
    } else if (Object.hasOwn(choices, key)) {
      if (choices[key].some((name) => name === value)) continue;
      problems.push(`architecture.${key}: is ${shown}, not one of ${choices[key].join(", ")}`);
    } else if (rates.includes(key)) {
      if (typeof value === "number" && value >= 0 && value < 1) continue;
      problems.push(`architecture.${key}: is ${shown}, not a number of at least 0 and below 1`);
    } else if (!Number.isSafeInteger(value) || value as number < 1) {
      problems.push(`architecture.${key}: is ${shown}, not a positive integer`);
    }
  }
  return problems;
}
