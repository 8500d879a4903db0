import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import { crossEntropySum } from "@heed/nn";
import { projectMemory } from "@heed/transformer";
import type { Seq2SeqConfig } from "./config.ts";
import { decode, encode } from "./encoder_decoder.ts";
import { idsTensor } from "./ids_tensor.ts";
import type { Seq2SeqWeights } from "./weights.ts";

/** Sentence pairs as ids. */
export interface Seq2SeqBatch {
  /** Source ids, with the end token. */
  readonly inputIds: readonly (readonly number[])[];
  /** Target ids, with the end token, without the start token. */
  readonly labels: readonly (readonly number[])[];
}

/** Options of {@linkcode seq2SeqLoss}. */
export interface Seq2SeqLossOptions {
  /** Sizes of the model. */
  readonly config: Seq2SeqConfig;
  /** Share of the probability spread over the vocabulary; default 0. */
  readonly labelSmoothing?: number;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
}

/** Marks padding among the labels. */
const IGNORED = -100;

/**
 * The loss of a batch with the target given (teacher forcing): the cross-entropy of every target
 * token after the true tokens before it.
 *
 * @param weights The model's weights.
 * @param batch Sources and targets.
 * @param options Config, label smoothing, dropout.
 * @returns `lossSum`: a scalar, summed over target tokens, in nats; `tokens`: how many there are.
 *
 * @example
 * ```ts
 * import { buildSeq2SeqWeights, freshWeights, seq2SeqLoss } from "@heed/seq2seq/layers";
 * import { defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 8, hiddenSize: 8 });
 * const weights = buildSeq2SeqWeights(config, freshWeights({ seed: 1 }));
 * const { tokens } = seq2SeqLoss(weights, { inputIds: [[1, 0]], labels: [[2, 3, 0]] }, { config });
 * assertEquals(tokens, 3);
 * ```
 */
export function seq2SeqLoss(
  weights: Seq2SeqWeights,
  { inputIds, labels }: Seq2SeqBatch,
  { config, labelSmoothing = 0, dropoutSeed }: Seq2SeqLossOptions,
): { lossSum: tf.Scalar; tokens: number } {
  const seed = dropoutSeed === undefined ? {} : { dropoutSeed };
  const lossSum = tf.tidy(() => {
    const source = idsTensor(inputIds, { padTokenId: config.padTokenId });
    const shifted = labels.map((row) => [config.decoderStartTokenId, ...row.slice(0, -1)]);
    const target = idsTensor(shifted, { padTokenId: config.padTokenId });
    const attentionMask = paddingMask(inputIds);
    const encoded = encode(weights, source, { config, attentionMask, ...seed });
    const memory = projectMemory(weights.decoder, encoded.lastHiddenState);
    const { logits } = decode(weights, target, {
      config,
      memory,
      memoryMask: attentionMask,
      ...seed,
    });
    const flat = tf.reshape(idsTensor(labels, { padTokenId: IGNORED }), [-1]);
    return crossEntropySum(logits, flat, { labelSmoothing, ignoreIndex: IGNORED });
  });
  return { lossSum, tokens: labels.reduce((total, row) => total + row.length, 0) };
}
