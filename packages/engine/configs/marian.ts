import type { LayerSpec, LinearPart, LinearSpec, ModelSpec, NormSpec, StackSpec } from "../spec.ts";
import type { Seq2SeqConfig } from "./seq2seq_config.ts";

/** Describes an encoder-decoder in MarianMT's layout; decoder layers may be SSRUs. */
export function marianSpec(config: Seq2SeqConfig): ModelSpec {
  const { hiddenSize, vocabSize } = config;
  const part = (name: string, outputs: number, inputs: number): LinearPart => ({
    weight: `${name}.weight`,
    bias: `${name}.bias`,
    outputs,
    inputs,
  });
  const linear = (name: string, outputs: number, inputs: number): LinearSpec => ({
    parts: [part(name, outputs, inputs)],
  });
  const norm = (name: string): NormSpec => ({ weight: `${name}.weight`, bias: `${name}.bias` });
  const square = (name: string) => part(name, hiddenSize, hiddenSize);
  const attention = (name: string) => ({
    query: { parts: [square(`${name}.q_proj`)], headsOut: true },
    keyValue: [square(`${name}.k_proj`), square(`${name}.v_proj`)],
    output: { parts: [square(`${name}.out_proj`)], headsIn: true },
  });
  const selfAttention = (name: string) => {
    const { query, keyValue, output } = attention(name);
    return { queryKeyValue: { parts: [...query.parts, ...keyValue], headsOut: true }, output };
  };
  const feedForward = (name: string, width: number) => ({
    up: linear(`${name}.fc1`, width, hiddenSize),
    down: linear(`${name}.fc2`, hiddenSize, width),
    ffnNorm: norm(`${name}.final_layer_norm`),
  });
  const encoderLayer = (_: unknown, i: number): LayerSpec => {
    const name = `model.encoder.layers.${i}`;
    return {
      self: selfAttention(`${name}.self_attn`),
      selfNorm: norm(`${name}.self_attn_layer_norm`),
      ...feedForward(name, config.encoderFfnDim),
    };
  };
  const decoderLayer = (_: unknown, i: number): LayerSpec => {
    const name = `model.decoder.layers.${i}`;
    const candidate = { ...square(`${name}.rnn.w`), bias: undefined };
    return {
      ...(config.decoderAutoreg === "rnn"
        ? {
          ssru: { parts: [candidate, square(`${name}.rnn.wf`)] },
          selfNorm: norm(`${name}.rnn.layer_norm`),
        }
        : {
          self: selfAttention(`${name}.self_attn`),
          selfNorm: norm(`${name}.self_attn_layer_norm`),
        }),
      cross: {
        ...attention(`${name}.encoder_attn`),
        norm: norm(`${name}.encoder_attn_layer_norm`),
      },
      ...feedForward(name, config.decoderFfnDim),
    };
  };
  const shared = {
    hiddenSize,
    activation: config.activationFunction === "silu" ? "swish" : config.activationFunction,
    preNorm: false,
    eps: 1e-5,
    tokens: { weight: "model.shared.weight", vocabSize },
    embeddingScale: config.scaleEmbedding ? Math.sqrt(hiddenSize) : 1,
    positions: { kind: "sinusoidal", count: config.maxPositionEmbeddings },
  } satisfies Partial<StackSpec>;
  return {
    encoder: {
      ...shared,
      causal: false,
      numHeads: config.encoderAttentionHeads,
      ffnSize: config.encoderFfnDim,
      layers: Array.from({ length: config.encoderLayers }, encoderLayer),
    },
    decoder: {
      ...shared,
      causal: true,
      numHeads: config.decoderAttentionHeads,
      ffnSize: config.decoderFfnDim,
      layers: Array.from({ length: config.decoderLayers }, decoderLayer),
    },
    output: {
      weight: "model.shared.weight",
      bias: "final_logits_bias",
      biasShape: [1, vocabSize],
    },
    ignored: /^(model\.(en|de)coder\.embed_(positions|tokens)|lm_head)\.weight$/,
  };
}
