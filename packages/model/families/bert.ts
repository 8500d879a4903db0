import { ConfigReader, definedOnly, type Json, MOST } from "../config_reader.ts";
import type { ModelFamily } from "../family.ts";
import {
  type Activation,
  type EncoderLayerTensors,
  type LinearTensors,
  type NormTensors,
  normTensors,
  type Stack,
} from "../stack.ts";
import { type Initializer, type TensorSpec, ZEROS } from "../tensor_spec.ts";

/** Sizes of a BERT-like encoder. */
export interface EncoderConfig {
  /** Which layout of names the checkpoint has. */
  readonly modelType: "bert" | "distilbert";
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
  /** Longest input, in tokens. */
  readonly maxPositionEmbeddings: number;
  /** Number of token types; 0 in models without. */
  readonly typeVocabSize: number;
  /** Added to the variance by the norms. */
  readonly layerNormEps: number;
}

/** Names of activations in Hugging Face's configs. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu: "gelu",
  gelu_new: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
  relu: "relu",
  silu: "swish",
  swish: "swish",
};

/** Keys of `config.json` by model type; what has none is fixed. */
const KEYS = {
  bert: {
    hiddenSize: "hidden_size",
    layers: "num_hidden_layers",
    heads: "num_attention_heads",
    intermediateSize: "intermediate_size",
    activation: "hidden_act",
  },
  distilbert: {
    hiddenSize: "dim",
    layers: "n_layers",
    heads: "n_heads",
    intermediateSize: "hidden_dim",
    activation: "activation",
  },
} as const;

/**
 * Reads the `config.json` of a BERT or DistilBERT checkpoint.
 *
 * @param json The parsed file.
 * @returns The config.
 * @throws {SyntaxError} When keys are missing or wrong, or ask for what is not supported; all are named.
 *
 * @example
 * ```ts
 * import { parseEncoderConfig } from "@heed/model";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => parseEncoderConfig({ model_type: "marian" }), SyntaxError, "model_type");
 * ```
 */
export function parseEncoderConfig(json: Json): EncoderConfig {
  const reader = new ConfigReader(json);
  const modelType = reader.oneOf("model_type", { bert: "bert", distilbert: "distilbert" } as const);
  const isBert = modelType === "bert", keys = KEYS[modelType];
  reader.fixed("position_embedding_type", "absolute");
  reader.fixed("is_decoder", false);
  const config: EncoderConfig = {
    modelType,
    vocabSize: reader.size("vocab_size", { most: MOST.vocabulary }),
    hiddenSize: reader.size(keys.hiddenSize),
    numHiddenLayers: reader.size(keys.layers, { most: MOST.layers }),
    numHeads: reader.size(keys.heads),
    intermediateSize: reader.size(keys.intermediateSize),
    activation: reader.oneOf(keys.activation, ACTIVATIONS),
    maxPositionEmbeddings: reader.size("max_position_embeddings"),
    typeVocabSize: isBert ? reader.size("type_vocab_size") : 0,
    layerNormEps: isBert ? reader.number("layer_norm_eps", 1e-12) : 1e-12,
  };
  reader.divides(keys.hiddenSize, config.hiddenSize, config.numHeads);
  reader.finish();
  return config;
}

/** Tensors of a BERT-like encoder. */
export interface EncoderTensors {
  /** The encoder. */
  readonly encoder: Stack<EncoderLayerTensors>;
  /** Dense layer over the first token; absent in checkpoints without. */
  readonly pooler?: LinearTensors;
}

/** Names of a layer's parts by model type. */
const NAMES = {
  bert: {
    layers: "encoder.layer",
    query: "attention.self.query",
    key: "attention.self.key",
    value: "attention.self.value",
    output: "attention.output.dense",
    selfNorm: "attention.output.LayerNorm",
    up: "intermediate.dense",
    down: "output.dense",
    ffnNorm: "output.LayerNorm",
  },
  distilbert: {
    layers: "transformer.layer",
    query: "attention.q_lin",
    key: "attention.k_lin",
    value: "attention.v_lin",
    output: "attention.out_lin",
    selfNorm: "sa_layer_norm",
    up: "ffn.lin1",
    down: "ffn.lin2",
    ffnNorm: "output_layer_norm",
  },
} as const;

/** Devlin et al. 2019 draw all matrices from a normal distribution of this deviation. */
const INIT: Initializer = { kind: "normal", std: 0.02 };

