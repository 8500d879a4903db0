import * as tf from "@tensorflow/tfjs";
import type { KeyValueCache } from "@heed/attention";
import { type Activation, deriveSeed, dropout, embedding, layerNorm, linear } from "@heed/nn";
import type { CausalConfig } from "@heed/model";
import { addPositions } from "@heed/positional";
import { decoderLayer } from "@heed/transformer";
import type { GptWeights } from "./weights.ts";

/** Options of {@linkcode readTokens}. */
export interface ReadTokensOptions {
  /** Sizes. */
  readonly config: CausalConfig;
  /** Caches of the text so far, one for each layer; default none. They stay the caller's. */
  readonly past?: readonly KeyValueCache[];
  /**
   * Tokens of padding that each row of `past` begins with: they are not seen, and positions count from the token after
   * them; default none `[batch]`.
   */
  readonly padding?: readonly number[];
  /** Return the states of every layer, too; default false. */
  readonly outputHiddenStates?: boolean;
  /** Return the attention weights of every layer, too; default false. */
  readonly outputAttentions?: boolean;
  /** Rate of dropout while training; default 0. */
  readonly dropout?: number;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
}

/** Result of {@linkcode readTokens}; every tensor is owned by the caller. */
export interface ReadTokens {
  /** After the last norm `[batch, length, hidden]`. */
  readonly lastHiddenState: tf.Tensor;
  /** Keys and values up to here, one for each layer. */
  readonly cache: readonly KeyValueCache[];
  /** The embeddings, and what each layer made of them, the last after the norm, when asked for. */
  readonly hiddenStates?: readonly tf.Tensor[];
  /** One `[batch, heads, length, past + length]` for each layer when asked for. */
  readonly attentions?: readonly tf.Tensor[];
}

/**
 * Token ids -> hidden states, each of which knows the tokens up to its own.
 *
 * @param weights The model's weights.
 * @param inputIds `[batch, length]` int32
 * @param options Config, what came before, what is returned, dropout.
 * @returns States after the last norm, and what the next step needs.
 * @throws {RangeError} When the text is longer than the table of positions.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { loadGpt } from "@heed/gpt";
 * import { readTokens } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm" });
 * using borrowed = model.borrowWeights();
 * const { weights } = borrowed, { config } = model;
 * const { lastHiddenState } = readTokens(weights, tf.tensor2d([[5, 6, 7]], [1, 3], "int32"), { config });
 * assertEquals(lastHiddenState.shape, [1, 3, 40]);
 * ```
 */
export function readTokens(
  weights: GptWeights,
  inputIds: tf.Tensor,
  options: ReadTokensOptions,
): ReadTokens {
  const { config, past, outputHiddenStates = false, outputAttentions = false } = options;
  const { dropoutSeed, dropout: rate = 0 } = options;
  const { layerNormEps, numHeads } = config;
  const caches: KeyValueCache[] = [];
  const hiddenStates: tf.Tensor[] = [], attentions: tf.Tensor[] = [];
  const kept = tf.tidy(() => {
    const seed = (...place: (string | number)[]) => deriveSeed(dropoutSeed!, ...place);
    const offset = past?.[0].key.shape[1] ?? 0;
    const embedded = embedding({ weight: weights.tokens }, inputIds);
    const padded = options.padding?.some((count) => count > 0)
      ? paddedPlaces(options.padding, { offset, length: inputIds.shape[1]! })
      : undefined;
    let states = padded
      ? tf.add(embedded, embedding({ weight: weights.positions }, padded.positionIds))
      : addPositions(embedded, { table: weights.positions, offset });
    if (dropoutSeed !== undefined) states = dropout(states, { rate, seed: seed("embedding") });
    hiddenStates.push(states);
    weights.layers.forEach((layer, index) => {
      const result = decoderLayer(layer, states, {
        numHeads,
        activation: activationOf(config),
        normFirst: true,
        layerNormEps,
        outputAttentions,
        attentionMask: padded?.attentionMask,
        window: layer.window,
        past: past?.[index],
        dropout: dropoutSeed === undefined
          ? undefined
          : { hidden: rate, attention: rate, seed: seed("layer", index) },
      });
      states = result.hiddenStates;
      hiddenStates.push(states);
      caches.push(result.cache);
      if (result.selfAttention) attentions.push(result.selfAttention);
    });
    const last = layerNorm(weights.finalNorm, states, { eps: layerNormEps });
    hiddenStates[hiddenStates.length - 1] = last;
    return [
      outputHiddenStates ? tf.clone(last) : last,
      ...outputHiddenStates ? hiddenStates : [],
      ...attentions,
      ...caches.flatMap(({ key, value }) => [key, value]),
    ];
  });
  return {
    lastHiddenState: kept[0],
    cache: caches,
    hiddenStates: outputHiddenStates ? hiddenStates : undefined,
    attentions: outputAttentions ? attentions : undefined,
  };
}

/** Where tokens stand that come after padding, and what they see. */
function paddedPlaces(
  padding: readonly number[],
  { offset, length }: { offset: number; length: number },
): { positionIds: tf.Tensor; attentionMask: tf.Tensor } {
  const rows = padding.length, keys = offset + length;
  const positions = padding.flatMap((count) =>
    Array.from({ length }, (_, i) => offset + i - count)
  );
  const seen = padding.flatMap((count) => Array.from({ length: keys }, (_, i) => +(i >= count)));
  return {
    positionIds: tf.tensor2d(positions, [rows, length], "int32"),
    attentionMask: tf.tensor2d(seen, [rows, keys], "float32"),
  };
}

/**
 * Hidden states -> logits of the token after each one; the output is tied to the embedding.
 *
 * @param weights The model's weights.
 * @param states `[..., hidden]`
 * @returns `[rows, vocab]`, the caller's.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { loadGpt } from "@heed/gpt";
 * import { tokenLogits } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm" });
 * using borrowed = model.borrowWeights();
 * const states = tf.ones([2, 3, model.config.hiddenSize]);
 * assertEquals(tokenLogits(borrowed.weights, states).shape, [2 * 3, model.config.vocabSize]);
 * ```
 */
export function tokenLogits(weights: GptWeights, states: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const rows = tf.reshape(states, [-1, states.shape.at(-1)!]);
    return linear({ weight: weights.tokens }, rows);
  });
}

function activationOf({ activation }: CausalConfig): Activation {
  if (activation !== "none") return activation;
  throw new RangeError("Cannot run a decoder without an activation");
}
