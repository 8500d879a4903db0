import type * as tf from "@tensorflow/tfjs";
import type { TrainableModel } from "@heed/training";
import type { EncoderDecoderModel } from "./model.ts";
import type { Seq2SeqBatch } from "./teacher_forcing.ts";

/** A model of any family. */
// deno-lint-ignore no-explicit-any
export type AnyModel = EncoderDecoderModel<any, any>;

/** Options of {@linkcode trainableEncoderDecoder}. */
export interface TrainableOptions {
  /** Label smoothing while training; default 0. Validation never smooths. */
  readonly labelSmoothing?: number;
  /** Dropout of embeddings and sub-layers; default the model's config. */
  readonly dropout?: number;
}

/**
 * A model of any family as a trainer sees it.
 *
 * @param model Loaded or created with `trainable: true`.
 * @param options Label smoothing and dropout.
 * @returns Variables, loss, and how to save.
 * @throws {TypeError} When the model's weights are not variables.
 *
 * @example
 * ```ts
 * import { createModel, defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { trainableEncoderDecoder } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 16, hiddenSize: 8 });
 * using model = await createModel(config, { seed: 1, device: "wasm" });
 * const trainable = trainableEncoderDecoder(model, { labelSmoothing: 0.1 });
 * assertEquals(trainable.variables.has("model.shared.weight"), true);
 * ```
 */
export function trainableEncoderDecoder(
  model: Pick<AnyModel, "config" | "functions" | "named" | "save" | "trainable" | "weights">,
  { labelSmoothing = 0, dropout }: TrainableOptions = {},
): TrainableModel<Seq2SeqBatch> {
  if (!model.trainable) {
    throw new TypeError(
      "Cannot train this model: its weights are fixed; load it with trainable: true",
    );
  }
  const { functions, weights } = model;
  const config = dropout === undefined ? model.config : { ...model.config, dropout };
  return {
    variables: model.named as ReadonlyMap<string, tf.Variable>,
    loss: (batch, { training, seed }) =>
      functions.loss(weights, batch, {
        config,
        labelSmoothing: training ? labelSmoothing : 0,
        dropoutSeed: training ? seed : undefined,
      }),
    save: (directory) => model.save(directory),
  };
}
