import type * as tf from "@tensorflow/tfjs";
import {
  type Seq2SeqBatch,
  teacherForcedLoss,
  type TeacherForcingOptions,
} from "../teacher_forcing.ts";
import type { RnnConfig } from "../config.ts";
import { decodeRnn, startRnn } from "./decoder.ts";
import { encodeRnn } from "./encoder.ts";
import type { RnnWeights } from "./weights.ts";

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
 * import { freshWeights } from "@heed/nn";
 * import { buildRnnWeights, rnnLoss } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultRnnConfig({ vocabSize: 8 });
 * const weights = buildRnnWeights(config, freshWeights({ seed: 1 }));
 * const { tokens } = rnnLoss(weights, { inputIds: [[1, 0]], labels: [[2, 3, 0]] }, { config });
 * assertEquals(tokens, 3);
 * ```
 */
export function rnnLoss(
  weights: RnnWeights,
  batch: Seq2SeqBatch,
  options: TeacherForcingOptions<RnnConfig>,
): { lossSum: tf.Scalar; tokens: number } {
  const { config } = options;
  return teacherForcedLoss(batch, options, ({ source, target, mask, dropout }) => {
    const encoded = encodeRnn(weights, source, { config, attentionMask: mask, ...dropout });
    const start = startRnn(weights, encoded, { config, mask });
    return decodeRnn(weights, target, { config, ...start, ...dropout }).logits;
  });
}
