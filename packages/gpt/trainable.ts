import type * as tf from "@tensorflow/tfjs";
import type { TrainableModel } from "@heed/training";
import { type LanguageBatch, languageLoss } from "./language_loss.ts";
import type { GptModel } from "./model.ts";
import { weightsOfStored } from "./weights.ts";

/**
 * A model as a trainer sees it.
 *
 * @param model Loaded or created with `trainable: true`.
 * @param options Rate of dropout of embeddings, attention and sub-layers; default 0.
 * @returns Variables, loss, and how to save.
 * @throws {TypeError} When the model's weights are not variables.
 *
 * @example
 * ```ts
 * import { createGpt, gptConfig } from "@heed/gpt";
 * import { trainableGpt } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = gptConfig({ vocabSize: 16, hiddenSize: 8, numHiddenLayers: 1, numHeads: 2 });
 * using model = await createGpt(config, { seed: 1, device: "wasm" });
 * assertEquals(trainableGpt(model).variables.has("wte.weight"), true);
 * ```
 */
export function trainableGpt(
  model: Pick<GptModel, "config" | "named" | "save" | "tensors" | "trainable">,
  { dropout = 0 }: { readonly dropout?: number } = {},
): TrainableModel<LanguageBatch> {
  if (!model.trainable) {
    throw new TypeError(
      "Cannot train this model: its weights are fixed; load it with trainable: true",
    );
  }
  const { config, named, tensors } = model;
  return {
    variables: named as ReadonlyMap<string, tf.Variable>,
    loss: (batch, { training, seed }) => {
      const dropping = training ? { dropout, dropoutSeed: seed } : {};
      return languageLoss(weightsOfStored(tensors, named), batch, { config, ...dropping });
    },
    save: (directory) => model.save(directory),
  };
}
