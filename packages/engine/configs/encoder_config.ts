import type { Activation, LayerSpec, LinearSpec, ModelSpec, NormSpec } from "../spec.ts";
import { JsonReader } from "./json_reader.ts";

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

/**
 * Reads the `config.json` of a BERT or DistilBERT checkpoint.
 *
 * @param json The parsed file.
 * @returns The config.
 * @throws {SyntaxError} When keys are missing or wrong, or ask for what the engine does not have; all are named.
 */
export function parseEncoderConfig(json: Record<string, unknown>): EncoderConfig {
  const reader = new JsonReader(json);
  const modelType = reader.oneOf("model_type", { bert: "bert", distilbert: "distilbert" } as const);
  const isBert = modelType !== "distilbert";
  reader.fixed("position_embedding_type", "absolute");
  reader.fixed("is_decoder", false);
  const config: EncoderConfig = {
    modelType,
    vocabSize: reader.size("vocab_size"),
    hiddenSize: reader.size(isBert ? "hidden_size" : "dim"),
    numHiddenLayers: reader.size(isBert ? "num_hidden_layers" : "n_layers"),
    numHeads: reader.size(isBert ? "num_attention_heads" : "n_heads"),
    intermediateSize: reader.size(isBert ? "intermediate_size" : "hidden_dim"),
    activation: reader.oneOf(isBert ? "hidden_act" : "activation", ACTIVATIONS),
    maxPositionEmbeddings: reader.size("max_position_embeddings"),
    typeVocabSize: isBert ? reader.size("type_vocab_size") : 0,
    layerNormEps: isBert ? reader.number("layer_norm_eps", 1e-12) : 1e-12,
  };
  reader.divides("attention heads", config.numHeads, config.hiddenSize);
  reader.finish();
  return config;
}

/** Describes a BERT-like encoder; `names` of the checkpoint tell its prefix and whether it has a pooler. */
export function encoderSpec(config: EncoderConfig, names: readonly string[]): ModelSpec {
  const { hiddenSize, intermediateSize, vocabSize, maxPositionEmbeddings, typeVocabSize } = config;
  const isBert = config.modelType === "bert";
  const prefix = names.some((name) => name.startsWith(`${config.modelType}.`))
    ? `${config.modelType}.`
    : "";
  const part = (name: string, outputs: number, inputs: number) => ({
    weight: `${name}.weight`,
    bias: `${name}.bias`,
    outputs,
    inputs,
  });
  const linear = (name: string, outputs: number, inputs: number): LinearSpec => ({
    parts: [part(name, outputs, inputs)],
  });
  const norm = (name: string): NormSpec => ({ weight: `${name}.weight`, bias: `${name}.bias` });
  const names_ = isBert
    ? {
      layer: `${prefix}encoder.layer`,
      projections: ["query", "key", "value"].map((name) => `attention.self.${name}`),
      output: "attention.output.dense",
      selfNorm: "attention.output.LayerNorm",
      up: "intermediate.dense",
      down: "output.dense",
      ffnNorm: "output.LayerNorm",
    }
    : {
      layer: `${prefix}transformer.layer`,
      projections: ["q_lin", "k_lin", "v_lin"].map((name) => `attention.${name}`),
      output: "attention.out_lin",
      selfNorm: "sa_layer_norm",
      up: "ffn.lin1",
      down: "ffn.lin2",
      ffnNorm: "output_layer_norm",
    };
  const layer = (_: unknown, i: number): LayerSpec => {
    const name = (rest: string) => `${names_.layer}.${i}.${rest}`;
    return {
      self: {
        queryKeyValue: {
          parts: names_.projections.map((rest) => part(name(rest), hiddenSize, hiddenSize)),
          headsOut: true,
        },
        output: { parts: [part(name(names_.output), hiddenSize, hiddenSize)], headsIn: true },
      },
      selfNorm: norm(name(names_.selfNorm)),
      up: linear(name(names_.up), intermediateSize, hiddenSize),
      down: linear(name(names_.down), hiddenSize, intermediateSize),
      ffnNorm: norm(name(names_.ffnNorm)),
    };
  };
  const table = (name: string) => `${prefix}embeddings.${name}.weight`;
  const pooler = `${prefix}pooler.dense`;
  return {
    encoder: {
      hiddenSize,
      numHeads: config.numHeads,
      ffnSize: intermediateSize,
      activation: config.activation,
      preNorm: false,
      eps: config.layerNormEps,
      causal: false,
      layers: Array.from({ length: config.numHiddenLayers }, layer),
      tokens: { weight: table("word_embeddings"), vocabSize },
      embeddingScale: 1,
      positions: {
        kind: "learned",
        count: maxPositionEmbeddings,
        weight: table("position_embeddings"),
      },
      ...(typeVocabSize > 0 && {
        types: { weight: table("token_type_embeddings"), count: typeVocabSize },
      }),
      embeddingNorm: norm(`${prefix}embeddings.LayerNorm`),
    },
    ...(names.includes(`${pooler}.weight`) && { pooler: linear(pooler, hiddenSize, hiddenSize) }),
    // Heads of tasks, and a table of positions that some versions saved.
    ignored: /^(cls|vocab_\w+|classifier|pre_classifier|qa_outputs)\.|\.position_ids$/,
  };
}
