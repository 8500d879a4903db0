import { showValue } from "@heed/checkpoint";
import { ConfigReader, type Json, MOST } from "../config_reader.ts";
import type { ModelFamily } from "../family.ts";
import {
  type Activation,
  type EncoderLayerTensors,
  type LinearTensors,
  normTensors,
  type Stack,
} from "../stack.ts";
import { type Initializer, type TensorSpec, ZEROS } from "../tensor_spec.ts";

/** Sizes and special tokens of a GPT-2-like decoder. */
export interface CausalConfig {
  /** The family: GPT-3 is GPT-2 with a window in every second layer. */
  readonly modelType: "gpt2" | "gpt3";
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
  /** Of GPT-3: tokens that a token sees in the second, fourth and so on layer, itself and those right before it. */
  readonly windowSize?: number;
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
 * @throws {SyntaxError} When keys are missing or wrong, or ask for what is not supported; all are named.
 *
 * @example
 * ```ts
 * import { parseCausalConfig } from "@heed/model";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => parseCausalConfig({ model_type: "bert" }), SyntaxError, "model_type");
 * ```
 */
export function parseCausalConfig(json: Json): CausalConfig {
  const reader = new ConfigReader(json);
  const modelType = reader.oneOf<CausalConfig["modelType"]>("model_type", {
    gpt2: "gpt2",
    gpt3: "gpt3",
  });
  reader.fixed("add_cross_attention", false);
  reader.fixed("scale_attn_weights", true);
  reader.fixed("scale_attn_by_inverse_layer_idx", false);
  reader.fixed("tie_word_embeddings", true);
  const vocabSize = reader.size("vocab_size", { most: MOST.vocabulary });
  const hiddenSize = reader.size("n_embd");
  const numHiddenLayers = reader.size("n_layer", { most: MOST.layers });
  const config: CausalConfig = {
    modelType,
    vocabSize,
    hiddenSize,
    numHiddenLayers,
    numHeads: reader.size("n_head"),
    intermediateSize: reader.size("n_inner", { fallback: 4 * hiddenSize }),
    activation: reader.oneOf("activation_function", ACTIVATIONS),
    maxPositionEmbeddings: reader.size("n_positions"),
    layerNormEps: reader.number("layer_norm_epsilon", 1e-5),
    eosTokenId: reader.token("eos_token_id", { vocabSize }),
    windowSize: modelType === "gpt3" ? readWindow(json, { reader, numHiddenLayers }) : undefined,
  };
  reader.divides("n_embd", hiddenSize, config.numHeads);
  reader.finish();
  return config;
}

/** GPT-Neo's words for layers that see a window: `attention_layers`, `window_size`. */
function readWindow(
  { attention_layers: layers }: Json,
  { reader, numHiddenLayers }: { reader: ConfigReader; numHiddenLayers: number },
): number {
  const alternating = Array.isArray(layers) && layers.length === numHiddenLayers &&
    layers.every((kind, i) => kind === attentionOf(i));
  if (!alternating) {
    reader.problem(
      `attention_layers is ${showValue(layers)}; this model has "global" and "local" in turn, ` +
        `for each of ${numHiddenLayers} layers`,
    );
  }
  return reader.size("window_size");
}

const attentionOf = (layer: number) => layer % 2 === 0 ? "global" : "local";

/** Tensors of a GPT-2-like decoder. */
export interface CausalTensors {
  /** The decoder: pre-norm layers without attention to another stack. */
  readonly decoder: Stack<EncoderLayerTensors>;
  /** The table of tokens, tied. */
  readonly output: LinearTensors;
}

/** GPT-2 (Radford et al. 2019). */
export const gpt2: ModelFamily<CausalConfig, CausalTensors> = {
  modelType: "gpt2",
  kind: "decoder",
  tasks: ["text-generation"],
  tokenizer: "any",
  runners: ["engine"],
  // The tied output, and masks that some versions saved.
  ignored: /^lm_head\.weight$|\.attn\.(masked_)?bias$/,
  architectures: {},
  parseConfig: parseCausalConfig,
  configFiles: (config) => ({ "config.json": causalConfigToJson(config) }),
  tensors: causalTensors,
};

/** GPT-3 (Brown et al. 2020, section 2.1): dense and locally banded layers in turn. */
export const gpt3: ModelFamily<CausalConfig, CausalTensors> = { ...gpt2, modelType: "gpt3" };

const INIT: Initializer = { kind: "normal", std: 0.02 };

function causalTensors(config: CausalConfig, names: readonly string[] = []): CausalTensors {
  const { hiddenSize, intermediateSize, vocabSize, maxPositionEmbeddings } = config;
  const prefix = names.some((name) => name.startsWith("transformer.")) ? "transformer." : "";
  // Conv1D: weights are stored [inputs, outputs].
  const linear = (name: string, outputs: number, inputs: number): Required<LinearTensors> => ({
    weight: { name: `${name}.weight`, shape: [inputs, outputs], transposed: true, init: INIT },
    bias: { name: `${name}.bias`, shape: [outputs], init: ZEROS },
  });
  const table = (name: string, rows: number): TensorSpec => ({
    name: `${prefix}${name}.weight`,
    shape: [rows, hiddenSize],
    init: INIT,
  });
  const layer = (_: unknown, i: number): EncoderLayerTensors => {
    const name = `${prefix}h.${i}`;
    const fused = linear(`${name}.attn.c_attn`, 3 * hiddenSize, hiddenSize);
    const [query, key, value] = [0, 1, 2].map((index) => ({
      weight: { ...fused.weight, slice: { index, count: 3 } },
      bias: { ...fused.bias, slice: { index, count: 3 } },
    }));
    return {
      window: attentionOf(i) === "local" ? config.windowSize : undefined,
      selfAttention: {
        query,
        key,
        value,
        output: linear(`${name}.attn.c_proj`, hiddenSize, hiddenSize),
      },
      selfAttentionNorm: normTensors(`${name}.ln_1`, hiddenSize),
      feedForward: {
        up: linear(`${name}.mlp.c_fc`, intermediateSize, hiddenSize),
        down: linear(`${name}.mlp.c_proj`, hiddenSize, intermediateSize),
      },
      feedForwardNorm: normTensors(`${name}.ln_2`, hiddenSize),
    };
  };
  const tokens = table("wte", vocabSize);
  return {
    decoder: {
      hiddenSize,
      numHeads: config.numHeads,
      intermediateSize,
      activation: config.activation,
      preNorm: true,
      layerNormEps: config.layerNormEps,
      causal: true,
      tokens,
      embeddingScale: 1,
      positions: {
        kind: "learned",
        count: maxPositionEmbeddings,
        table: table("wpe", maxPositionEmbeddings),
      },
      layers: Array.from({ length: config.numHiddenLayers }, layer),
      finalNorm: normTensors(`${prefix}ln_f`, hiddenSize),
    },
    output: { weight: tokens },
  };
}

/** Writes a config in the words of its file. */
function causalConfigToJson(config: CausalConfig): Json {
  const json = {
    model_type: config.modelType,
    vocab_size: config.vocabSize,
    n_embd: config.hiddenSize,
    n_layer: config.numHiddenLayers,
    n_head: config.numHeads,
    n_inner: config.intermediateSize,
    activation_function:
      Object.entries(ACTIVATIONS).find(([, value]) => value === config.activation)![0],
    n_positions: config.maxPositionEmbeddings,
    layer_norm_epsilon: config.layerNormEps,
    eos_token_id: config.eosTokenId,
  };
  if (config.windowSize === undefined) return { ...json, architectures: ["GPT2LMHeadModel"] };
  return {
    ...json,
    attention_layers: Array.from({ length: config.numHiddenLayers }, (_, i) => attentionOf(i)),
    window_size: config.windowSize,
  };
}
