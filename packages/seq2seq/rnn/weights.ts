import type * as tf from "@tensorflow/tfjs";
import { mapTensors, rnn, type RnnConfig, type RnnTensors, type TensorTree } from "@heed/model";
import type { GruWeights, WeightSource } from "@heed/nn";

/** Weights of one recurrent layer; PyTorch's layout, 3 (gru) or 4 (lstm) blocks of rows. */
export type CellWeights = GruWeights;

/** Weights of the whole model. */
export type RnnWeights = TensorTree<RnnTensors, tf.Tensor>;

/**
 * Asks for every weight of a recurrent model and puts them together.
 *
 * @param config Sizes of the model.
 * @param source Gives each weight: from a checkpoint, or fresh.
 * @returns The tree of weights, which belong to `source`.
 *
 * @example
 * ```ts
 * import { buildRnnWeights } from "@heed/seq2seq/layers";
 * import { freshWeights } from "@heed/nn";
 * import { defaultRnnConfig } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultRnnConfig({ vocabSize: 8 });
 * const { finalLogitsBias } = buildRnnWeights(config, freshWeights({ seed: 1 }));
 * assertEquals(finalLogitsBias.shape, [8]);
 * ```
 */
export function buildRnnWeights(config: RnnConfig, source: WeightSource): RnnWeights {
  return mapTensors(rnn.tensors(config), source);
}
