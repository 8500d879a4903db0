import type * as tf from "@tensorflow/tfjs";
import type { TrainableModel } from "@heed/training";
import type { Seq2SeqBatch } from "../loss.ts";
import type { Seq2SeqModel } from "../model.ts";
import { type TrainableOptions, trainableSeq2Seq } from "../trainable.ts";
import { rnnLoss } from "./loss.ts";
import type { RnnModel } from "./model.ts";

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
 * import { createRnnModel, defaultRnnConfig } from "@heed/seq2seq";
 * import { trainableRnn } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await createRnnModel(defaultRnnConfig({ vocabSize: 16 }), { seed: 1, device: "wasm" });
 * assertEquals(trainableRnn(model, { labelSmoothing: 0.1 }).variables.has("attention.v"), true);
 * ```
 */
export function trainableRnn(
  model: RnnModel,
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
      rnnLoss(model.weights, batch, {
        config,
        ...(training && { labelSmoothing, dropoutSeed: seed }),
      }),
    save: (directory) => model.save(directory),
  };
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
 * import { createRnnModel, defaultRnnConfig } from "@heed/seq2seq";
 * import { trainableEncoderDecoder } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await createRnnModel(defaultRnnConfig({ vocabSize: 16 }), { seed: 1, device: "wasm" });
 * assertEquals(trainableEncoderDecoder(model).variables.size, model.named.size);
 * ```
 */
export function trainableEncoderDecoder(
  model: Seq2SeqModel | RnnModel,
  options: TrainableOptions = {},
): TrainableModel<Seq2SeqBatch> {
  return isRecurrent(model) ? trainableRnn(model, options) : trainableSeq2Seq(model, options);
}

function isRecurrent(model: Seq2SeqModel | RnnModel): model is RnnModel {
  return "architecture" in model.config;
}
