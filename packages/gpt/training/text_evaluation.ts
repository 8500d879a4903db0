import {
  type BatchSource,
  type Evaluate,
  type PackedBatch,
  type PackedPosition,
  validationLoss,
} from "@heed/training";
import type { TrainableModel } from "@heed/training";

/** What {@linkcode textEvaluation} measures with. */
export interface TextEvaluationParts {
  /** The model. */
  readonly model: Pick<TrainableModel<PackedBatch>, "loss">;
  /** The dev set, once and in order. */
  readonly batches: BatchSource<PackedBatch, PackedPosition>;
  /** Tokens for each byte of UTF-8 of the dev set. */
  readonly tokensPerByte: number;
}

/**
 * Measures a language model on a text.
 *
 * @param parts Model, text, how long its tokens are.
 * @returns What `train` takes as `evaluate`: `loss` in nats for each token, `perplexity`, and `bitsPerByte`, which
 * does not depend on the tokenizer.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { textEvaluation } from "@heed/gpt/training";
 * import { indexDocuments, packedBatches } from "@heed/training";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * // A model for which all 256 bytes are as likely.
 * const loss = ({ inputIds }: { inputIds: readonly (readonly number[])[] }) => {
 *   const tokens = inputIds.flat().length;
 *   return { lossSum: tf.scalar(tokens * Math.log(256)), tokens };
 * };
 * const batches = packedBatches(await indexDocuments(["data:,Hello"]), {
 *   encode: ({ text }) => [...new TextEncoder().encode(text)],
 *   length: 5,
 *   rows: 1,
 *   epochs: 1,
 * });
 * const evaluate = textEvaluation({ model: { loss }, batches, tokensPerByte: 1 });
 * const { perplexity, bitsPerByte } = await evaluate({ step: 1 });
 * assertAlmostEquals(perplexity, 256, 1e-2);
 * assertAlmostEquals(bitsPerByte, 8, 1e-4);
 * ```
 */
export function textEvaluation(
  { model, batches, tokensPerByte }: TextEvaluationParts,
): Evaluate {
  async function* rows(): AsyncGenerator<PackedBatch> {
    for await (const { batch } of batches({})) yield batch;
  }
  return async ({ signal }) => {
    const { loss } = await validationLoss(model, rows(), { signal });
    return { loss, perplexity: Math.exp(loss), bitsPerByte: loss * tokensPerByte / Math.LN2 };
  };
}
