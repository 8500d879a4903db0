import type { Seq2SeqConfig } from "@heed/seq2seq";
import { UsageError } from "./failure.ts";

/** Sizes that a configuration may give; token ids and the vocabulary are the tokenizer's. */
const sizes = [
  "hiddenSize",
  "encoderLayers",
  "decoderLayers",
  "encoderAttentionHeads",
  "decoderAttentionHeads",
  "encoderFfnDim",
  "decoderFfnDim",
  "maxPositionEmbeddings",
] as const;
/** Rates of dropout inside the layers. */
const rates = ["attentionDropout", "activationDropout"] as const;
const activations = ["relu", "gelu", "swish", "silu"] as const;

/** What a configuration may say about a fresh Transformer. */
export type Architecture =
  & { [size in typeof sizes[number]]?: number }
  & { [rate in typeof rates[number]]?: number }
  & Partial<Pick<Seq2SeqConfig, "activationFunction">>;

/** Checks `architecture` of a training configuration; names every wrong key and value. */
export function parseArchitecture(json: Readonly<Record<string, unknown>> = {}): Architecture {
  const allowed = [...sizes, ...rates, "activationFunction"];
  const problems: string[] = [];
  for (const [key, value] of Object.entries(json)) {
    const shown = JSON.stringify(value);
    if (!allowed.includes(key)) {
      problems.push(`architecture.${key}: unknown key, allowed are ${allowed.join(", ")}`);
    } else if (key === "activationFunction") {
      if (activations.some((name) => name === value)) continue;
      problems.push(`architecture.${key}: is ${shown}, not one of ${activations.join(", ")}`);
    } else if (rates.some((name) => name === key)) {
      if (typeof value === "number" && value >= 0 && value < 1) continue;
      problems.push(`architecture.${key}: is ${shown}, not a number of at least 0 and below 1`);
    } else if (!Number.isSafeInteger(value) || value as number < 1) {
      problems.push(`architecture.${key}: is ${shown}, not a positive integer`);
    }
  }
  const { hiddenSize = 256, encoderAttentionHeads = 4, decoderAttentionHeads = 4 } =
    json as Architecture;
  for (const heads of new Set([encoderAttentionHeads, decoderAttentionHeads])) {
    if (problems.length === 0 && hiddenSize % heads !== 0) {
      problems.push(`architecture.hiddenSize: ${hiddenSize} is not divisible by ${heads} heads`);
    }
  }
  if (problems.length === 0) return json as Architecture;
  throw new UsageError(`Cannot use the training configuration:\n  ${problems.join("\n  ")}`);
}
