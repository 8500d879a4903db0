import * as tf from "@tensorflow/tfjs";
import type { TrainableModel } from "./trainable_model.ts";

/**
 * The mean loss per target token over batches, without dropout and label smoothing.
 *
 * @param model The model.
 * @param batches The batches of a dev set.
 * @param options `signal` stops between batches.
 * @returns Loss in nats per token, and the number of tokens.
 * @throws {RangeError} When there is no batch.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { validationLoss } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const model = {
 *   loss: (batch: number[]) => ({ lossSum: tf.sum(batch) as tf.Scalar, tokens: batch.length }),
 * };
 * async function* batches() {
 *   yield [1, 2];
 *   yield [6];
 * }
 * assertEquals(await validationLoss(model, batches()), { loss: 3, tokens: 3 });
 * ```
 */
export async function validationLoss<Batch>(
  model: Pick<TrainableModel<Batch>, "loss">,
  batches: AsyncIterable<Batch>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<{ loss: number; tokens: number }> {
  let sum = 0, tokens = 0;
  for await (const batch of batches) {
    signal?.throwIfAborted();
    let inBatch = 0;
    const lossSum = tf.tidy(() => {
      const result = model.loss(batch, { training: false, seed: 0 });
      inBatch = result.tokens;
      return result.lossSum;
    });
    try {
      sum += (await lossSum.data())[0];
    } finally {
      lossSum.dispose();
    }
    tokens += inBatch;
    await new Promise((resolve) => setTimeout(resolve)); // lets a signal arrive
  }
  if (tokens === 0) throw new RangeError("Cannot compute the validation loss: there is no batch");
  return { loss: sum / tokens, tokens };
}
