import * as tf from "@tensorflow/tfjs";
import {
  type Activation,
  deriveSeed,
  dropout as dropOut,
  initLinearWeights,
  linear,
  type LinearWeights,
} from "@heed/nn";
import { encoder, type EncoderLayerWeights, initEncoderLayerWeights } from "./encoder.ts";
import type { TransformerDropout, TransformerLayerConfig } from "./layer_options.ts";
import {
  initTokenAndPositionEmbeddingWeights,
  tokenAndPositionEmbedding,
  type TokenAndPositionEmbeddingConfig,
  type TokenAndPositionEmbeddingWeights,
} from "./token_and_position_embedding.ts";

/** Sizes of a {@linkcode classifier}. */
export interface ClassifierConfig extends TokenAndPositionEmbeddingConfig, TransformerLayerConfig {
  /** Encoder layers; default 1. */
  readonly numHiddenLayers?: number;
  /** Width of the layer between the average and the labels. */
  readonly classifierSize: number;
  /** Number of labels. */
  readonly numLabels: number;
}

/** A classifier of texts of up to 256 tokens that trains in minutes on a CPU: 659,592 parameters. */
export const SMALL_CLASSIFIER: ClassifierConfig = {
  vocabSize: 20_000,
  maxPositionEmbeddings: 256,
  hiddenSize: 32,
  numHeads: 2,
  headDim: 32,
  intermediateSize: 32,
  numHiddenLayers: 1,
  classifierSize: 20,
  numLabels: 4,
};

/** Weights of a {@linkcode classifier}. */
export interface ClassifierWeights {
  /** Tokens and positions. */
  readonly embeddings: TokenAndPositionEmbeddingWeights;
  /** Encoder layers, the first one first. */
  readonly layers: readonly EncoderLayerWeights[];
  /** hidden -> classifierSize */
  readonly dense: LinearWeights;
  /** classifierSize -> labels */
  readonly output: LinearWeights;
}

/** Options of {@linkcode classifier}. */
export interface ClassifierOptions {
  /** Number of attention heads. */
  readonly numHeads: number;
  /** Of the feed-forward networks and of the layer before the labels; default `relu`. */
  readonly activation?: Activation;
  /** `[batch, seq_len]` float32, 1 = token, 0 = padding; default: all are tokens. */
  readonly attentionMask?: tf.Tensor;
  /** Epsilon of the layer normalisations; default 1e-5. */
  readonly layerNormEps?: number;
  /** Dropout rates while it is trained; `hidden` also drops out the average. Default none. */
  readonly dropout?: TransformerDropout;
  /** Return the attention weights, too; default false. */
  readonly outputAttentions?: boolean;
}

/** Result of {@linkcode classifier}; every tensor is owned by the caller. */
export interface ClassifierResult {
  /** Scores of the labels `[batch, labels]`. */
  readonly logits: tf.Tensor;
  /** One `[batch, heads, seq_len, seq_len]` for each layer when asked for. */
  readonly attentions?: readonly tf.Tensor[];
}

/**
 * A classifier of texts: tokens and positions, encoder layers, the average over the text's tokens, a hidden layer, and
 * a score for each label. Padding counts nowhere; a text without tokens has an average of zeros.
 *
 * @param weights The weights.
 * @param inputIds int32 `[batch, seq_len]`.
 * @param options Heads, mask, dropout.
 * @returns The labels' scores, and the attention on request.
 * @throws {RangeError} When the text is longer than the table of positions.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { classifier, initClassifierWeights, SMALL_CLASSIFIER } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { ...SMALL_CLASSIFIER, vocabSize: 100 };
 * const weights = initClassifierWeights(config, { seed: 1 });
 * const { logits } = classifier(weights, tf.tensor2d([[4, 8, 15], [16, 23, 0]], [2, 3], "int32"), {
 *   numHeads: config.numHeads,
 *   attentionMask: tf.tensor2d([[1, 1, 1], [1, 1, 0]]),
 * });
 * assertEquals(logits.shape, [2, 4]);
 * ```
 */
export function classifier(
  weights: ClassifierWeights,
  inputIds: tf.Tensor,
  { numHeads, activation = "relu", attentionMask, layerNormEps, dropout, outputAttentions = false }:
    ClassifierOptions,
): ClassifierResult {
  return tf.tidy(() => {
    const embedded = tokenAndPositionEmbedding(weights.embeddings, inputIds);
    const { lastHiddenState, attentions } = encoder(weights.layers, embedded, {
      numHeads,
      activation,
      outputAttentions,
      attentionMask,
      layerNormEps,
      dropout,
    });
    const average = averagePooling(lastHiddenState, attentionMask); // [batch, hidden]
    const kept = dropout
      ? dropOut(average, { rate: dropout.hidden, seed: deriveSeed(dropout.seed, "average") })
      : average;
    const logits = linear(weights.output, linear(weights.dense, kept, { activation }));
    return { logits, attentions: attentions as tf.Tensor[] };
  });
}

/** The average of the states of tokens `[batch, hidden]`. */
function averagePooling(states: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor {
  if (!mask) return tf.mean(states, 1);
  const counts = tf.maximum(tf.sum(mask, 1, true), 1);
  return tf.div(tf.sum(tf.mul(states, tf.expandDims(mask, 2)), 1), counts);
}

/**
 * Fresh weights, as those of the parts.
 *
 * @param config Sizes.
 * @param options The seed.
 * @returns Weights owned by the caller.
 * @throws {RangeError} When the hidden size is not a multiple of `numHeads` and no `headDim` is given.
 *
 * @example
 * ```ts
 * import { initClassifierWeights, SMALL_CLASSIFIER } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const { layers, dense } = initClassifierWeights(SMALL_CLASSIFIER, { seed: 1 });
 * assertEquals(layers[0].selfAttention.query.weight.shape, [64, 32]);
 * assertEquals(dense.weight.shape, [20, 32]);
 * ```
 */
export function initClassifierWeights(
  config: ClassifierConfig,
  { seed }: { seed: number },
): ClassifierWeights {
  const { numHiddenLayers = 1, hiddenSize, classifierSize, numLabels } = config;
  return {
    embeddings: initTokenAndPositionEmbeddingWeights(config, {
      seed: deriveSeed(seed, "embeddings"),
    }),
    layers: Array.from(
      { length: numHiddenLayers },
      (_, i) => initEncoderLayerWeights(config, { seed: deriveSeed(seed, "layer", i) }),
    ),
    dense: initLinearWeights({ inSize: hiddenSize, outSize: classifierSize }, {
      seed: deriveSeed(seed, "dense"),
    }),
    output: initLinearWeights({ inSize: classifierSize, outSize: numLabels }, {
      seed: deriveSeed(seed, "output"),
    }),
  };
}
