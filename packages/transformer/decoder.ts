import * as tf from "@tensorflow/tfjs";
import {
  appendKeyValue,
  initMultiHeadAttentionWeights,
  type KeyValueCache,
  multiHeadAttention,
  type MultiHeadAttentionWeights,
  projectKeyValue,
} from "@heed/attention";
import { deriveSeed, initLayerNormWeights, type LayerNormWeights } from "@heed/nn";
import { type FeedForwardWeights, initFeedForwardWeights } from "./feed_forward.ts";
import type { TransformerLayerConfig, TransformerLayerOptions } from "./layer_options.ts";
import { dropoutAt, feedForwardSublayer, finish, layerDropout, sublayer } from "./_sublayer.ts";

/** Weights of one decoder layer. */
export interface DecoderLayerWeights {
  /** Causal self-attention. */
  readonly selfAttention: MultiHeadAttentionWeights;
  /** Normalisation of the self-attention sub-layer. */
  readonly selfAttentionNorm: LayerNormWeights;
  /** Attention to the encoder; absent in a decoder without one, as GPT is. */
  readonly crossAttention?: MultiHeadAttentionWeights;
  /** Normalisation of the cross-attention sub-layer. */
  readonly crossAttentionNorm?: LayerNormWeights;
  /** Feed-forward network. */
  readonly feedForward: FeedForwardWeights;
  /** Normalisation of the feed-forward sub-layer. */
  readonly feedForwardNorm: LayerNormWeights;
}

/** Options of {@linkcode decoderLayer}. */
export interface DecoderLayerOptions extends TransformerLayerOptions {
  /** Keys and values of the encoder's states in this layer, projected once per source; only with cross-attention. */
  readonly memory?: KeyValueCache;
  /** `[batch, source_len]` float32, 1 = attend, 0 = hide; default: everything may be seen. */
  readonly memoryMask?: tf.Tensor;
  /**
   * `[batch, past_len + target_len]` float32, 1 = attend, 0 = hide, beside causality: for targets that begin with
   * padding; default: all that came before may be seen.
   */
  readonly attentionMask?: tf.Tensor;
  /**
   * How many target tokens each one sees, itself and those right before it: locally banded attention (Child et al.
   * 2019); default all up to itself.
   */
  readonly window?: number;
  /** Keys and values of the target so far; default none. Stays the caller's. */
  readonly past?: KeyValueCache;
  /** Return the attention weights; default false. */
  readonly outputAttentions?: boolean;
}

/** Result of one decoder layer; every tensor is owned by the caller. */
export interface DecoderLayerResult {
  /** `[batch, target_len, hidden]` */
  readonly hiddenStates: tf.Tensor;
  /** Keys and values of the target up to here `[batch, past_len + target_len, heads * head_dim]`. */
  readonly cache: KeyValueCache;
  /** `[batch, heads, target_len, past_len + target_len]` when asked for. */
  readonly selfAttention?: tf.Tensor;
  /** `[batch, heads, target_len, source_len]` when asked for. */
  readonly crossAttention?: tf.Tensor;
}

/**
 * One decoder layer: causal self-attention, attention to the encoder where its weights have it,
 * feed-forward network (Vaswani et al. 2017, figure 1, right). A whole target at once when trained; a prompt in pieces
 * of any length and then one token after another behind the `past` when it generates: all give the same states.
 *
 * @param weights The layer's weights.
 * @param input `[batch, target_len, hidden]`
 * @param options Heads, activation, memory, past, dropout.
 * @returns New hidden states, and the cache for the next step.
 * @throws {TypeError} When there is cross-attention and no memory, or memory and no cross-attention.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { projectKeyValue } from "@heed/attention";
 * import { decoderLayer, initDecoderLayerWeights } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { hiddenSize: 8, intermediateSize: 16, numHeads: 2 };
 * const weights = initDecoderLayerWeights(config, { seed: 1 });
 * const memory = projectKeyValue(weights.crossAttention!, tf.ones([1, 5, 8]));
 * const { hiddenStates, cache } = decoderLayer(weights, tf.ones([1, 3, 8]), {
 *   numHeads: 2,
 *   activation: "relu",
 *   memory,
 * });
 * assertEquals(hiddenStates.shape, [1, 3, 8]);
 * assertEquals(cache.key.shape, [1, 3, 8]);
 * ```
 */
