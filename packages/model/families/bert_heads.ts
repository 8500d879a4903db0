import type { Activation, LinearTensors, NormTensors } from "../stack.ts";
import { normTensors } from "../stack.ts";
import { type Initializer, type TensorSpec, ZEROS } from "../tensor_spec.ts";
import type { EncoderConfig, EncoderHeadName } from "./bert_config.ts";

/** A head that stands on an encoder; `pre-training` is two of them. */
export type EncoderTask = Exclude<EncoderHeadName, "none" | "pre-training">;

/** What turns hidden states into logits: a dense layer and a normalisation where there are such, and a projection. */
export interface HeadTensors {
  /** What it is for. */
  readonly task: EncoderTask;
  /** Which states it reads: that of the first token, or those of all. */
  readonly reads: "first" | "tokens";
  /** Dense layer before the projection. */
  readonly dense?: LinearTensors;
  /** Activation of that layer. */
  readonly activation?: Activation;
  /** Second dense layer, back to the hidden size; what the head read is added to what it gives. */
  readonly down?: LinearTensors | undefined;
  /** Normalisation after them. */
  readonly norm?: NormTensors;
  /** Projection to logits; its weight is tied where another tensor has its name. */
  readonly output: LinearTensors;
}

/** Devlin et al. 2019 draw all matrices from a normal distribution of this deviation. */
export const BERT_INIT: Initializer = { kind: "normal", std: 0.02 };

/**
 * Describes a linear layer as BERT begins it.
 *
 * @param name Name of the layer.
 * @param sizes Outputs and inputs.
 * @returns Its tensors.
 */
export function bertLinear(
  name: string,
  [outputs, inputs]: readonly [outputs: number, inputs: number],
): LinearTensors {
  return {
    weight: { name: `${name}.weight`, shape: [outputs, inputs], init: BERT_INIT },
    bias: { name: `${name}.bias`, shape: [outputs], init: ZEROS },
  };
}

/** What the heads of a model share with its encoder. */
export interface HeadParts {
  /** Table of token embeddings, to which the masked language model's projection is tied. */
  readonly tokens: TensorSpec;
  /** Name of the dense layer over the first token. */
  readonly pooler: string;
}

/**
 * Describes the heads that a config asks for.
 *
 * @param config Sizes, and the head.
 * @param parts What is shared with the encoder.
 * @returns The heads: two for pre-training, none for a bare encoder.
 */
export function headTensors(config: EncoderConfig, parts: HeadParts): HeadTensors[] {
  switch (config.head) {
    case "none":
      return [];
    case "pre-training":
      return [maskedLm(config, parts), nextSentence(config, parts)];
    case "masked-lm":
      return [maskedLm(config, parts)];
    case "next-sentence":
      return [nextSentence(config, parts)];
    case "sequence-classification":
      return [sequenceClassification(config, parts)];
    case "token-classification":
      return [{
        task: "token-classification",
        reads: "tokens",
        output: bertLinear("classifier", [config.labels.length, config.hiddenSize]),
      }];
    case "question-answering":
      return [questionAnswering(config)];
  }
}

function maskedLm(config: EncoderConfig, { tokens }: HeadParts): HeadTensors {
  const { hiddenSize, vocabSize, modelType } = config;
  const isBert = modelType === "bert" || modelType === "big_bird";
  const [dense, norm, bias] = isBert
    ? ["transform.dense", "transform.LayerNorm", "bias"].map((name) => `cls.predictions.${name}`)
    : modelType === "distilbert"
    ? ["vocab_transform", "vocab_layer_norm", "vocab_projector.bias"]
    : ["dense", "layer_norm", "bias"].map((name) => `lm_head.${name}`);
  return {
    task: "masked-lm",
    reads: "tokens",
    dense: bertLinear(dense, [hiddenSize, hiddenSize]),
    activation: isBert || modelType === "distilbert" ? config.activation : "gelu",
    norm: normTensors(norm, hiddenSize),
    output: { weight: tokens, bias: { name: bias, shape: [vocabSize], init: ZEROS } },
  };
}

function nextSentence({ hiddenSize }: EncoderConfig, { pooler }: HeadParts): HeadTensors {
  return {
    task: "next-sentence",
    reads: "first",
    dense: bertLinear(pooler, [hiddenSize, hiddenSize]),
    activation: "tanh",
    output: bertLinear("cls.seq_relationship", [2, hiddenSize]),
  };
}

function sequenceClassification(config: EncoderConfig, { pooler }: HeadParts): HeadTensors {
  const { hiddenSize, labels, modelType } = config;
  const [dense, activation, output] = modelType === "bert"
    ? [pooler, "tanh", "classifier"] as const
    : modelType === "distilbert"
    ? ["pre_classifier", "relu", "classifier"] as const
    : [
      "classifier.dense",
      modelType === "big_bird" ? config.activation : "tanh",
      "classifier.out_proj",
    ] as const;
  return {
    task: "sequence-classification",
    reads: "first",
    dense: bertLinear(dense, [hiddenSize, hiddenSize]),
    activation,
    output: bertLinear(output, [labels.length, hiddenSize]),
  };
}

function questionAnswering(
  { hiddenSize, intermediateSize, modelType, activation }: EncoderConfig,
): HeadTensors {
  const task = "question-answering", reads = "tokens";
  if (modelType !== "big_bird") {
    return { task, reads, output: bertLinear("qa_outputs", [2, hiddenSize]) };
  }
  const name = (part: string) => `qa_classifier.${part}`;
  return {
    task,
    reads,
    dense: bertLinear(name("intermediate.dense"), [intermediateSize, hiddenSize]),
    activation,
    down: bertLinear(name("output.dense"), [hiddenSize, intermediateSize]),
    norm: normTensors(name("output.LayerNorm"), hiddenSize),
    output: bertLinear(name("qa_outputs"), [2, hiddenSize]),
  };
}
