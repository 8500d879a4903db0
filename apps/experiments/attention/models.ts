import type * as tf from "@tensorflow/tfjs";
import {
  createRnnModel,
  createSeq2SeqModel,
  defaultRnnConfig,
  defaultSeq2SeqConfig,
  type RnnConfig,
  type RnnModel,
  type Seq2SeqConfig,
  type Seq2SeqModel,
} from "@heed/seq2seq";
import { buildRnnWeights, buildSeq2SeqWeights } from "@heed/seq2seq/layers";
import {
  type Architecture,
  architectures,
  type ExperimentConfig,
  type TransformerSizes,
} from "./config.ts";

/** A model of any of the architectures. */
export type AnyModel = RnnModel | Seq2SeqModel;

/** What a tokenizer decides about a model. */
export interface Vocabulary {
  readonly vocabSize: number;
  readonly padTokenId: number;
  readonly eosTokenId: number;
}

/** How far the numbers of parameters may be apart for a fair comparison. */
export const parameterTolerance = 0.1;

/** Whole config of a Transformer. */
export function transformerConfig(
  sizes: TransformerSizes,
  { vocabSize, padTokenId, eosTokenId }: Vocabulary,
): Seq2SeqConfig {
  return defaultSeq2SeqConfig({ ...sizes, vocabSize, padTokenId, eosTokenId });
}

/** Whole config of a model of the experiment. */
export function modelConfig(
  architecture: Architecture,
  { models }: Pick<ExperimentConfig, "models">,
  vocabulary: Vocabulary,
): RnnConfig | Seq2SeqConfig {
  if (architecture === "transformer") return transformerConfig(models.transformer, vocabulary);
  const { vocabSize, padTokenId, eosTokenId } = vocabulary;
  const sizes = models[architecture];
  return defaultRnnConfig({ ...sizes, vocabSize, padTokenId, eosTokenId, architecture });
}

/** Makes a model with fresh weights; the caller disposes of it. */
export async function createModel(
  config: RnnConfig | Seq2SeqConfig,
  { seed }: { seed: number },
): Promise<AnyModel> {
  const options = { seed, device: "wasm" } as const;
  return "architecture" in config
    ? await createRnnModel(config, options)
    : await createSeq2SeqModel(config, options);
}

/** Counts what is trained, without making a weight. */
export function countParameters(config: RnnConfig | Seq2SeqConfig): number {
  let parameters = 0;
  const count = (_: string, shape: number[]) => {
    parameters += shape.reduce((product, size) => product * size, 1);
    return undefined as unknown as tf.Tensor; // only shapes are wanted
  };
  if ("architecture" in config) buildRnnWeights(config, count);
  else buildSeq2SeqWeights(config, count).positions.dispose();
  return parameters;
}

/**
 * Counts the parameters of all architectures.
 *
 * @throws {RangeError} When the largest model has over 10 % more than the smallest.
 */
export function compareParameters(
  config: Pick<ExperimentConfig, "models">,
  vocabulary: Vocabulary,
): Record<Architecture, number> {
  const counts = Object.fromEntries(architectures.map((architecture) => [
    architecture,
    countParameters(modelConfig(architecture, config, vocabulary)),
  ])) as Record<Architecture, number>;
  const all = Object.values(counts);
  if (Math.max(...all) > (1 + parameterTolerance) * Math.min(...all)) {
    throw new RangeError(
      `Cannot compare models of unequal size: ${
        architectures.map((name) => `${name} has ${counts[name]}`).join(", ")
      } parameters, more than ${100 * parameterTolerance} % apart; change the sizes`,
    );
  }
  return counts;
}
