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
  /** Second dense layer, back to the hidden size; what the head read is added to what it gives. */
  readonly down?: LinearWeights | undefined;
  /** Normalisation after them. */
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
 *
 * @example
 * ```ts
 * import { buildEncoderWeights } from "@heed/bert/layers";
 * import { bert, parseEncoderConfig } from "@heed/model";
 * import { freshWeights } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const config = parseEncoderConfig({
 *   model_type: "bert",
 *   vocab_size: 50,
 *   hidden_size: 8,
 *   num_hidden_layers: 2,
 *   num_attention_heads: 2,
 *   intermediate_size: 16,
 *   hidden_act: "gelu",
 *   max_position_embeddings: 12,
 *   type_vocab_size: 2,
 * });
 * const weights = buildEncoderWeights(bert.tensors(config), freshWeights({ seed: 1 }));
 * assertEquals([weights.tokens.shape, weights.layers.length], [[50, 8], 2]);
 * ```
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
    types,
    embeddingNorm,
    layers: layers as readonly EncoderLayerWeights[],
    pooler: pooler as LinearWeights | undefined,
    heads: heads as readonly HeadWeights[],
  };
}