function encoderTensors(config: EncoderConfig, names: readonly string[] = []): EncoderTensors {
  const { hiddenSize, intermediateSize, modelType, maxPositionEmbeddings, typeVocabSize } = config;
  const prefix = names.some((name) => name.startsWith(`${modelType}.`)) ? `${modelType}.` : "";
  const linear = (name: string, outputs: number, inputs: number): LinearTensors => ({
    weight: { name: `${name}.weight`, shape: [outputs, inputs], init: INIT },
    bias: { name: `${name}.bias`, shape: [outputs], init: ZEROS },
  });
  const norm = (name: string): NormTensors => normTensors(name, hiddenSize);
  const parts = NAMES[modelType];
  const layer = (_: unknown, i: number): EncoderLayerTensors => {
    const name = (part: string) => `${prefix}${parts.layers}.${i}.${part}`;
    const square = (part: string) => linear(name(part), hiddenSize, hiddenSize);
    return {
      selfAttention: {
        query: square(parts.query),
        key: square(parts.key),
        value: square(parts.value),
        output: square(parts.output),
      },
      selfAttentionNorm: norm(name(parts.selfNorm)),
      feedForward: {
        up: linear(name(parts.up), intermediateSize, hiddenSize),
        down: linear(name(parts.down), hiddenSize, intermediateSize),
      },
      feedForwardNorm: norm(name(parts.ffnNorm)),
    };
  };
  const table = (name: string, rows: number): TensorSpec => ({
    name: `${prefix}embeddings.${name}.weight`,
    shape: [rows, hiddenSize],
    init: INIT,
  });
  const pooler = `${prefix}pooler.dense`;
  return {
    encoder: {
      hiddenSize,
      numHeads: config.numHeads,
      intermediateSize,
      activation: config.activation,
      preNorm: false,
      layerNormEps: config.layerNormEps,
      causal: false,
      tokens: table("word_embeddings", config.vocabSize),
      embeddingScale: 1,
      positions: {
        kind: "learned",
        count: maxPositionEmbeddings,
        table: table("position_embeddings", maxPositionEmbeddings),
      },
      types: typeVocabSize > 0 ? table("token_type_embeddings", typeVocabSize) : undefined,
      embeddingNorm: norm(`${prefix}embeddings.LayerNorm`),
      layers: Array.from({ length: config.numHiddenLayers }, layer),
    },
    pooler: names.includes(`${pooler}.weight`) ? linear(pooler, hiddenSize, hiddenSize) : undefined,
  };
}

function bertLike<Type extends EncoderConfig["modelType"]>(
  modelType: Type,
): ModelFamily<EncoderConfig, EncoderTensors> {
  return {
    modelType,
    kind: "encoder",
    tasks: ["embedding"],
    tokenizer: "any",
    runners: ["engine"],
    // Heads of tasks, and a table of positions that some versions saved.
    ignored: /^(cls|vocab_\w+|classifier|pre_classifier|qa_outputs)\.|\.position_ids$/,
    architectures: {},
    parseConfig: parseEncoderConfig,
    configFiles: (config) => ({ "config.json": encoderConfigToJson(config) }),
    tensors: encoderTensors,
  };
}

/** BERT (Devlin et al. 2019). */
export const bert: ModelFamily<EncoderConfig, EncoderTensors> = bertLike("bert");

/** DistilBERT (Sanh et al. 2019): BERT with half of the layers, without token types. */
export const distilbert: ModelFamily<EncoderConfig, EncoderTensors> = bertLike("distilbert");

/** Hugging Face's name of each activation. */
function activationName(activation: Activation): string {
  return Object.entries(ACTIVATIONS).find(([, value]) => value === activation)![0];
}

/** Writes a config in the words of its file. */
function encoderConfigToJson(config: EncoderConfig): Json {
  const { modelType } = config, keys = KEYS[modelType], isBert = modelType === "bert";
  return definedOnly({
    model_type: modelType,
    architectures: [isBert ? "BertModel" : "DistilBertModel"],
    vocab_size: config.vocabSize,
    [keys.hiddenSize]: config.hiddenSize,
    [keys.layers]: config.numHiddenLayers,
    [keys.heads]: config.numHeads,
    [keys.intermediateSize]: config.intermediateSize,
    [keys.activation]: activationName(config.activation),
    max_position_embeddings: config.maxPositionEmbeddings,
    type_vocab_size: isBert ? config.typeVocabSize : undefined,
    layer_norm_eps: isBert ? config.layerNormEps : undefined,
  });
}
