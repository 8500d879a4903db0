import { findFamily, type SearchConfig, tensorsOf } from "@heed/model";
import {
  createModel as createHeedModel,
  defaultRnnConfig,
  defaultSeq2SeqConfig,
  type EncoderDecoderModel,
  type RnnConfig,
  type Seq2SeqConfig,
} from "@heed/seq2seq";
import {
  type Architecture,
  architectures,
  type ExperimentConfig,
  type TransformerSizes,
} from "./config.ts";

/** A model of any of the architectures. */
export type AnyModel = EncoderDecoderModel;

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
  return await createHeedModel<SearchConfig>(config, { seed, device: "wasm" });
}

/** Counts what is trained, without making a weight. */
export function countParameters(config: RnnConfig | Seq2SeqConfig): number {
  const tensors = tensorsOf(findFamily(config.modelType).tensors(config)).values();
  const sizes = Array.from(tensors, ({ shape }) => shape.reduce((size, more) => size * more, 1));
  return sizes.reduce((sum, size) => sum + size, 0);
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
