import * as tf from "@tensorflow/tfjs";
import {
  deriveSeed,
  dropout,
  type DropoutOptions,
  layerNorm,
  type LayerNormWeights,
} from "@heed/nn";
import { feedForward, type FeedForwardWeights } from "./feed_forward.ts";
import type { TransformerDropout, TransformerLayerOptions } from "./layer_options.ts";

/** Dropout of one place in a layer: its rate, and a seed of its own. */
export function dropoutAt(
  rates: TransformerDropout | undefined,
  place: "attention" | "activation" | "hidden",
  name: string,
): DropoutOptions | undefined {
  const rate = rates?.[place] ?? 0;
  return rate > 0 ? { rate, seed: deriveSeed(rates!.seed, place, name) } : undefined;
}

/** Gives every layer of a stack masks of its own. */
export function layerDropout(
  { dropout }: TransformerLayerOptions,
  index: number,
): Pick<TransformerLayerOptions, "dropout"> {
  return dropout ? { dropout: { ...dropout, seed: deriveSeed(dropout.seed, index) } } : {};
}

/**
 * A sub-layer with its residual connection: `norm(x + f(x))`, or `x + f(norm(x))` with `normFirst`.
 * Returns one owned tensor; `input` stays the caller's.
 */
export function sublayer(
  norm: LayerNormWeights,
  input: tf.Tensor,
  apply: (states: tf.Tensor) => tf.Tensor,
  { normFirst = false, layerNormEps: eps, dropout: rates, name }:
    & Pick<TransformerLayerOptions, "normFirst" | "layerNormEps" | "dropout">
    & { name: string },
): tf.Tensor {
  const drop = dropoutAt(rates, "hidden", name);
  const normed = normFirst ? layerNorm(norm, input, { eps }) : undefined;
  const applied = apply(normed ?? input);
  const kept = drop ? dropout(applied, drop) : applied;
  const output = normFirst ? tf.add(input, kept) : layerNorm(norm, kept, { eps, residual: input });
  normed?.dispose();
  applied.dispose();
  if (kept !== applied) kept.dispose();
  return output;
}

/** The last sub-layer of every layer. */
export function feedForwardSublayer(
  { feedForward: weights, feedForwardNorm: norm }: {
    readonly feedForward: FeedForwardWeights;
    readonly feedForwardNorm: LayerNormWeights;
  },
  input: tf.Tensor,
  options: TransformerLayerOptions,
): tf.Tensor {
  const name = "feedForward", { activation } = options;
  const apply = (states: tf.Tensor) =>
    feedForward(weights, states, {
      activation,
      dropout: dropoutAt(options.dropout, "activation", name),
    });
  return sublayer(norm, input, apply, { ...options, name });
}

/**
 * The output of a stack: its last states, normalised where the stack ends with that. Returns one owned
 * tensor and releases the states; `input` stays the caller's.
 */
export function finish(
  states: tf.Tensor,
  input: tf.Tensor,
  { finalNorm, layerNormEps: eps }: Pick<TransformerLayerOptions, "layerNormEps"> & {
    finalNorm?: LayerNormWeights;
  },
): tf.Tensor {
  if (finalNorm) {
    const normed = layerNorm(finalNorm, states, { eps });
    if (states !== input) states.dispose();
    return normed;
  }
  return states === input ? tf.clone(input) : states;
}
