import type { ModelFamily } from "../family.ts";
import type {
  AttentionTensors,
  EncoderLayerTensors,
  LayerTensors,
  LinearTensors,
  NormTensors,
  Stack,
} from "../stack.ts";
import { ONES, type TensorSpec, ZEROS } from "../tensor_spec.ts";
import { bergamotConfigToJson, parseBergamotConfig } from "./bergamot_config.ts";
import type { Seq2SeqConfig } from "./marian_config.ts";

/** Tensors of a Transformer under Marian's own names. */
export interface BergamotTensors {
  /** Tied or not, with a bias or without. */
  readonly output: LinearTensors;
  /** Reads the source. */
  readonly encoder: Stack<EncoderLayerTensors>;
  /** Writes the target; layers have self-attention or an SSRU. */
  readonly decoder: Stack<LayerTensors>;
}

/**
 * Transformers in Marian's own files, under Marian's own names: the models of Firefox Translations and Bergamot, whose
 * decoders have SSRUs, and others with attention. Matrices are `[inputs, outputs]`.
 */
export const bergamot: ModelFamily<Seq2SeqConfig, BergamotTensors> = {
  modelType: "bergamot",
  kind: "encoder-decoder",
  tasks: ["translation"],
  tokenizer: "marian",
  runners: ["engine"],
  // They belong to the matrices: `inputMultipliers` of the specs.
  ignored: /_QuantMultA$/,
  architectures: {},
  parseConfig: parseBergamotConfig,
  configFiles: (config) => ({ "config.json": bergamotConfigToJson(config) }),
  tensors: bergamotTensors,
};

function bergamotTensors(config: Seq2SeqConfig): BergamotTensors {
  const { hiddenSize, vocabSize, sourceVocabSize } = config;
  const vector = (name: string, size: number, init = ZEROS): TensorSpec => ({
    name,
    shape: [1, size],
    init,
  });
  const matrix = (name: string, inputs: number, outputs: number): TensorSpec => ({
    name,
    shape: [inputs, outputs],
    init: { kind: "xavier-uniform" },
    transposed: true,
    inputMultipliers: [`${name}_QuantMultA`],
  });
  const norm = (name: string): NormTensors => ({
    weight: vector(`${name}_ln_scale`, hiddenSize, ONES),
    bias: vector(`${name}_ln_bias`, hiddenSize),
  });
  const attention = (name: string): AttentionTensors => {
    const linear = (letter: string): LinearTensors => ({
      weight: matrix(`${name}_W${letter}`, hiddenSize, hiddenSize),
      bias: vector(`${name}_b${letter}`, hiddenSize),
    });
    return { query: linear("q"), key: linear("k"), value: linear("v"), output: linear("o") };
  };
  const feedForward = (name: string, width: number) => ({
    feedForward: {
      up: {
        weight: matrix(`${name}_ffn_W1`, hiddenSize, width),
        bias: vector(`${name}_ffn_b1`, width),
      },
      down: {
        weight: matrix(`${name}_ffn_W2`, width, hiddenSize),
        bias: vector(`${name}_ffn_b2`, hiddenSize),
      },
    },
    feedForwardNorm: norm(`${name}_ffn_ffn`),
  });
  const attending = (name: string): Pick<
    EncoderLayerTensors,
    "selfAttention" | "selfAttentionNorm"
  > => ({
    selfAttention: attention(`${name}_self`),
    selfAttentionNorm: norm(`${name}_self_Wo`),
  });
  const recurring = (name: string): Pick<LayerTensors, "ssru" | "selfAttentionNorm"> => ({
    ssru: {
      candidate: { weight: matrix(`${name}_rnn_W`, hiddenSize, hiddenSize) },
      forget: {
        weight: matrix(`${name}_rnn_Wf`, hiddenSize, hiddenSize),
        bias: vector(`${name}_rnn_bf`, hiddenSize),
      },
    },
    selfAttentionNorm: norm(`${name}_rnn_ffn`),
  });
  const encoderLayer = (_: unknown, i: number): EncoderLayerTensors => {
    const name = `encoder_l${i + 1}`;
    return { ...attending(name), ...feedForward(name, config.encoderFfnDim) };
  };
  const decoderLayer = (_: unknown, i: number): LayerTensors => {
    const name = `decoder_l${i + 1}`;
    return {
      ...(config.decoderAutoreg === "rnn" ? recurring(name) : attending(name)),
      crossAttention: attention(`${name}_context`),
      crossAttentionNorm: norm(`${name}_context_Wo`),
      ...feedForward(name, config.decoderFfnDim),
    };
  };
  const isShared = sourceVocabSize === undefined, targetTokens = vocabSize - 1;
  const table = (name: string, tokens: number): TensorSpec => ({
    name,
    shape: [tokens, hiddenSize],
    init: { kind: "normal", std: hiddenSize ** -0.5 },
  });
  // One row more for the token that decoding starts from.
  const targetTable = isShared ? "Wemb" : "decoder_Wemb";
  const target: TensorSpec = {
    ...table(targetTable, targetTokens),
    zeroRows: 1,
    // Of the states that it makes logits of; a graph in which the transposed table has no name knows it as "none".
    inputMultipliers: [`${targetTable}_QuantMultA`, "none_QuantMultA"],
  };
  const source = isShared ? target : table("encoder_Wemb", sourceVocabSize);
  const stack = {
    hiddenSize,
    activation: config.activationFunction === "silu" ? "swish" : config.activationFunction,
    preNorm: false,
    layerNormEps: 1e-6,
    embeddingScale: config.scaleEmbedding ? Math.sqrt(hiddenSize) : 1,
    positions: { kind: "sinusoidal", count: config.maxPositionEmbeddings, closed: true },
  } as const;
  return {
    output: {
      weight: config.hasUntiedOutput
        ? { ...matrix("decoder_ff_logit_out_W", hiddenSize, targetTokens), zeroRows: 1 }
        : target,
      bias: config.hasOutputBias === false
        ? undefined
        : vector("decoder_ff_logit_out_b", targetTokens),
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
