import type * as tf from "@tensorflow/tfjs";
import type { TrainableModel } from "@heed/training";
import { seq2SeqLoss } from "./loss.ts";
import type { Seq2SeqModel } from "./model.ts";
import { rnnLoss } from "./rnn/loss.ts";
import type { RnnModel } from "./rnn/model.ts";
import type { Seq2SeqBatch } from "./teacher_forcing.ts";

/** Options of {@linkcode trainableEncoderDecoder}. */
export interface TrainableOptions {
  /** Label smoothing while training; default 0. Validation never smooths. */
  readonly labelSmoothing?: number;
  /** Dropout of embeddings and sub-layers; default the model's config. */
  readonly dropout?: number;
}

/**
 * A model of either family as a trainer sees it.
 *
 * @param model A Transformer or a recurrent model, loaded or created with `trainable: true`.
 * @param options Label smoothing and dropout.
 * @returns Variables, loss, and how to save.
 * @throws {TypeError} When the model's weights are not variables.
 *
 * @example
 * ```ts
 * import { createSeq2SeqModel, defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { trainableEncoderDecoder } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 16, hiddenSize: 8 });
 * using model = await createSeq2SeqModel(config, { seed: 1, device: "wasm" });
 * const trainable = trainableEncoderDecoder(model, { labelSmoothing: 0.1 });
 * assertEquals(trainable.variables.has("model.shared.weight"), true);
 * ```
 */
export function trainableEncoderDecoder(
  model: Seq2SeqModel | RnnModel,
  { labelSmoothing = 0, dropout = model.config.dropout }: TrainableOptions = {},
): TrainableModel<Seq2SeqBatch> {
  if (!model.trainable) {
    throw new TypeError(
      "Cannot train this model: its weights are fixed; load it with trainable: true",
    );
  }
  return {
    variables: model.named as ReadonlyMap<string, tf.Variable>,
    loss: (batch, { training, seed }) => {
      const options = training ? { labelSmoothing, dropoutSeed: seed } : {};
      return isRecurrent(model)
        ? rnnLoss(model.weights, batch, { config: { ...model.config, dropout }, ...options })
        : seq2SeqLoss(model.weights, batch, { config: { ...model.config, dropout }, ...options });
    },
    save: (directory) => model.save(directory),
  };
}

function isRecurrent(model: Seq2SeqModel | RnnModel): model is RnnModel {
  return "architecture" in model.config;
}