export function decoderLayer(
  weights: DecoderLayerWeights,
  input: tf.Tensor,
  { memory, memoryMask, attentionMask, window, past, outputAttentions = false, ...options }:
    DecoderLayerOptions,
): DecoderLayerResult {
  const { numHeads, dropout } = options;
  const cross = crossAttentionOf(weights, memory);
  const attentions: { selfAttention?: tf.Tensor; crossAttention?: tf.Tensor } = {};
  const attend = (
    place: "selfAttention" | "crossAttention",
    states: tf.Tensor,
    attention: MultiHeadAttentionWeights,
    { keyValue, causal, mask }: { keyValue: KeyValueCache; causal: boolean; mask?: tf.Tensor },
  ) => {
    const { output, weights: probabilities } = multiHeadAttention(attention, states, {
      numHeads,
      keyValue,
      causal,
      window: causal ? window : undefined,
      attentionMask: mask,
      dropout: dropoutAt(dropout, "attention", place),
    });
    if (outputAttentions) attentions[place] = probabilities;
    else probabilities.dispose();
    return output;
  };

  let cache!: KeyValueCache;
  const selfAttended = sublayer(weights.selfAttentionNorm, input, (states) => {
    const newest = projectKeyValue(weights.selfAttention, states);
    cache = past ? appendKeyValue(past, newest) : newest;
    if (past) tf.dispose([newest.key, newest.value]);
    return attend("selfAttention", states, weights.selfAttention, {
      keyValue: cache,
      causal: true,
      mask: attentionMask,
    });
  }, { ...options, name: "selfAttention" });
  const attended = cross === undefined ? selfAttended : sublayer(
    cross.norm,
    selfAttended,
    (states) =>
      attend("crossAttention", states, cross.attention, {
        keyValue: cross.memory,
        causal: false,
        mask: memoryMask,
      }),
    { ...options, name: "crossAttention" },
  );
  if (attended !== selfAttended) selfAttended.dispose();
  const hiddenStates = feedForwardSublayer(weights, attended, options);
  attended.dispose();
  return { hiddenStates, cache, ...attentions };
}

/** What a layer attends to the encoder with; undefined where it does not. */
function crossAttentionOf(
  { crossAttention: attention, crossAttentionNorm: norm }: DecoderLayerWeights,
  memory: KeyValueCache | undefined,
) {
  if (attention && norm && memory) return { attention, norm, memory };
  if (attention || norm || memory) {
    throw new TypeError(
      "Cannot run a decoder layer: cross-attention, its normalisation and memory belong together; " +
        `there is ${attention ? "" : "no "}attention, ${norm ? "a" : "no"} normalisation, ` +
        `${memory ? "a" : "no"} memory`,
    );
  }
  return undefined;
}

/** Options of {@linkcode decoder}. */
export interface DecoderOptions extends TransformerLayerOptions {
  /**
   * Keys and values of the encoder's states, one for each layer, from {@linkcode projectMemory}; only where the
   * layers have cross-attention.
   */
  readonly memory?: readonly KeyValueCache[];
  /** Normalisation after the last layer, as pre-norm stacks have it; default none. */
  readonly finalNorm?: LayerNormWeights;
  /** `[batch, source_len]` float32, 1 = attend, 0 = hide; default: everything may be seen. */
  readonly memoryMask?: tf.Tensor;
  /**
   * `[batch, past_len + target_len]` float32, 1 = attend, 0 = hide, beside causality: for targets that begin with
   * padding; default: all that came before may be seen.
   */
  readonly attentionMask?: tf.Tensor;
  /** Caches of the target so far, one for each layer; default none. Stay the caller's. */
  readonly past?: readonly KeyValueCache[];
  /** Return the attention weights; default false. */
  readonly outputAttentions?: boolean;
}

/** Result of {@linkcode decoder}; every tensor is owned by the caller. */
export interface DecoderResult {
  /** `[batch, target_len, hidden]` */
  readonly lastHiddenState: tf.Tensor;
  /** Caches for the next step, one for each layer. */
  readonly cache: readonly KeyValueCache[];
  /** One for each layer when asked for. */
  readonly selfAttentions?: readonly tf.Tensor[];
  /** One for each layer when asked for. */
  readonly crossAttentions?: readonly tf.Tensor[];
}

/**
 * Projects the encoder's states for every decoder layer, once per source.
 *
 * @param layers Weights of the decoder.
 * @param encoderHiddenStates `[batch, source_len, hidden]`
 * @returns Keys and values, one record for each layer.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { initDecoderLayerWeights, projectMemory } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { hiddenSize: 8, intermediateSize: 16, numHeads: 2 };
 * const layers = [initDecoderLayerWeights(config, { seed: 1 })];
 * assertEquals(projectMemory(layers, tf.ones([1, 5, 8])).length, 1);
 * ```
 */
