import type { ModelFamily } from "../family.ts";
import { type LinearTensors, linearTensors } from "../stack.ts";
import { type Initializer, type TensorSpec, ZEROS } from "../tensor_spec.ts";
import {
  parseRnnConfig,
  RNN_MODEL_TYPE,
  rnnArchitecture,
  type RnnConfig,
  rnnConfigToJson,
} from "./rnn_config.ts";

/** One recurrent layer in PyTorch's layout, 3 (gru) or 4 (lstm) blocks of rows. */
export interface CellTensors {
  /** `[blocks * hidden, in]` */
  readonly weightIh: TensorSpec;
  /** `[blocks * hidden, hidden]` */
  readonly weightHh: TensorSpec;
  /** `[blocks * hidden]` */
  readonly biasIh: TensorSpec;
  /** `[blocks * hidden]` */
  readonly biasHh: TensorSpec;
}

/** Tensors of a recurrent encoder-decoder. */
export interface RnnTensors {
  /** `[vocab, embedding]`: source, target and output embeddings in one. */
  readonly shared: TensorSpec;
  /** `[vocab]`, added to the logits. */
  readonly finalLogitsBias: TensorSpec;
  /** Encoder layers, first layer first. */
  readonly encoder: readonly { readonly forward: CellTensors; readonly backward: CellTensors }[];
  /** From the source's summary to each decoder layer's initial state. */
  readonly bridges: readonly Required<LinearTensors>[];
  /** Decoder layers; the first reads embedding and context, `[3 * hidden, embedding + context]`. */
  readonly decoder: readonly CellTensors[];
  /** Alignment model of `rnnsearch`; `key` is absent for `dot`, the rest unless `additive`. */
  readonly alignment?: {
    /** U_a `[size, 2 * encoder_hidden]` */
    readonly key?: TensorSpec;
    /** W_a `[size, decoder_hidden]` and v_a `[size]` */
    readonly additive?: { readonly query: TensorSpec; readonly v: TensorSpec };
  };
  /** Deep output before maxout, `[2 * embedding, decoder_hidden + context + embedding]`. */
  readonly output: Required<LinearTensors>;
}

/**
 * Recurrent encoder-decoders: without attention (Cho et al. 2014) and with it (Bahdanau et al. 2015).
 * Fresh recurrent layers are uniform within `1 / sqrt(hidden)` as PyTorch's, an LSTM's forget gate
 * begins open (Jozefowicz et al. 2015).
 */
export const rnn: ModelFamily<RnnConfig, RnnTensors> = {
  modelType: RNN_MODEL_TYPE,
  kind: "encoder-decoder",
  tasks: ["translation"],
  tokenizer: "marian",
  runners: ["tfjs"],
  ignored: /^$/,
  architectures: {
    rnnsearch: rnnArchitecture("rnnsearch"),
    rnnencdec: rnnArchitecture("rnnencdec"),
  },
  architectureOf: ({ architecture }) => architecture,
  parseConfig: parseRnnConfig,
  configFiles: (config) => ({ "config.json": rnnConfigToJson(config) }),
  tensors: rnnTensors,
  noAttention({ architecture }) {
    if (architecture !== "rnnencdec") return undefined;
    return '"rnnencdec" has none, it reads the source from one state; ' +
      'give a model of architecture "rnnsearch", or a Transformer';
  },
  hasOneHead: true,
};

/** Blocks of rows in a cell's weights. */
const BLOCKS = { gru: 3, lstm: 4 } as const;
/** What a bias of the input begins with in each block; an LSTM's second block is the forget gate. */
const INPUT_BIAS: Record<RnnConfig["cell"], Initializer> = {
  gru: ZEROS,
  lstm: { kind: "constant", values: [0, 1, 0, 0] },
};
const XAVIER: Initializer = { kind: "xavier-uniform" };

function rnnTensors(config: RnnConfig): RnnTensors {
  const { vocabSize, embeddingSize, encoderHiddenSize, decoderHiddenSize, attentionSize } = config;
  const context = 2 * encoderHiddenSize, blocks = BLOCKS[config.cell];
  const cell = (name: string, inSize: number, hidden: number): CellTensors => {
    const rows = blocks * hidden;
    const init: Initializer = { kind: "uniform", limit: Math.sqrt(blocks / rows) };
    return {
      weightIh: { name: `${name}.weight_ih`, shape: [rows, inSize], init },
      weightHh: { name: `${name}.weight_hh`, shape: [rows, hidden], init },
      biasIh: { name: `${name}.bias_ih`, shape: [rows], init: INPUT_BIAS[config.cell] },
      biasHh: { name: `${name}.bias_hh`, shape: [rows], init: ZEROS },
    };
  };
  const linear = (name: string, outSize: number, inSize: number) =>
    linearTensors(name, [outSize, inSize]) as Required<LinearTensors>;
  const attends = config.architecture === "rnnsearch";
  const layers = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));
  return {
    shared: {
      name: "shared.weight",
      shape: [vocabSize, embeddingSize],
      init: { kind: "normal", std: embeddingSize ** -0.5 },
    },
    finalLogitsBias: { name: "final_logits_bias", shape: [vocabSize], init: ZEROS },
    encoder: layers(config.encoderLayers, (index) => {
      const name = `encoder.layers.${index}`, inSize = index === 0 ? embeddingSize : context;
      return {
        forward: cell(`${name}.forward`, inSize, encoderHiddenSize),
        backward: cell(`${name}.backward`, inSize, encoderHiddenSize),
      };
    }),
    bridges: layers(
      config.decoderLayers,
      (index) =>
        linear(
          `decoder.bridges.${index}`,
          decoderHiddenSize,
          attends ? encoderHiddenSize : context,
        ),
    ),
    decoder: layers(config.decoderLayers, (index) =>
      cell(
        `decoder.layers.${index}`,
        index === 0 ? embeddingSize + context : decoderHiddenSize,
        decoderHiddenSize,
      )),
    alignment: attends ? alignment() : undefined,
    output: linear("output", 2 * embeddingSize, decoderHiddenSize + context + embeddingSize),
  };

  function alignment(): NonNullable<RnnTensors["alignment"]> {
    const key = (rows: number): TensorSpec => ({
      name: "attention.key.weight",
      shape: [rows, context],
      init: XAVIER,
    });
    if (config.attentionScore === "dot") return {};
    if (config.attentionScore === "general") return { key: key(decoderHiddenSize) };
    return {
      key: key(attentionSize),
      additive: {
        query: {
          name: "attention.query.weight",
          shape: [attentionSize, decoderHiddenSize],
          init: XAVIER,
        },
        v: {
          name: "attention.v",
          shape: [attentionSize],
          init: { kind: "normal", std: attentionSize ** -0.5 },
        },
      },
    };
  }
}
