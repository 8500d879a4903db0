import type * as tf from "@tensorflow/tfjs";
import type { DecoderLayerWeights, EncoderLayerWeights } from "@heed/transformer";
import { mapTensors, marian, type Seq2SeqConfig } from "@heed/model";
import type { WeightSource } from "@heed/nn";
import { sinusoidalPositions } from "@heed/positional";

/** Weights of the whole model, and its fixed table of positions. */
export interface Seq2SeqWeights {
  /** `[vocab, hidden]`: source and target embeddings in one. */
  readonly shared: tf.Tensor;
  /** `[vocab, hidden]`, the projection to logits: the same tensor as `shared`, but in files that have another. */
  readonly output: tf.Tensor;
  /** `[1, vocab]`, added to the logits. */
  readonly finalLogitsBias: tf.Tensor;
  /** `[maxPositionEmbeddings, hidden]`, sines then cosines; not trained, not in the checkpoint. */
  readonly positions: tf.Tensor;
  /** Encoder layers, first layer first. */
  readonly encoder: readonly EncoderLayerWeights[];
  /** Decoder layers, first layer first. */
  readonly decoder: readonly DecoderLayerWeights[];
}

/**
 * Asks for every weight of a MarianMT model and puts them together.
 *
 * @param config Sizes of the model.
 * @param source Gives each weight: from a checkpoint, or fresh; tied ones are asked for once.
 * @returns The tree of weights; the position table is made here, the rest belongs to `source`.
 *
 * @example
 * ```ts
 * import { buildSeq2SeqWeights } from "@heed/seq2seq/layers";
 * import { freshWeights } from "@heed/nn";
 * import { defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 8, hiddenSize: 4 });
 * const { shared } = buildSeq2SeqWeights(config, freshWeights({ seed: 1 }));
 * assertEquals(shared.shape, [8, 4]);
 * ```
 */
export function buildSeq2SeqWeights(config: Seq2SeqConfig, source: WeightSource): Seq2SeqWeights {
  const { output, encoder, decoder } = marian.tensors(config);
  const { tokens } = decoder;
  const shared = source(tokens), isTied = output.weight.name === tokens.name;
  const finalLogitsBias = source(output.bias);
  return {
    shared,
    output: isTied ? shared : source(output.weight),
    finalLogitsBias,
    encoder: mapTensors(encoder.layers, source) as readonly EncoderLayerWeights[],
    decoder: mapTensors(decoder.layers, source) as readonly DecoderLayerWeights[],
    positions: sinusoidalPositions(
      { maxPositions: config.maxPositionEmbeddings, hiddenSize: config.hiddenSize },
      { layout: "split" },
    ),
  };
}
