import * as tf from "@tensorflow/tfjs";
import {
  type BlockPattern,
  blockSparseAttention,
  initMultiHeadAttentionWeights,
  multiHeadAttention,
  type MultiHeadAttentionWeights,
  projectKeyValue,
} from "@heed/attention";
import { deriveSeed, initLayerNormWeights, type LayerNormWeights } from "@heed/nn";
import { type FeedForwardWeights, initFeedForwardWeights } from "./feed_forward.ts";
import type { TransformerLayerConfig, TransformerLayerOptions } from "./layer_options.ts";
import { dropoutAt, feedForwardSublayer, finish, layerDropout, sublayer } from "./_sublayer.ts";

/** Weights of one encoder layer. */
export interface EncoderLayerWeights {
  /** Self-attention. */
  readonly selfAttention: MultiHeadAttentionWeights;
  /** Normalisation of the self-attention sub-layer. */
  readonly selfAttentionNorm: LayerNormWeights;
  /** Feed-forward network. */
  readonly feedForward: FeedForwardWeights;
  /** Normalisation of the feed-forward sub-layer. */
  readonly feedForwardNorm: LayerNormWeights;
}

/** Options of {@linkcode encoderLayer}. */
export interface EncoderOptions extends TransformerLayerOptions {
  /** `[batch, seq_len]` float32, 1 = attend, 0 = hide; default: everything may be seen. */
  readonly attentionMask?: tf.Tensor;
  /** Return the attention weights too; default false. */
  readonly outputAttentions?: boolean;
  /** Attend in blocks, without dropout of the weights, as BigBird does; default: every token sees every other. */
  readonly pattern?: BlockPattern | undefined;
}

/** Result of one encoder layer. */
export interface EncoderLayerResult {
  /** `[batch, seq_len, hidden]` */
  readonly hiddenStates: tf.Tensor;
  /** `[batch, heads, seq_len, seq_len]` when asked for. */
  readonly attention?: tf.Tensor;
}

/**
 * One encoder layer: self-attention, then a feed-forward network, each with residual and
 * normalisation (Vaswani et al. 2017, figure 1, left).
 *
 * @param weights The layer's weights.
 * @param input `[batch, seq_len, hidden]`
 * @param options Heads, activation, mask, dropout.
 * @returns New hidden states, owned by the caller.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { encoderLayer, initEncoderLayerWeights } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { hiddenSize: 8, intermediateSize: 16, numHeads: 2 };
 * const weights = initEncoderLayerWeights(config, { seed: 1 });
 * const { hiddenStates } = encoderLayer(weights, tf.ones([1, 3, 8]), {
 *   numHeads: 2,
 *   activation: "relu",
 * });
 * assertEquals(hiddenStates.shape, [1, 3, 8]);
 * ```
 */
export function encoderLayer(
  weights: EncoderLayerWeights,
  input: tf.Tensor,
  { attentionMask, outputAttentions = false, pattern, ...options }: EncoderOptions,
): EncoderLayerResult {
  const { numHeads, dropout } = options;
  let attention: tf.Tensor | undefined;
  const attended = sublayer(weights.selfAttentionNorm, input, (states) => {
    if (pattern) {
      const sparse = { numHeads, pattern, attentionMask, outputAttentions };
      const result = blockSparseAttention(weights.selfAttention, states, sparse);
      attention = result.weights;
      return result.output;
    }
    const keyValue = projectKeyValue(weights.selfAttention, states);
    const result = multiHeadAttention(weights.selfAttention, states, {
      numHeads,
      keyValue,
      attentionMask,
      dropout: dropoutAt(dropout, "attention", "self"),
    });
    tf.dispose([keyValue.key, keyValue.value]);
    if (outputAttentions) attention = result.weights;
    else result.weights.dispose();
    return result.output;
  }, { ...options, name: "self" });
  const hiddenStates = feedForwardSublayer(weights, attended, options);
  attended.dispose();
  return { hiddenStates, attention };
}

/** Options of {@linkcode encoder}. */
export interface EncoderStackOptions extends EncoderOptions {
  /** Normalisation after the last layer, as pre-norm stacks have it; default none. */
  readonly finalNorm?: LayerNormWeights;
}

/** Result of {@linkcode encoder}. */
export interface EncoderResult {
  /** `[batch, seq_len, hidden]` */
  readonly lastHiddenState: tf.Tensor;
  /** One `[batch, heads, seq_len, seq_len]` for each layer when asked for. */
  readonly attentions?: readonly tf.Tensor[];
}

/**
 * A stack of encoder layers.
 *
 * @param layers Weights, first layer first.
 * @param input `[batch, seq_len, hidden]`; stays the caller's.
 * @param options As for {@linkcode encoderLayer}, and the normalisation after the last layer.
 * @returns The last layer's hidden states, owned by the caller.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { encoder, initEncoderLayerWeights } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { hiddenSize: 8, intermediateSize: 16, numHeads: 2 };
 * const layers = [1, 2].map((seed) => initEncoderLayerWeights(config, { seed }));
 * const { attentions } = encoder(layers, tf.ones([1, 3, 8]), {
 *   numHeads: 2,
 *   activation: "relu",
 *   outputAttentions: true,
 * });
 * assertEquals(attentions?.length, 2);
 * ```
 */
export function encoder(
  layers: readonly EncoderLayerWeights[],
  input: tf.Tensor,
  { finalNorm, ...options }: EncoderStackOptions,
): EncoderResult {
  const attentions: tf.Tensor[] = [];
  let states = input;
  layers.forEach((weights, index) => {
    const { hiddenStates, attention } = encoderLayer(weights, states, {
      ...options,
      ...layerDropout(options, index),
    });
    if (states !== input) states.dispose();
    if (attention) attentions.push(attention);
    states = hiddenStates;
  });
  const lastHiddenState = finish(states, input, { finalNorm, ...options });
  return options.outputAttentions ? { lastHiddenState, attentions } : { lastHiddenState };
}

/**
 * Fresh weights of one encoder layer.
 *
 * @param config Sizes.
 * @param options The seed.
 * @returns Weights owned by the caller.
 *
 * @example
 * ```ts
 * import { initEncoderLayerWeights } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { hiddenSize: 8, intermediateSize: 16, numHeads: 2 };
 * const weights = initEncoderLayerWeights(config, { seed: 1 });
 * assertEquals(weights.feedForward.up.weight.shape, [16, 8]);
 * ```
 */
export function initEncoderLayerWeights(
  config: TransformerLayerConfig,
  { seed }: { seed: number },
): EncoderLayerWeights {
  return {
    selfAttention: initMultiHeadAttentionWeights(config, { seed: deriveSeed(seed, "self") }),
    selfAttentionNorm: initLayerNormWeights({ size: config.hiddenSize }),
    feedForward: initFeedForwardWeights(config, { seed: deriveSeed(seed, "feedForward") }),
    feedForwardNorm: initLayerNormWeights({ size: config.hiddenSize }),
  };
}
