import type { ModelFamily } from "../family.ts";
import {
  type EncoderLayerTensors,
  type LinearTensors,
  type NormTensors,
  normTensors,
  type Stack,
} from "../stack.ts";
import { mapTensors, tensorsOf, type TensorSpec } from "../tensor_spec.ts";
import {
  type EncoderConfig,
  encoderConfigToJson,
  type EncoderModelType,
  parseEncoderConfig,
} from "./bert_config.ts";
import { BERT_INIT, bertLinear, type HeadTensors, headTensors } from "./bert_heads.ts";

/** Tensors of a BERT-like encoder. */
export interface EncoderTensors {
  /** The encoder. */
  readonly encoder: Stack<EncoderLayerTensors>;
  /** Dense layer over the first token; absent in checkpoints without. */
  readonly pooler?: LinearTensors;
  /** What stands on top. */
  readonly heads: readonly HeadTensors[];
}

const BERT_NAMES = {
  base: "bert",
  layers: "encoder.layer",
  query: "attention.self.query",
  key: "attention.self.key",
  value: "attention.self.value",
  output: "attention.output.dense",
  selfNorm: "attention.output.LayerNorm",
  up: "intermediate.dense",
  down: "output.dense",
  ffnNorm: "output.LayerNorm",
} as const;

/** Names of a layer's parts by model type, and of the encoder in a model that has a head. */
const NAMES = {
  bert: BERT_NAMES,
  roberta: { ...BERT_NAMES, base: "roberta" },
  "xlm-roberta": { ...BERT_NAMES, base: "roberta" },
  big_bird: BERT_NAMES,
  distilbert: {
    base: "distilbert",
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

function encoderTensors(config: EncoderConfig, names: readonly string[] = []): EncoderTensors {
  const { hiddenSize, intermediateSize, modelType, maxPositionEmbeddings, typeVocabSize } = config;
  const parts = NAMES[modelType], known = new Set(names);
  const isPrefixed = names.length > 0
    ? names.some((name) => name.startsWith(`${parts.base}.`))
    : config.head !== "none";
  const prefix = isPrefixed ? `${parts.base}.` : "";
  const linear = (name: string, outputs: number, inputs: number): LinearTensors =>
    bertLinear(name, [outputs, inputs]);
  const norm = (name: string): NormTensors => normTensors(name, hiddenSize);
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
    init: BERT_INIT,
  });
  const pooler = `${prefix}pooler${modelType === "big_bird" ? "" : ".dense"}`;
  const tokens = table("word_embeddings", config.vocabSize);
  const heads = headTensors(config, { tokens, pooler })
    .filter((head) => names.length === 0 || ownNames(head, prefix).some((name) => known.has(name)));
  const tensors: EncoderTensors = {
    encoder: {
      hiddenSize,
      numHeads: config.numHeads,
      intermediateSize,
      activation: config.activation,
      preNorm: false,
      layerNormEps: config.layerNormEps,
      causal: false,
      sparsity: config.sparsity,
      tokens,
      embeddingScale: 1,
      positions: {
        kind: "learned",
        count: maxPositionEmbeddings,
        first: config.positionOffset,
        table: table("position_embeddings", config.positionOffset + maxPositionEmbeddings),
      },
      types: typeVocabSize > 0 ? table("token_type_embeddings", typeVocabSize) : undefined,
      embeddingNorm: norm(`${prefix}embeddings.LayerNorm`),
      layers: Array.from({ length: config.numHiddenLayers }, layer),
    },
    pooler: known.has(`${pooler}.weight`) ? linear(pooler, hiddenSize, hiddenSize) : undefined,
    heads,
  };
  return names.some((name) => name.endsWith(".gamma")) ? withOldNames(tensors) : tensors;
}

/** Names of what a head alone has: not the embeddings it is tied to, nor the pooler. */
function ownNames(head: HeadTensors, prefix: string): string[] {
  return [...tensorsOf(head).keys()].filter((name) =>
    !name.includes("word_embeddings") && !name.startsWith(`${prefix}pooler.`)
  );
}

/** Checkpoints made from TensorFlow's, BERT's own among them, call the norms' tensors gamma and beta. */
function withOldNames(tensors: EncoderTensors): EncoderTensors {
  return mapTensors(tensors, (spec): TensorSpec => ({
    ...spec,
    name: spec.name.replace(
      /(?<=LayerNorm\.)(?:weight|bias)$/,
      (end) => end === "weight" ? "gamma" : "beta",
    ),
  })) as EncoderTensors;
}

/**
 * Tells what a tensor of a checkpoint is called where a model with a config's head is saved: with a prefix in
 * models that have a head, and with the norms' names of today.
 *
 * @param config The model's config.
 * @param name Name in some checkpoint of the family, which may be that of a bare encoder or of one with a head.
 * @returns The name.
 *
 * @example
 * ```ts
 * import { parseEncoderConfig, savedEncoderName } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const config = parseEncoderConfig({
 *   model_type: "bert",
 *   architectures: ["BertForMaskedLM"],
 *   vocab_size: 50,
 *   hidden_size: 8,
 *   num_hidden_layers: 1,
 *   num_attention_heads: 2,
 *   intermediate_size: 16,
 *   hidden_act: "gelu",
 *   max_position_embeddings: 12,
 *   type_vocab_size: 2,
 * });
 * const name = "embeddings.LayerNorm.gamma";
 * assertEquals(savedEncoderName(config, name), "bert.embeddings.LayerNorm.weight");
 * ```
 */
export function savedEncoderName({ modelType, head }: EncoderConfig, name: string): string {
  const { base } = NAMES[modelType];
  const today = name.replace(/\.gamma$/, ".weight").replace(/(?<=LayerNorm)\.beta$/, ".bias");
  const bare = today.startsWith(`${base}.`) ? today.slice(base.length + 1) : today;
  const isEncoder = /^(embeddings|encoder|transformer|pooler)\./.test(bare);
  return isEncoder && head !== "none" ? `${base}.${bare}` : bare;
}

function bertLike(modelType: EncoderModelType): ModelFamily<EncoderConfig, EncoderTensors> {
  return {
    modelType,
    kind: "encoder",
    tasks: ["embedding"],
    tokenizer: "any",
    runners: ["engine", "tfjs"],
    // Heads that a config does not ask for, and a table of positions that some versions saved.
    ignored:
      /^(cls|lm_head|vocab_\w+|classifier|pre_classifier|qa_outputs|qa_classifier)\.|\.position_ids$/,
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

/** RoBERTa (Liu et al. 2019): BERT whose positions begin after that of padding. */
export const roberta: ModelFamily<EncoderConfig, EncoderTensors> = bertLike("roberta");

/** XLM-RoBERTa (Conneau et al. 2020): RoBERTa for a hundred languages. */
export const xlmRoberta: ModelFamily<EncoderConfig, EncoderTensors> = bertLike("xlm-roberta");

/** BigBird (Zaheer et al. 2020): BERT whose attention is sparse, for long texts. */
export const bigBird: ModelFamily<EncoderConfig, EncoderTensors> = bertLike("big_bird");
