import type * as tf from "@tensorflow/tfjs";
import { type EncoderTask, type EncoderTensors, mapTensors } from "@heed/model";
import type { Activation, LayerNormWeights, LinearWeights, WeightSource } from "@heed/nn";
import type { EncoderLayerWeights } from "@heed/transformer";

/** Weights of a head; see `HeadTensors` of `@heed/model`. */
export interface HeadWeights {
  /** What it is for. */
  readonly task: EncoderTask;
  /** Which states it reads. */
  readonly reads: "first" | "tokens";
  /** Dense layer before the projection. */
  readonly dense?: LinearWeights;
  /** Activation of that layer. */
  readonly activation?: Activation;
  /** Normalisation after it. */
  readonly norm?: LayerNormWeights;
  /** Projection to logits. */
  readonly output: LinearWeights;
}

/** Weights of a BERT-like encoder and its heads. */
export interface EncoderWeights {
  /** A row for each token `[vocab, hidden]`. */
  readonly tokens: tf.Tensor;
  /** A row for each position `[positions, hidden]`. */
  readonly positions: tf.Tensor;
  /** A row for each token type `[types, hidden]`; absent in models without. */
  readonly types?: tf.Tensor;
  /** Normalisation of the embeddings. */
  readonly embeddingNorm: LayerNormWeights;
  /** Layers, the first one first. */
  readonly layers: readonly EncoderLayerWeights[];
  /** Dense layer over the first token; absent in models without. */
  readonly pooler?: LinearWeights;
  /** What stands on top. */
  readonly heads: readonly HeadWeights[];
}

/**
 * Puts the weights of a model together.
 *
 * @param tensors What its family describes.
 * @param source Gives each weight; asked once for those that are tied.
 * @returns The weights.
 */
export function buildEncoderWeights(tensors: EncoderTensors, source: WeightSource): EncoderWeights {
  const { encoder, pooler, heads } = mapTensors(tensors, source);
  const { tokens, positions, types, embeddingNorm, layers } = encoder;
  if (positions.kind !== "learned" || !embeddingNorm) {
    throw new TypeError("Cannot build an encoder without learned positions or a norm after them");
  }
  return {
    tokens,
    positions: positions.table,
    ...(types && { types }),
    embeddingNorm,
    layers: layers as readonly EncoderLayerWeights[],
    ...(pooler && { pooler: pooler as LinearWeights }),
    heads: heads as readonly HeadWeights[],
  };
}
