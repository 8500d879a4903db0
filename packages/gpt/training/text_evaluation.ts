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
