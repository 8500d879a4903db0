import { ConfigReader, definedOnly, type Json, MOST } from "../config_reader.ts";
import type { Activation } from "../stack.ts";
import type { BlockSparsity } from "./big_bird_blocks.ts";

/** Layouts of names and keys that BERT-like checkpoints have. */
export type EncoderModelType = "bert" | "distilbert" | "roberta" | "xlm-roberta" | "big_bird";

/** What stands on top of an encoder; `pre-training` is both of BERT's own tasks. */
export type EncoderHeadName =
  | "none"
  | "masked-lm"
  | "next-sentence"
  | "pre-training"
  | "sequence-classification"
  | "token-classification"
  | "question-answering";

/** What the logits of a sequence classifier mean: one of the labels, any of them, or numbers. */
export type ClassificationKind = "single" | "multi-label" | "regression";

/** Sizes of a BERT-like encoder, and what stands on top of it. */
export interface EncoderConfig {
  /** Which layout of names the checkpoint has. */
  readonly modelType: EncoderModelType;
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
  /** Row of the first token in the table of positions: RoBERTa's begin after that of padding. */
  readonly positionOffset: number;
  /** Number of token types; 0 in models without. */
  readonly typeVocabSize: number;
  /** Added to the variance by the norms. */
  readonly layerNormEps: number;
  /** Fills batches. */
  readonly padTokenId: number;
  /** Dropout of embeddings and sub-layers while it is trained. */
  readonly hiddenDropout: number;
  /** Dropout of the attention weights while it is trained. */
  readonly attentionDropout: number;
  /** Dropout before a classifier's logits while it is trained. */
  readonly classifierDropout: number;
  /** What stands on top, by `architectures`. */
  readonly head: EncoderHeadName;
  /** Names of the labels by their number, of classifiers. */
  readonly labels: readonly string[];
  /** What the logits of a sequence classifier mean. */
  readonly classification: ClassificationKind;
  /** How BigBird's attention is thinned out; undefined where every token sees every other. */
  readonly sparsity?: BlockSparsity | undefined;
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

const BERT_KEYS = {
  hiddenSize: "hidden_size",
  layers: "num_hidden_layers",
  heads: "num_attention_heads",
  intermediateSize: "intermediate_size",
  activation: "hidden_act",
  hiddenDropout: "hidden_dropout_prob",
  attentionDropout: "attention_probs_dropout_prob",
  classifierDropout: "classifier_dropout",
} as const;

/** Keys of `config.json` by model type; what has none is fixed. */
const KEYS = {
  bert: BERT_KEYS,
  roberta: BERT_KEYS,
  "xlm-roberta": BERT_KEYS,
  big_bird: BERT_KEYS,
  distilbert: {
    hiddenSize: "dim",
    layers: "n_layers",
    heads: "n_heads",
    intermediateSize: "hidden_dim",
    activation: "activation",
    hiddenDropout: "dropout",
    attentionDropout: "attention_dropout",
    classifierDropout: "seq_classif_dropout",
  },
} as const;

/** How transformers calls the models: `Bert` and `ForMaskedLM` make a class. */
const CLASSES: Readonly<Record<EncoderModelType, string>> = {
  bert: "Bert",
  distilbert: "DistilBert",
  roberta: "Roberta",
  "xlm-roberta": "XLMRoberta",
  big_bird: "BigBird",
};

/** Endings of those classes by what stands on top. */
const HEADS: Readonly<Record<EncoderHeadName, string>> = {
  none: "Model",
  "masked-lm": "ForMaskedLM",
  "next-sentence": "ForNextSentencePrediction",
  "pre-training": "ForPreTraining",
  "sequence-classification": "ForSequenceClassification",
  "token-classification": "ForTokenClassification",
  "question-answering": "ForQuestionAnswering",
};

/** Names of {@linkcode ClassificationKind} in `problem_type`. */
const PROBLEM_TYPES: Readonly<Record<string, ClassificationKind>> = {
  single_label_classification: "single",
  multi_label_classification: "multi-label",
  regression: "regression",
};

/**
 * Reads the `config.json` of a BERT, DistilBERT, RoBERTa or BigBird checkpoint.
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
  const modelType = reader.oneOf<EncoderModelType>("model_type", {
    bert: "bert",
    distilbert: "distilbert",
    roberta: "roberta",
    "xlm-roberta": "xlm-roberta",
    big_bird: "big_bird",
  });
  const isDistilled = modelType === "distilbert", keys = KEYS[modelType];
  reader.fixed("position_embedding_type", "absolute");
  reader.fixed("is_decoder", false);
  reader.fixed("tie_word_embeddings", true);
  const vocabSize = reader.size("vocab_size", { most: MOST.vocabulary });
  const isRoberta = hasOffsetPositions(modelType);
  const padTokenId = reader.token("pad_token_id", { vocabSize, fallback: isRoberta ? 1 : 0 });
  const positionOffset = isRoberta ? padTokenId + 1 : 0;
  const positions = reader.size("max_position_embeddings");
  if (positions <= positionOffset) {
    reader.problem(`max_position_embeddings is ${positions}, and ${positionOffset} are not used`);
  }
  // Absent rates are those of transformers.
  const rate = (key: string, fallback: number) => json[key] == null ? fallback : reader.rate(key);
  const hiddenDropout = rate(keys.hiddenDropout, 0.1);
  const labels = labelsOf(json, reader);
  const config: EncoderConfig = {
    modelType,
    vocabSize,
    hiddenSize: reader.size(keys.hiddenSize),
    numHiddenLayers: reader.size(keys.layers, { most: MOST.layers }),
    numHeads: reader.size(keys.heads),
    intermediateSize: reader.size(keys.intermediateSize),
    activation: reader.oneOf(keys.activation, ACTIVATIONS),
    maxPositionEmbeddings: Math.max(1, positions - positionOffset),
    positionOffset,
    typeVocabSize: isDistilled ? 0 : reader.size("type_vocab_size"),
    layerNormEps: isDistilled ? 1e-12 : reader.number("layer_norm_eps", 1e-12),
    padTokenId,
    hiddenDropout,
    attentionDropout: rate(keys.attentionDropout, 0.1),
    classifierDropout: rate(keys.classifierDropout, isDistilled ? 0.2 : hiddenDropout),
    head: headOf(json.architectures, modelType),
    labels,
    classification: json.problem_type == null
      ? labels.length === 1 ? "regression" : "single"
      : reader.oneOf("problem_type", PROBLEM_TYPES),
    sparsity: modelType === "big_bird" ? sparsityOf(json, reader) : undefined,
  };
  reader.divides(keys.hiddenSize, config.hiddenSize, config.numHeads);
  reader.finish();
  return config;
}

/**
 * Writes a config in the words of its file.
 *
 * @param config The config.
 * @returns `config.json`.
 */
export function encoderConfigToJson(config: EncoderConfig): Json {
  const { modelType, labels, head } = config, keys = KEYS[modelType];
  const isClassifier = head.endsWith("-classification"), isDistilled = modelType === "distilbert";
  const problems = Object.entries(PROBLEM_TYPES);
  return definedOnly({
    model_type: modelType,
    architectures: [CLASSES[modelType] + HEADS[head]],
    vocab_size: config.vocabSize,
    [keys.hiddenSize]: config.hiddenSize,
    [keys.layers]: config.numHiddenLayers,
    [keys.heads]: config.numHeads,
    [keys.intermediateSize]: config.intermediateSize,
    [keys.activation]: activationName(config.activation),
    [keys.hiddenDropout]: config.hiddenDropout,
    [keys.attentionDropout]: config.attentionDropout,
    [keys.classifierDropout]: config.classifierDropout,
    max_position_embeddings: config.maxPositionEmbeddings + config.positionOffset,
    pad_token_id: config.padTokenId,
    type_vocab_size: isDistilled ? undefined : config.typeVocabSize,
    layer_norm_eps: isDistilled ? undefined : config.layerNormEps,
    attention_type: modelType !== "big_bird"
      ? undefined
      : config.sparsity
      ? "block_sparse"
      : "original_full",
    block_size: config.sparsity?.blockSize,
    num_random_blocks: config.sparsity?.randomBlocks,
    // transformers makes every head as wide as there are labels, so that only classifiers may name them.
    id2label: isClassifier ? Object.fromEntries(labels.map((label, id) => [id, label])) : undefined,
    label2id: isClassifier ? Object.fromEntries(labels.map((label, id) => [label, id])) : undefined,
    problem_type: isClassifier
      ? problems.find(([, kind]) => kind === config.classification)![0]
      : undefined,
  });
}

/** What BigBird's own keys say; the defaults are those of transformers. */
function sparsityOf(json: Json, reader: ConfigReader): BlockSparsity | undefined {
  reader.fixed("use_bias", true);
  reader.fixed("rescale_embeddings", false);
  const isSparse = json.attention_type == null || reader.oneOf("attention_type", {
    block_sparse: true,
    original_full: false,
  });
  if (!isSparse) return undefined;
  const blockSize = reader.size("block_size", { fallback: 64 });
  const randomBlocks = reader.size("num_random_blocks", { fallback: 3 });
  // A text is filled up to whole blocks, whose tokens have positions too.
  const positions = Number(json.max_position_embeddings);
  if (positions % blockSize !== 0) {
    reader.problem(
      `max_position_embeddings is ${positions}, no multiple of block_size ${blockSize}`,
    );
  }
  return { blockSize, randomBlocks };
}

/** RoBERTa's positions begin after the row of padding. */
function hasOffsetPositions(modelType: EncoderModelType): boolean {
  return modelType === "roberta" || modelType === "xlm-roberta";
}

/** What the class says that a checkpoint was saved from; one that is not known has a head of no use here. */
function headOf(architectures: unknown, modelType: EncoderModelType): EncoderHeadName {
  const [name] = Array.isArray(architectures) ? architectures : [];
  const found = Object.entries(HEADS).find(([, ending]) => name === CLASSES[modelType] + ending);
  return (found?.[0] ?? "none") as EncoderHeadName;
}

/** The labels in the order of their numbers; transformers has two where a config names none. */
function labelsOf(json: Json, reader: ConfigReader): string[] {
  const given = json.id2label;
  if (given == null) {
    const count = reader.size("num_labels", { most: MOST.size, fallback: 2 });
    return Array.from({ length: count }, (_, id) => `LABEL_${id}`);
  }
  if (typeof given !== "object") {
    reader.wrong("id2label", "not an object");
    return [];
  }
  const count = Object.keys(given).length;
  const labels = Array.from({ length: count }, (_, id) => (given as Record<string, unknown>)[id]);
  if (count > 0 && labels.every((label) => typeof label === "string")) return labels as string[];
  reader.wrong("id2label", "not a text for each number from 0");
  return [];
}

/** Hugging Face's name of each activation. */
function activationName(activation: Activation): string {
  return Object.entries(ACTIVATIONS).find(([, value]) => value === activation)![0];
}
