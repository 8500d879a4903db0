import * as tf from "@tensorflow/tfjs";
import type { MultiHeadAttentionWeights } from "@heed/attention";
import {
  deriveSeed,
  type LayerNormWeights,
  type LinearWeights,
  normal,
  xavierUniform,
} from "@heed/nn";
import { sinusoidalPositions } from "@heed/positional";
import type {
  DecoderLayerWeights,
  EncoderLayerWeights,
  FeedForwardWeights,
} from "@heed/transformer";
import type { Seq2SeqConfig } from "./config.ts";

/** Weights of the whole model, and its fixed table of positions. */
export interface Seq2SeqWeights {
  /** `[vocab, hidden]`: source, target and output embeddings in one. */
  readonly shared: tf.Tensor;
  /** `[1, vocab]`, added to the logits. */
  readonly finalLogitsBias: tf.Tensor;
  /** `[maxPositionEmbeddings, hidden]`, sines then cosines; not trained, not in the checkpoint. */
  readonly positions: tf.Tensor;
  /** Encoder layers, first layer first. */
  readonly encoder: readonly EncoderLayerWeights[];
  /** Decoder layers, first layer first. */
  readonly decoder: readonly DecoderLayerWeights[];
}

/** Gives the weight that a checkpoint holds under `name`. */
export type WeightSource = (name: string, shape: number[]) => tf.Tensor;

/**
 * The checkpoint's layout, in the one place that knows it: asks `source` for every weight by its
 * Hugging Face name and shape, and puts them together.
 *
 * @param config Sizes of the model.
 * @param source Gives each weight: from a checkpoint, or fresh.
 * @returns The tree of weights; the position table is made here, the rest belongs to `source`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { buildSeq2SeqWeights } from "@heed/seq2seq/layers";
 * import { defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { assert } from "@std/assert";
 *
 * const names: string[] = [];
 * buildSeq2SeqWeights(defaultSeq2SeqConfig({ vocabSize: 8, hiddenSize: 4 }), (name, shape) => {
 *   names.push(name);
 *   return tf.zeros(shape);
 * });
 * assert(names.includes("model.encoder.layers.0.self_attn.q_proj.weight"));
 * ```
 */
export function buildSeq2SeqWeights(config: Seq2SeqConfig, source: WeightSource): Seq2SeqWeights {
  const { hiddenSize, vocabSize } = config;
  const linear = (name: string, outSize: number, inSize: number): LinearWeights => ({
    weight: source(`${name}.weight`, [outSize, inSize]),
    bias: source(`${name}.bias`, [outSize]),
  });
  const norm = (name: string): LayerNormWeights => ({
    weight: source(`${name}.weight`, [hiddenSize]),
    bias: source(`${name}.bias`, [hiddenSize]),
  });
  const attention = (name: string): MultiHeadAttentionWeights => ({
    query: linear(`${name}.q_proj`, hiddenSize, hiddenSize),
    key: linear(`${name}.k_proj`, hiddenSize, hiddenSize),
    value: linear(`${name}.v_proj`, hiddenSize, hiddenSize),
    output: linear(`${name}.out_proj`, hiddenSize, hiddenSize),
  });
  const feedForward = (name: string, width: number): FeedForwardWeights => ({
    up: linear(`${name}.fc1`, width, hiddenSize),
    down: linear(`${name}.fc2`, hiddenSize, width),
  });
  const encoderLayer = (_: unknown, index: number): EncoderLayerWeights => {
    const name = `model.encoder.layers.${index}`;
    return {
      selfAttention: attention(`${name}.self_attn`),
      selfAttentionNorm: norm(`${name}.self_attn_layer_norm`),
      feedForward: feedForward(name, config.encoderFfnDim),
      feedForwardNorm: norm(`${name}.final_layer_norm`),
    };
  };
  const decoderLayer = (_: unknown, index: number): DecoderLayerWeights => {
    const name = `model.decoder.layers.${index}`;
    return {
      selfAttention: attention(`${name}.self_attn`),
      selfAttentionNorm: norm(`${name}.self_attn_layer_norm`),
      crossAttention: attention(`${name}.encoder_attn`),
      crossAttentionNorm: norm(`${name}.encoder_attn_layer_norm`),
      feedForward: feedForward(name, config.decoderFfnDim),
      feedForwardNorm: norm(`${name}.final_layer_norm`),
    };
  };
  return {
    shared: source("model.shared.weight", [vocabSize, hiddenSize]),
    finalLogitsBias: source("final_logits_bias", [1, vocabSize]),
    encoder: Array.from({ length: config.encoderLayers }, encoderLayer),
    decoder: Array.from({ length: config.decoderLayers }, decoderLayer),
    positions: sinusoidalPositions(
      { maxPositions: config.maxPositionEmbeddings, hiddenSize },
      { layout: "split" },
    ),
  };
}

/**
 * Fresh weights: projections Glorot uniform, embeddings normal with deviation `1 / sqrt(hidden)`,
 * normalisations the identity, biases zero.
 *
 * @param options The seed; the same seed gives the same weights on every device.
 * @returns A source for {@linkcode buildSeq2SeqWeights}.
 *
 * @example
 * ```ts
 * import { freshWeights } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(freshWeights({ seed: 1 })("model.shared.weight", [8, 4]).shape, [8, 4]);
 * ```
 */
export function freshWeights({ seed }: { seed: number }): WeightSource {
  return (name, shape) => {
    if (name === "model.shared.weight") {
      return normal(shape, { seed: deriveSeed(seed, name), std: shape[1] ** -0.5 });
    }
    if (name.endsWith("layer_norm.weight")) return tf.ones(shape);
    if (name.endsWith("bias")) return tf.zeros(shape);
    return xavierUniform([shape[0], shape[1]], { seed: deriveSeed(seed, name) });
  };
}
