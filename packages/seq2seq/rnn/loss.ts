import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import { crossEntropySum } from "@heed/nn";
import { idsTensor } from "../ids_tensor.ts";
import type { Seq2SeqBatch } from "../loss.ts";
import type { RnnConfig } from "./config.ts";
import { decodeRnn, startRnn } from "./decoder.ts";
import { encodeRnn } from "./encoder.ts";
import type { RnnWeights } from "./weights.ts";

/** Options of {@linkcode rnnLoss}. */
export interface RnnLossOptions {
  /** Sizes of the model. */
  readonly config: RnnConfig;
  /** Share of the probability spread over the vocabulary; default 0. */
  readonly labelSmoothing?: number;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
}

/** Marks padding among the labels. */
const IGNORED = -100;

/**
 * The loss of a batch with the target given (teacher forcing), as `seq2SeqLoss` of the Transformer.
 *
 * @param weights The model's weights.
 * @param batch Sources and targets.
 * @param options Config, label smoothing, dropout.
 * @returns `lossSum`: a scalar, summed over target tokens, in nats; `tokens`: how many there are.
 *
 * @example
 * ```ts
 * import { defaultRnnConfig } from "@heed/seq2seq";
 * import { buildRnnWeights, freshRnnWeights, rnnLoss } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultRnnConfig({ vocabSize: 8 });
 * const weights = buildRnnWeights(config, freshRnnWeights(config, { seed: 1 }));
 * const { tokens } = rnnLoss(weights, { inputIds: [[1, 0]], labels: [[2, 3, 0]] }, { config });
 * assertEquals(tokens, 3);
 * ```
 */
export function rnnLoss(
  weights: RnnWeights,
  { inputIds, labels }: Seq2SeqBatch,
  { config, labelSmoothing = 0, dropoutSeed }: RnnLossOptions,
): { lossSum: tf.Scalar; tokens: number } {
  const seed = dropoutSeed === undefined ? {} : { dropoutSeed };
  const lossSum = tf.tidy(() => {
    const source = idsTensor(inputIds, { padTokenId: config.padTokenId });
    const shifted = labels.map((row) => [config.decoderStartTokenId, ...row.slice(0, -1)]);
    const target = idsTensor(shifted, { padTokenId: config.padTokenId });
    const mask = paddingMask(inputIds);
    const encoded = encodeRnn(weights, source, { config, attentionMask: mask, ...seed });
    const start = startRnn(weights, encoded, { config, mask });
    const { logits } = decodeRnn(weights, target, { config, ...start, ...seed });
    const flat = tf.reshape(idsTensor(labels, { padTokenId: IGNORED }), [-1]);
    return crossEntropySum(logits, flat, { labelSmoothing, ignoreIndex: IGNORED });
  });
  return { lossSum, tokens: labels.reduce((total, row) => total + row.length, 0) };
}
