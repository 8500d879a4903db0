import * as tf from "@tensorflow/tfjs";
import type { TrainableModel, WeightGroup } from "@heed/training";
import { type EncoderBatch, encoderLoss, type EncoderLossOptions } from "./loss.ts";
import type { BertModel } from "./model.ts";

/** Options of {@linkcode trainableBert}. */
export interface TrainableBertOptions
  extends Pick<EncoderLossOptions, "task" | "classWeights" | "labelSmoothing"> {
  /** Layers from the bottom on, with the embeddings, that stay as they are; default none. */
  readonly frozenLayers?: number;
}

/**
 * A model as a trainer sees it.
 *
 * @param model Loaded or created with `trainable: true`.
 * @param options The head, weights of classes, what is frozen.
 * @returns Variables, loss, and how to save.
 * @throws {TypeError} When the model's weights are not variables, or it has no head.
 * @throws {RangeError} When it has fewer layers than are to be frozen.
 *
 * @example
 * ```ts
 * import { loadBert } from "@heed/bert";
 * import { trainableBert } from "@heed/bert/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const checkpoint = "testdata/bert/bert/sequence-classification";
 * using model = await loadBert(checkpoint, { device: "wasm", trainable: true });
 * const { variables } = trainableBert(model, { frozenLayers: 1 });
 * assertEquals(variables.has("bert.encoder.layer.0.output.dense.weight"), false);
 * assertEquals(variables.has("bert.encoder.layer.1.output.dense.weight"), true);
 * ```
 */
export function trainableBert(
  model: Pick<BertModel, "config" | "named" | "save" | "trainable" | "weights">,
  { frozenLayers = 0, task, classWeights, labelSmoothing }: TrainableBertOptions = {},
): TrainableModel<EncoderBatch> {
  const { config, weights, named } = model;
  if (!model.trainable || weights.heads.length === 0) {
    const why = model.trainable ? "it has no head" : "its weights are fixed";
    throw new TypeError(`Cannot train this model: ${why}; load it with trainable: true and a head`);
  }
  if (!Number.isInteger(frozenLayers) || frozenLayers < 0 || frozenLayers > weights.layers.length) {
    throw new RangeError(
      `Cannot freeze ${frozenLayers} layers: the model has ${weights.layers.length}`,
    );
  }
  const frozen = frozenLayers > 0 ? frozenTensors(weights, frozenLayers) : new Set<tf.Tensor>();
  return {
    variables: new Map(
      [...named as ReadonlyMap<string, tf.Variable>].filter(([, weight]) => !frozen.has(weight)),
    ),
    loss: (batch, { training, seed }) =>
      encoderLoss(weights, batch, {
        config,
        task,
        classWeights,
        dropoutSeed: training ? seed : undefined,
        labelSmoothing: training ? labelSmoothing : undefined,
      }),
    save: (directory) => model.save(directory),
  };
}

function frozenTensors(
  { tokens, positions, types, embeddingNorm, layers }: BertModel["weights"],
  count: number,
): Set<tf.Tensor> {
  const frozen = new Set<tf.Tensor>();
  const add = (tree: unknown): void => {
    if (tree instanceof tf.Tensor) frozen.add(tree);
    else if (typeof tree === "object" && tree !== null) Object.values(tree).forEach(add);
  };
  add([tokens, positions, types, embeddingNorm, layers.slice(0, count)]);
  return frozen;
}

/**
 * Groups of weights as BERT is fine-tuned: biases and norms do not decay, and lower layers change more slowly.
 *
 * @param options `layers` of the encoder; `layerDecay`: factor of the learning rate from each layer to the one below,
 * default 1; `decay`: of the other weights.
 * @returns Groups for the optimizer.
 *
 * @example
 * ```ts
 * import { bertWeightGroups } from "@heed/bert/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const groups = bertWeightGroups({ layers: 2, layerDecay: 0.5 });
 * const of = (name: string) => groups.find(({ names }) => new RegExp(names).test(name));
 * assertEquals(of("bert.encoder.layer.1.output.LayerNorm.bias")?.weightDecay, 0);
 * assertEquals(of("bert.encoder.layer.1.output.dense.weight")?.learningRateFactor, 0.5);
 * assertEquals(of("bert.encoder.layer.0.output.dense.weight")?.learningRateFactor, 0.25);
 * assertEquals(of("bert.embeddings.word_embeddings.weight")?.learningRateFactor, 0.125);
 * assertEquals(of("classifier.weight"), undefined);
 * ```
 */
export function bertWeightGroups(
  { layers, layerDecay = 1 }: { layers: number; layerDecay?: number },
): WeightGroup[] {
  const still = String.raw`(\.bias$|[Ll]ayer_?[Nn]orm|layer_norm)`;
  if (layerDecay === 1) return [{ names: still, weightDecay: 0 }];
  const depths = [
    ...Array.from({ length: layers }, (_, i) => ({
      place: String.raw`\.layer\.${i}\.`,
      learningRateFactor: layerDecay ** (layers - i),
    })),
    { place: String.raw`(^|\.)embeddings\.`, learningRateFactor: layerDecay ** (layers + 1) },
  ];
  return [
    ...depths.flatMap(({ place, learningRateFactor }) => [
      { names: `${place}.*${still}`, learningRateFactor, weightDecay: 0 },
      { names: place, learningRateFactor },
    ]),
    { names: still, weightDecay: 0 },
  ];
}
