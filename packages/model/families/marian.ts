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
  refusal(runner, { decoder_autoreg: autoreg }) {
    if (runner !== "tfjs" || autoreg !== "rnn") return undefined;
    return "tfjs has no SSRU decoder, which this model has";
  },
};

function marianTensors(config: Seq2SeqConfig): MarianTensors {
  const { hiddenSize, vocabSize } = config;
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
  const tokens: TensorSpec = {
    name: "model.shared.weight",
    shape: [vocabSize, hiddenSize],
    init: { kind: "normal", std: hiddenSize ** -0.5 },
  };
  const stack = {
    hiddenSize,
    activation: config.activationFunction === "silu" ? "swish" : config.activationFunction,
    preNorm: false,
    layerNormEps: 1e-5,
    tokens,
    embeddingScale: config.scaleEmbedding ? Math.sqrt(hiddenSize) : 1,
    positions: { kind: "sinusoidal", count: config.maxPositionEmbeddings },
  } as const;
  return {
    output: {
      weight: tokens,
      bias: { name: "final_logits_bias", shape: [1, vocabSize], init: ZEROS },
    },
    encoder: {
      ...stack,
      causal: false,
      numHeads: config.encoderAttentionHeads,
      intermediateSize: config.encoderFfnDim,
      layers: Array.from({ length: config.encoderLayers }, encoderLayer),
    },
    decoder: {
      ...stack,
      causal: true,
      numHeads: config.decoderAttentionHeads,
      intermediateSize: config.decoderFfnDim,
      layers: Array.from({ length: config.decoderLayers }, decoderLayer),
    },
  };
}
