import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import { crossEntropySum } from "@heed/nn";
import { idsTensor } from "./ids_tensor.ts";

/** Sentence pairs as ids. */
export interface Seq2SeqBatch {
  /** Source ids, with the end token. */
  readonly inputIds: readonly (readonly number[])[];
  /** Target ids, with the end token, without the start token. */
  readonly labels: readonly (readonly number[])[];
}

/** How an encoder-decoder's loss is computed. */
export interface TeacherForcingOptions<Config> {
  /** Sizes of the model. */
  readonly config: Config;
  /** Share of the probability spread over the vocabulary; default 0. */
  readonly labelSmoothing?: number;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
}

/** What a model is asked for. */
export interface TeacherForcing {
  /** `[batch, source_len]` int32 */
  readonly source: tf.Tensor;
  /** `[batch, target_len]` int32: the start token, and each label but the last. */
  readonly target: tf.Tensor;
  /** `[batch, source_len]`, 1 = token; none without padding. */
  readonly mask?: tf.Tensor;
  /** The seed, under the name that layers take it by. */
  readonly dropout: { readonly dropoutSeed?: number };
}

/** Marks padding among the labels. */
const IGNORED = -100;

/**
 * The summed cross-entropy of a batch, of the logits `[batch * target_len, vocab]` that a model gives.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { teacherForcedLoss } from "@heed/seq2seq/layers";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const config = { padTokenId: 3, decoderStartTokenId: 3 };
 * const batch = { inputIds: [[1, 0]], labels: [[2, 1, 0], [0]] };
 * // A model that knows nothing: all four tokens are as likely.
 * const { lossSum, tokens } = teacherForcedLoss(batch, { config }, ({ target }) => {
 *   assertEquals(target.shape, [2, 3]); // the start token, then all labels but the last
 *   return tf.zeros([target.size, 4]);
 * });
 * assertEquals(tokens, 4);
 * assertAlmostEquals((await lossSum.data())[0], 4 * Math.log(4), 1e-5);
 * ```
 */
export function teacherForcedLoss(
  { inputIds, labels }: Seq2SeqBatch,
  { config: { padTokenId, decoderStartTokenId }, labelSmoothing = 0, dropoutSeed }:
    TeacherForcingOptions<
      { readonly padTokenId: number; readonly decoderStartTokenId: number }
    >,
  logitsOf: (given: TeacherForcing) => tf.Tensor,
): { lossSum: tf.Scalar; tokens: number } {
  const lossSum = tf.tidy(() => {
    const shifted = labels.map((row) => [decoderStartTokenId, ...row.slice(0, -1)]);
    const logits = logitsOf({
      source: idsTensor(inputIds, { padTokenId }),
      target: idsTensor(shifted, { padTokenId }),
      mask: paddingMask(inputIds),
      dropout: { dropoutSeed },
    });
    const flat = tf.reshape(idsTensor(labels, { padTokenId: IGNORED }), [-1]);
    return crossEntropySum(logits, flat, { labelSmoothing, ignoreIndex: IGNORED });
  });
  return { lossSum, tokens: labels.reduce((total, row) => total + row.length, 0) };
}
