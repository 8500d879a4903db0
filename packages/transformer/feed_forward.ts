import type * as tf from "@tensorflow/tfjs";
import {
  type Activation,
  deriveSeed,
  dropout as dropOut,
  type DropoutOptions,
  initLinearWeights,
  linear,
  type LinearWeights,
} from "@heed/nn";

/** Sizes of a feed-forward layer. */
export interface FeedForwardConfig {
  /** Width of the hidden states. */
  readonly hiddenSize: number;
  /** Width in between, usually four times the hidden size. */
  readonly intermediateSize: number;
}

/** Weights of a position-wise feed-forward layer. */
export interface FeedForwardWeights {
  /** hidden -> intermediate */
  readonly up: LinearWeights;
  /** intermediate -> hidden */
  readonly down: LinearWeights;
}

/** Options of {@linkcode feedForward}. */
export interface FeedForwardOptions {
  /** Between the two projections. */
  readonly activation: Activation;
  /** Dropout after the activation; default none. */
  readonly dropout?: DropoutOptions;
}

/**
 * The position-wise feed-forward network (Vaswani et al. 2017, equation 2):
 * `activation(x W1 + b1) W2 + b2`, the same at every position.
 *
 * @param weights Both projections.
 * @param input `[batch, seq_len, hidden]`
 * @param options Activation and dropout.
 * @returns `[batch, seq_len, hidden]`
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { feedForward, initFeedForwardWeights } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initFeedForwardWeights({ hiddenSize: 4, intermediateSize: 16 }, { seed: 1 });
 * assertEquals(feedForward(weights, tf.ones([1, 3, 4]), { activation: "relu" }).shape, [1, 3, 4]);
 * ```
 */
export function feedForward(
  weights: FeedForwardWeights,
  input: tf.Tensor,
  { activation, dropout }: FeedForwardOptions,
): tf.Tensor {
  const inner = linear(weights.up, input, { activation }); // [batch, seq_len, intermediate]
  const kept = dropout ? dropOut(inner, dropout) : inner;
  const output = linear(weights.down, kept);
  inner.dispose();
  if (kept !== inner) kept.dispose();
  return output;
}

/**
 * Fresh weights: Glorot uniform, biases zero.
 *
 * @param config Both sizes.
 * @param options The seed.
 * @returns Weights owned by the caller.
 *
 * @example
 * ```ts
 * import { initFeedForwardWeights } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const { up } = initFeedForwardWeights({ hiddenSize: 4, intermediateSize: 16 }, { seed: 1 });
 * assertEquals(up.weight.shape, [16, 4]);
 * ```
 */
export function initFeedForwardWeights(
  { hiddenSize, intermediateSize }: FeedForwardConfig,
  { seed }: { seed: number },
): FeedForwardWeights {
  return {
    up: initLinearWeights({ inSize: hiddenSize, outSize: intermediateSize }, {
      seed: deriveSeed(seed, "up"),
    }),
    down: initLinearWeights({ inSize: intermediateSize, outSize: hiddenSize }, {
      seed: deriveSeed(seed, "down"),
    }),
  };
}
