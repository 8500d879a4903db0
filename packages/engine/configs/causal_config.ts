import type { Activation, LayerSpec, LinearSpec, ModelSpec, NormSpec } from "../spec.ts";
import { JsonReader } from "./json_reader.ts";

/** Sizes and special tokens of a GPT-2-like decoder. */
export interface CausalConfig {
  /** Number of token ids. */
  readonly vocabSize: number;
  /** Width of the hidden states. */
  readonly hiddenSize: number;
  /** Number of layers. */
  readonly numHiddenLayers: number;
  /** Heads of every layer. */
  readonly numHeads: number;
  /** Width of the feed-forward networks. */
  readonly intermediateSize: number;
  /** Activation of the feed-forward networks. */
  readonly activation: Activation;
  /** Longest text, in tokens: prompt and what is generated. */
  readonly maxPositionEmbeddings: number;
  /** Added to the variance by the norms. */
  readonly layerNormEps: number;
  /** Ends a text. */
  readonly eosTokenId: number;
}

/** Names of activations in Hugging Face's configs. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu_new: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
  gelu: "gelu",
  relu: "relu",
  silu: "swish",
  swish: "swish",
};

/**
 * Reads the `config.json` of a GPT-2 checkpoint.
 *
 * @param json The parsed file.
 * @returns The config.
 * @throws {SyntaxError} When keys are missing or wrong, or ask for what the engine does not have; all are named.
 */
export function parseCausalConfig(json: Record<string, unknown>): CausalConfig {
  const reader = new JsonReader(json);
  reader.oneOf("model_type", { gpt2: true });
  reader.fixed("add_cross_attention", false);
  reader.fixed("scale_attn_weights", true);
  reader.fixed("scale_attn_by_inverse_layer_idx", false);
  reader.fixed("tie_word_embeddings", true);
  const vocabSize = reader.size("vocab_size"), hiddenSize = reader.size("n_embd");
  const config: CausalConfig = {
    vocabSize,
    hiddenSize,
    numHiddenLayers: reader.size("n_layer"),
    numHeads: reader.size("n_head"),
    intermediateSize: reader.size("n_inner", 4 * hiddenSize),
    activation: reader.oneOf("activation_function", ACTIVATIONS),
    maxPositionEmbeddings: reader.size("n_positions"),
    layerNormEps: reader.number("layer_norm_epsilon", 1e-5),
    eosTokenId: reader.token("eos_token_id", vocabSize),
  };
  reader.divides("attention heads", config.numHeads, hiddenSize);
  reader.finish();
  return config;
}

/** Describes a GPT-2-like decoder; `names` of the checkpoint tell its prefix. */
export function causalSpec(config: CausalConfig, names: readonly string[]): ModelSpec {
  const { hiddenSize, intermediateSize, vocabSize } = config;
  const prefix = names.some((name) => name.startsWith("transformer.")) ? "transformer." : "";
  // Conv1D: weights are stored [inputs, outputs].
  const part = (name: string, outputs: number, inputs: number) => ({
    weight: `${name}.weight`,
    bias: `${name}.bias`,
    outputs,
    inputs,
    transposed: true,
  });
  const linear = (name: string, outputs: number, inputs: number): LinearSpec => ({
    parts: [part(name, outputs, inputs)],
  });
  const norm = (name: string): NormSpec => ({ weight: `${name}.weight`, bias: `${name}.bias` });
  const layer = (_: unknown, i: number): LayerSpec => {
    const name = `${prefix}h.${i}`;
    const fused = part(`${name}.attn.c_attn`, 3 * hiddenSize, hiddenSize);
    return {
      self: {
        queryKeyValue: {
          parts: [0, 1, 2].map((index) => ({ ...fused, slice: { index, count: 3 } })),
          headsOut: true,
        },
        output: {
          parts: [part(`${name}.attn.c_proj`, hiddenSize, hiddenSize)],
          headsIn: true,
        },
      },
      selfNorm: norm(`${name}.ln_1`),
      up: linear(`${name}.mlp.c_fc`, intermediateSize, hiddenSize),
      down: linear(`${name}.mlp.c_proj`, hiddenSize, intermediateSize),
      ffnNorm: norm(`${name}.ln_2`),
    };
  };
  const tokens = `${prefix}wte.weight`;
  return {
    decoder: {
      hiddenSize,
      numHeads: config.numHeads,
      ffnSize: intermediateSize,
      activation: config.activation,
      preNorm: true,
      eps: config.layerNormEps,
      causal: true,
      layers: Array.from({ length: config.numHiddenLayers }, layer),
      finalNorm: norm(`${prefix}ln_f`),
      tokens: { weight: tokens, vocabSize },
      embeddingScale: 1,
      positions: {
        kind: "learned",
        count: config.maxPositionEmbeddings,
        weight: `${prefix}wpe.weight`,
      },
    },
    output: { weight: tokens },
    // The tied output, and masks that some versions saved.
    ignored: /^lm_head\.weight$|\.attn\.(masked_)?bias$/,
  };
}
