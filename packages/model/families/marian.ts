import type { WeightsReader } from "@heed/checkpoint";
import type { ModelFamily } from "../family.ts";
import {
  type AttentionTensors,
  type EncoderLayerTensors,
  type FeedForwardTensors,
  type LayerTensors,
  type LinearTensors,
  linearTensors,
  normTensors,
  type Stack,
} from "../stack.ts";
import { type TensorSpec, ZEROS } from "../tensor_spec.ts";
import { equalTensors } from "./_equal_tensors.ts";
import {
  parseSeq2SeqConfig,
  type Seq2SeqConfig,
  seq2SeqConfigToJson,
  transformerArchitecture,
} from "./marian_config.ts";

/** Tensors of an encoder-decoder in MarianMT's layout. */
export interface MarianTensors {
  /** The table of tokens, tied, and `final_logits_bias` `[1, vocab]`. */
  readonly output: Required<LinearTensors>;
  /** Reads the source. */
  readonly encoder: Stack<EncoderLayerTensors>;
  /** Writes the target; layers have self-attention or an SSRU. */
  readonly decoder: Stack<LayerTensors>;
  /** What the file holds and nobody reads. */
  readonly unused?: TensorSpec;
}

/** MarianMT: encoder-decoder Transformers for translation, of Marian and OPUS-MT. */
export const marian: ModelFamily<Seq2SeqConfig, MarianTensors> = {
  modelType: "marian",
  kind: "encoder-decoder",
  tasks: ["translation"],
  tokenizer: "marian",
  runners: ["engine", "tfjs"],
  ignored: /^(model\.(en|de)coder\.embed_(positions|tokens)|lm_head)\.weight$/,
  architectures: { transformer: transformerArchitecture },
  parseConfig: parseSeq2SeqConfig,
  configFiles(config) {
    const { model, generation } = seq2SeqConfigToJson(config);
    return { "config.json": model, "generation_config.json": generation };
  },
  tensors: marianTensors,
  settle: settleOutput,
  refusal(runner, json) {
    if (runner !== "tfjs") return undefined;
    if (json.decoder_autoreg === "rnn") return "tfjs has no SSRU decoder, which this model has";
    const isOne = json.share_encoder_decoder_embeddings !== false &&
      json.tie_word_embeddings !== false;
    return isOne ? undefined : "tfjs has one table of embeddings, and this model has several";
  },
};

/** What the table is called that source, target and output have in common, and those that each has alone. */
const SHARED = "model.shared.weight";
const SOURCE = "model.encoder.embed_tokens.weight", TARGET = "model.decoder.embed_tokens.weight";
/** The matrix of the output, where a file has one. */
const OUTPUT = "lm_head.weight";

/** A copy of the embeddings is passed over; any other matrix is what the model was trained with. */
async function settleOutput(config: Seq2SeqConfig, weights: WeightsReader): Promise<Seq2SeqConfig> {
  if (config.hasUntiedOutput || !weights.names.includes(OUTPUT)) return config;
  const { name } = marianTensors(config, weights.names).output.weight;
  if (!weights.names.includes(name)) return config;
  return await equalTensors(weights, [OUTPUT, name])
    ? config
    : { ...config, hasStoredOutput: true };
}

function marianTensors(config: Seq2SeqConfig, names?: readonly string[]): MarianTensors {
  const { hiddenSize, vocabSize, sourceVocabSize } = config;
  const square = (name: string) => linearTensors(name, [hiddenSize, hiddenSize]);
  const norm = (name: string) => normTensors(name, hiddenSize);
  const attention = (name: string): AttentionTensors => ({
    query: square(`${name}.q_proj`),
    key: square(`${name}.k_proj`),
    value: square(`${name}.v_proj`),
    output: square(`${name}.out_proj`),
  });
  const feedForward = (name: string, width: number): FeedForwardTensors => ({
    up: linearTensors(`${name}.fc1`, [width, hiddenSize]),
    down: linearTensors(`${name}.fc2`, [hiddenSize, width]),
  });
  const encoderLayer = (_: unknown, i: number): EncoderLayerTensors => {
    const name = `model.encoder.layers.${i}`;
    return {
      selfAttention: attention(`${name}.self_attn`),
      selfAttentionNorm: norm(`${name}.self_attn_layer_norm`),
      feedForward: feedForward(name, config.encoderFfnDim),
      feedForwardNorm: norm(`${name}.final_layer_norm`),
    };
  };
  const decoderLayer = (_: unknown, i: number): LayerTensors => {
    const name = `model.decoder.layers.${i}`;
    return {
      ...(config.decoderAutoreg === "rnn"
        ? {
          ssru: {
            candidate: { weight: square(`${name}.rnn.w`).weight },
            forget: square(`${name}.rnn.wf`),
          },
          selfAttentionNorm: norm(`${name}.rnn.layer_norm`),
        }
        : {
          selfAttention: attention(`${name}.self_attn`),
          selfAttentionNorm: norm(`${name}.self_attn_layer_norm`),
        }),
      crossAttention: attention(`${name}.encoder_attn`),
      crossAttentionNorm: norm(`${name}.encoder_attn_layer_norm`),
      feedForward: feedForward(name, config.decoderFfnDim),
      feedForwardNorm: norm(`${name}.final_layer_norm`),
    };
  };
  const table = (name: string, rows: number): TensorSpec => ({
    name,
    shape: [rows, hiddenSize],
    init: { kind: "normal", std: hiddenSize ** -0.5 },
  });
  const has = (name: string) => names?.includes(name) ?? false;
  // transformers 5 ties nothing where the output is untied; and some files have the common table under the name of
  // one that uses it.
  const isShared = sourceVocabSize === undefined &&
    !(config.hasUntiedOutput && has(SOURCE) && has(TARGET));
  const isNamedShared = isShared && (has(SHARED) || !has(TARGET));
  const target = table(isNamedShared ? SHARED : TARGET, vocabSize);
  const source = isShared ? target : table(SOURCE, sourceVocabSize ?? vocabSize);
  // A file without the matrix has it tied, whatever the config says.
  const isUntied = config.hasStoredOutput ||
    config.hasUntiedOutput && (names?.includes(OUTPUT) ?? true);
  const stack = {
    hiddenSize,
    activation: config.activationFunction === "silu" ? "swish" : config.activationFunction,
    preNorm: false,
    layerNormEps: 1e-5,
    embeddingScale: config.scaleEmbedding ? Math.sqrt(hiddenSize) : 1,
    positions: { kind: "sinusoidal", count: config.maxPositionEmbeddings },
  } as const;
  return {
    ...(!isNamedShared && has(SHARED) && { unused: table(SHARED, sourceVocabSize ?? vocabSize) }),
    output: {
      weight: isUntied ? table(OUTPUT, vocabSize) : target,
      bias: { name: "final_logits_bias", shape: [1, vocabSize], init: ZEROS },
    },
    encoder: {
      ...stack,
      tokens: source,
      causal: false,
      numHeads: config.encoderAttentionHeads,
      intermediateSize: config.encoderFfnDim,
      layers: Array.from({ length: config.encoderLayers }, encoderLayer),
    },
    decoder: {
      ...stack,
      tokens: target,
      causal: true,
      numHeads: config.decoderAttentionHeads,
      intermediateSize: config.decoderFfnDim,
      layers: Array.from({ length: config.decoderLayers }, decoderLayer),
    },
  };
}