export function projectMemory(
  layers: readonly DecoderLayerWeights[],
  encoderHiddenStates: tf.Tensor,
): KeyValueCache[] {
  return layers.map(({ crossAttention }) => {
    if (crossAttention) return projectKeyValue(crossAttention, encoderHiddenStates);
    throw new TypeError("Cannot project memory: a layer of this decoder has no cross-attention");
  });
}

/**
 * A stack of decoder layers. Layers without cross-attention make it a language model's, such as GPT's.
 *
 * @param layers Weights, first layer first.
 * @param input `[batch, target_len, hidden]`; stays the caller's.
 * @param options Memory, past, and what every layer needs.
 * @returns The last layer's hidden states and the caches.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { decoder, initDecoderLayerWeights, projectMemory } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { hiddenSize: 8, intermediateSize: 16, numHeads: 2 };
 * const layers = [1, 2].map((seed) => initDecoderLayerWeights(config, { seed }));
 * const memory = projectMemory(layers, tf.ones([1, 5, 8]));
 * const { cache } = decoder(layers, tf.ones([1, 1, 8]), {
 *   numHeads: 2,
 *   activation: "relu",
 *   memory,
 * });
 * assertEquals(cache.length, 2);
 * ```
 *
 * @example Without an encoder, pre-norm: a prompt at once, then one token more
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { initLayerNormWeights } from "@heed/nn";
 * import { decoder, initDecoderLayerWeights } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { hiddenSize: 8, intermediateSize: 16, numHeads: 2 };
 * const layers = [1, 2].map((seed) =>
 *   initDecoderLayerWeights(config, { seed, crossAttention: false })
 * );
 * const options = {
 *   numHeads: 2,
 *   activation: "gelu_tanh",
 *   normFirst: true,
 *   finalNorm: initLayerNormWeights({ size: 8 }),
 * } as const;
 * const { cache: past } = decoder(layers, tf.ones([1, 4, 8]), options);
 * const { lastHiddenState } = decoder(layers, tf.ones([1, 1, 8]), { ...options, past });
 * assertEquals(lastHiddenState.shape, [1, 1, 8]);
 * ```
 */
export function decoder(
  layers: readonly DecoderLayerWeights[],
  input: tf.Tensor,
  { memory, past, finalNorm, ...options }: DecoderOptions,
): DecoderResult {
  const cache: KeyValueCache[] = [];
  const selfAttentions: tf.Tensor[] = [], crossAttentions: tf.Tensor[] = [];
  let states = input;
  layers.forEach((weights, index) => {
    const result = decoderLayer(weights, states, {
      ...options,
      ...layerDropout(options, index),
      memory: memory?.[index],
      past: past?.[index],
    });
    if (states !== input) states.dispose();
    states = result.hiddenStates;
    cache.push(result.cache);
    if (result.selfAttention) selfAttentions.push(result.selfAttention);
    if (result.crossAttention) crossAttentions.push(result.crossAttention);
  });
  const lastHiddenState = finish(states, input, { finalNorm, ...options });
  if (!options.outputAttentions) return { lastHiddenState, cache };
  return { lastHiddenState, cache, selfAttentions, crossAttentions };
}

/**
 * Fresh weights of one decoder layer.
 *
 * @param config Sizes.
 * @param options The seed; `crossAttention`: whether the layer attends to an encoder, default true.
 * @returns Weights owned by the caller.
 *
 * @example
 * ```ts
 * import { initDecoderLayerWeights } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { hiddenSize: 8, intermediateSize: 16, numHeads: 2 };
 * const weights = initDecoderLayerWeights(config, { seed: 1 });
 * assertEquals(weights.crossAttention?.query.weight.shape, [8, 8]);
 * ```
 */
export function initDecoderLayerWeights(
  config: TransformerLayerConfig,
  { seed, crossAttention = true }: { seed: number; crossAttention?: boolean },
): DecoderLayerWeights {
  const { hiddenSize: size } = config;
  const layer = {
    selfAttention: initMultiHeadAttentionWeights(config, { seed: deriveSeed(seed, "self") }),
    selfAttentionNorm: initLayerNormWeights({ size }),
    feedForward: initFeedForwardWeights(config, { seed: deriveSeed(seed, "feedForward") }),
    feedForwardNorm: initLayerNormWeights({ size }),
  };
  if (!crossAttention) return layer;
  return {
    ...layer,
    crossAttention: initMultiHeadAttentionWeights(config, { seed: deriveSeed(seed, "cross") }),
    crossAttentionNorm: initLayerNormWeights({ size }),
  };
}
