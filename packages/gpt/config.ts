import { type CausalConfig, parseCausalConfig } from "@heed/model";

/** Sizes of a new model; those that are left out are GPT-2's smallest model's. */
export interface GptSizes {
  /** Number of token ids. */
  readonly vocabSize?: number;
  /** Width of the hidden states. */
  readonly hiddenSize?: number;
  /** Number of layers. */
  readonly numHiddenLayers?: number;
  /** Heads of every layer. */
  readonly numHeads?: number;
  /** Width of the feed-forward networks; default four times the hidden size. */
  readonly intermediateSize?: number;
  /** Longest text, in tokens. */
  readonly maxPositionEmbeddings?: number;
  /** The token that ends a text; default the last one. */
  readonly eosTokenId?: number;
  /**
   * Makes it a GPT-3: how many tokens each token sees in every second layer, itself and those right before it; default
   * all, as in GPT-2.
   */
  readonly windowSize?: number;
}

/** Published sizes: GPT-2's four (Radford et al. 2019, table 2), and GPT-3's eight (Brown et al. 2020, table 2.1). */
export const gptPresets = {
  "gpt2": { numHiddenLayers: 12, hiddenSize: 768, numHeads: 12 },
  "gpt2-medium": { numHiddenLayers: 24, hiddenSize: 1024, numHeads: 16 },
  "gpt2-large": { numHiddenLayers: 36, hiddenSize: 1280, numHeads: 20 },
  "gpt2-xl": { numHiddenLayers: 48, hiddenSize: 1600, numHeads: 25 },
  "gpt3-small": { numHiddenLayers: 12, hiddenSize: 768, numHeads: 12, maxPositionEmbeddings: 2048 },
  "gpt3-medium": {
    numHiddenLayers: 24,
    hiddenSize: 1024,
    numHeads: 16,
    maxPositionEmbeddings: 2048,
  },
  "gpt3-large": {
    numHiddenLayers: 24,
    hiddenSize: 1536,
    numHeads: 16,
    maxPositionEmbeddings: 2048,
  },
  "gpt3-xl": { numHiddenLayers: 24, hiddenSize: 2048, numHeads: 24, maxPositionEmbeddings: 2048 },
  "gpt3-2.7b": { numHiddenLayers: 32, hiddenSize: 2560, numHeads: 32, maxPositionEmbeddings: 2048 },
  "gpt3-6.7b": { numHiddenLayers: 32, hiddenSize: 4096, numHeads: 32, maxPositionEmbeddings: 2048 },
  "gpt3-13b": { numHiddenLayers: 40, hiddenSize: 5120, numHeads: 40, maxPositionEmbeddings: 2048 },
  "gpt3-175b": {
    numHiddenLayers: 96,
    hiddenSize: 12288,
    numHeads: 96,
    maxPositionEmbeddings: 2048,
  },
} as const satisfies Record<string, GptSizes>;

/**
 * Sizes of a new GPT-2-like model.
 *
 * @param sizes What differs from GPT-2's smallest model; see {@linkcode gptPresets} for others.
 * @returns The config, checked.
 * @throws {SyntaxError} When a size is out of range, or the hidden size is no multiple of the heads.
 *
 * @example
 * ```ts
 * import { gptConfig, gptPresets } from "@heed/gpt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(gptConfig(gptPresets["gpt2-xl"]).intermediateSize, 6400);
 * ```
 */
export function gptConfig(
  {
    vocabSize = 50257,
    hiddenSize = 768,
    numHiddenLayers = 12,
    numHeads = 12,
    intermediateSize = 4 * hiddenSize,
    maxPositionEmbeddings = 1024,
    eosTokenId = vocabSize - 1,
    windowSize,
  }: GptSizes = {},
): CausalConfig {
  const banded = windowSize !== undefined && {
    attention_layers: Array.from(
      { length: numHiddenLayers },
      (_, i) => i % 2 === 0 ? "global" : "local",
    ),
    window_size: windowSize,
  };
  return parseCausalConfig({
    ...banded,
    model_type: banded ? "gpt3" : "gpt2",
    activation_function: "gelu_new",
    vocab_size: vocabSize,
    n_embd: hiddenSize,
    n_layer: numHiddenLayers,
    n_head: numHeads,
    n_inner: intermediateSize,
    n_positions: maxPositionEmbeddings,
    layer_norm_epsilon: 1e-5,
    eos_token_id: eosTokenId,
  });
}

/**
 * Counts the weights of a model without making it.
 *
 * @param config Sizes.
 * @returns All of its parameters; the output is tied to the embedding.
 *
 * @example
 * ```ts
 * import { countParameters, gptConfig, gptPresets } from "@heed/gpt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(countParameters(gptConfig(gptPresets.gpt2)), 124_439_808);
 * ```
 */
export function countParameters(config: CausalConfig): number {
  const { hiddenSize: d, intermediateSize: f, numHiddenLayers, vocabSize } = config;
  const attention = 4 * d * d + 4 * d;
  const feedForward = 2 * d * f + d + f;
  const norms = 4 * d;
  return numHiddenLayers * (attention + feedForward + norms) + 2 * d +
    (vocabSize + config.maxPositionEmbeddings) * d;
}
