import type * as tf from "@tensorflow/tfjs";
import { projectMemory } from "@heed/transformer";
import {
  type Seq2SeqBatch,
  teacherForcedLoss,
  type TeacherForcingOptions,
} from "./teacher_forcing.ts";
import type { Seq2SeqConfig } from "./config.ts";
import { decode, encode } from "./forward.ts";
import type { Seq2SeqWeights } from "./weights.ts";

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
 * import { freshWeights } from "@heed/nn";
 * import { buildSeq2SeqWeights, seq2SeqLoss } from "@heed/seq2seq/layers";
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
  batch: Seq2SeqBatch,
  options: TeacherForcingOptions<Seq2SeqConfig>,
): { lossSum: tf.Scalar; tokens: number } {
  const { config } = options;
  return teacherForcedLoss(batch, options, ({ source, target, mask, dropout }) => {
    const encoded = encode(weights, source, { config, attentionMask: mask, ...dropout });
    const memory = projectMemory(weights.decoder, encoded.lastHiddenState);
    return decode(weights, target, { config, memory, memoryMask: mask, ...dropout }).logits;
  });
}
