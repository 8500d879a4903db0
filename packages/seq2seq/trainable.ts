import type * as tf from "@tensorflow/tfjs";
import type { TrainableModel } from "@heed/training";
import { type Seq2SeqBatch, seq2SeqLoss } from "./loss.ts";
import type { Seq2SeqModel } from "./model.ts";

/** Options of {@linkcode trainableSeq2Seq}. */
export interface TrainableOptions {
  /** Label smoothing while training; default 0. Validation never smooths. */
  readonly labelSmoothing?: number;
  /** Dropout of embeddings and sub-layers; default the model's config. */
  readonly dropout?: number;
}

/**
 * The model as a trainer sees it.
 *
 * @param model Loaded or created with `trainable: true`.
 * @param options Label smoothing and dropout.
 * @returns Variables, loss, and how to save.
 * @throws {TypeError} When the model's weights are not variables.
 *
 * @example
 * ```ts
 * import { createSeq2SeqModel, defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { trainableSeq2Seq } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 16, hiddenSize: 8 });
 * using model = await createSeq2SeqModel(config, { seed: 1, device: "wasm" });
 * const trainable = trainableSeq2Seq(model, { labelSmoothing: 0.1 });
 * assertEquals(trainable.variables.has("model.shared.weight"), true);
 * ```
 */
export function trainableSeq2Seq(
  model: Seq2SeqModel,
  { labelSmoothing = 0, dropout = model.config.dropout }: TrainableOptions = {},
): TrainableModel<Seq2SeqBatch> {
  if (!model.trainable) {
    throw new TypeError(
      "Cannot train this model: its weights are fixed; load it with trainable: true",
    );
  }
  const config = { ...model.config, dropout };
  return {
    variables: model.named as ReadonlyMap<string, tf.Variable>,
    loss: (batch, { training, seed }) =>
      seq2SeqLoss(model.weights, batch, {
        config,
        ...(training && { labelSmoothing, dropoutSeed: seed }),
      }),
    save: (directory) => model.save(directory),
  };
}
