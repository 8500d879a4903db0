import * as tf from "@tensorflow/tfjs";
import type { EncoderConfig, EncoderTask } from "@heed/model";
import { crossEntropySum } from "@heed/nn";
import { encodeTokens, headLogits } from "./forward.ts";
import { tokenTensors } from "./token_tensors.ts";
import type { EncoderWeights } from "./weights.ts";

/** What a token that has no label is marked with, as in PyTorch. */
export const NO_LABEL: number = -100;

/** Texts with what a head is to say of them. */
export interface EncoderBatch {
  /** Ids with the special tokens `[batch][length]`. */
  readonly inputIds: readonly (readonly number[])[];
  /** Type of each token `[batch][length]`; default 0. */
  readonly tokenTypeIds?: readonly (readonly number[])[];
  /**
   * For each text, by the head. Sequence classification: the number of its label; a 0 or 1 for each label where any may
   * be right; or the numbers of a regression. Next sentence: 0, it follows, or 1. Masked words and tags: an id or label
   * for each token, {@linkcode NO_LABEL} where there is none. Question answering: the first and the last token.
   */
  readonly labels: readonly (number | readonly number[])[];
  /** Of pre-training on both tasks, beside the masked words: whether the second segment of each text follows the first. */
  readonly nextSentence?: readonly NextSentenceLabel[];
}

/** What is to be said of the two segments of a text. */
export interface NextSentenceLabel {
  /** 0: the second follows the first; 1: it does not. */
  readonly label: 0 | 1;
  /**
   * How many masked words it counts for. The number of those in the batch by the number of its texts makes the loss the
   * sum of the two means, as in transformers, however the batch is split.
   */
  readonly weight: number;
}

/** Options of {@linkcode encoderLoss}. */
export interface EncoderLossOptions {
  /** Sizes, dropout, and what the logits mean. */
  readonly config: EncoderConfig;
  /** Which of the heads; default the first. */
  readonly task?: EncoderTask;
  /** How much the examples of each label count; default all alike. */
  readonly classWeights?: readonly number[];
  /** Share of the label's probability spread over all; default 0. */
  readonly labelSmoothing?: number;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
}

/**
 * The loss of a batch, as transformers defines it for each head, summed.
 *
 * @param weights The model's weights.
 * @param batch Texts with labels.
 * @param options Config, head, weights of classes, dropout.
 * @returns `lossSum`: a scalar in nats; `tokens`: what it was summed over: labelled tokens of heads that read all, texts
 * of the others, and the sum of their classes' weights where these are given.
 *
 * @example
 * ```ts
 * import { loadBert } from "@heed/bert";
 * import { encoderLoss } from "@heed/bert/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadBert("testdata/bert/bert/sequence-classification", { device: "wasm" });
 * const batch = { inputIds: [[0, 7, 2], [0, 2]], labels: [2, 0] };
 * const { tokens } = encoderLoss(model.weights, batch, { config: model.config });
 * assertEquals(tokens, 2);
 * ```
 */
export function encoderLoss(
  weights: EncoderWeights,
  batch: EncoderBatch,
  options: EncoderLossOptions,
): { lossSum: tf.Scalar; tokens: number } {
  const { config, task, dropoutSeed } = options;
  const head = weights.heads.find((head) => head.task === task) ?? weights.heads[0];
  const { inputIds, tokenTypeIds } = batch;
  let tokens = 0;
  const lossSum = tf.tidy(() => {
    const texts = tokenTensors(inputIds, {
      padTokenId: config.padTokenId,
      hasTypes: config.typeVocabSize > 0,
      tokenTypeIds,
    });
    const { lastHiddenState } = encodeTokens(weights, texts, { config, dropoutSeed });
    const longest = inputIds.reduce((most, { length }) => Math.max(most, length), 0);
    const tagged = head.task === "masked-lm" || head.task === "token-classification"
      ? labelledTokens(batch, longest)
      : undefined;
    if (tagged?.labels.length === 0) return tf.mul(tf.sum(lastHiddenState), 0) as tf.Scalar;
    const logits = headLogits(head, lastHiddenState, {
      config,
      rows: tagged?.rows,
      dropoutSeed,
    });
    const counted = tagged
      ? classLoss(logits, tagged.labels, options)
      : head.task === "question-answering"
      ? spanLoss(logits, batch, longest)
      : config.classification === "single" || head.task === "next-sentence"
      ? classLoss(logits, Int32Array.from(batch.labels as readonly number[]), options)
      : numberLoss(logits, batch.labels as readonly number[][], config);
    tokens = counted.tokens;
    const follows = batch.nextSentence &&
      weights.heads.find((other) => other.task === "next-sentence");
    if (!follows || head.task !== "masked-lm") return counted.lossSum;
    const said = headLogits(follows, lastHiddenState, { config, dropoutSeed });
    return tf.add(counted.lossSum, followingLoss(said, batch.nextSentence!)) as tf.Scalar;
  });
  return { lossSum, tokens };
}

type Counted = { lossSum: tf.Scalar; tokens: number };

/** Places of tokens that have a label, as `batch * longest + place`, and these labels. */
function labelledTokens(
  { labels }: EncoderBatch,
  longest: number,
): { rows: Int32Array; labels: Int32Array } {
  const rows: number[] = [], found: number[] = [];
  (labels as readonly (readonly number[])[]).forEach((text, i) =>
    text.forEach((label, place) => {
      if (label === NO_LABEL) return;
      rows.push(i * longest + place);
      found.push(label);
    })
  );
  return { rows: Int32Array.from(rows), labels: Int32Array.from(found) };
}

/** One label of several. */
function classLoss(
  logits: tf.Tensor,
  labels: Int32Array,
  { classWeights, labelSmoothing = 0 }: EncoderLossOptions,
): Counted {
  if (!classWeights) {
    const lossSum = crossEntropySum(logits, tf.tensor1d(labels, "int32"), { labelSmoothing });
    return { lossSum, tokens: labels.length };
  }
  const [rows, count] = logits.shape;
  const target = new Float32Array(rows * count!);
  let tokens = 0;
  labels.forEach((label, row) => {
    const weight = classWeights[label];
    tokens += weight;
    target.fill(weight * labelSmoothing / count!, row * count!, (row + 1) * count!);
    target[row * count! + label] += weight * (1 - labelSmoothing);
  });
  const logProbs = tf.logSoftmax(logits);
  const lossSum = tf.neg(tf.sum(tf.mul(tf.tensor(target, [rows, count!]), logProbs))) as tf.Scalar;
  return { lossSum, tokens };
}

/** Whether segments follow each other, each as its weight says. */
function followingLoss(logits: tf.Tensor, labels: readonly NextSentenceLabel[]): tf.Scalar {
  const target = labels.flatMap(({ label, weight }) => label === 0 ? [weight, 0] : [0, weight]);
  const logProbs = tf.logSoftmax(logits);
  return tf.neg(tf.sum(tf.mul(tf.tensor(target, [labels.length, 2]), logProbs))) as tf.Scalar;
}

/** Any of the labels (a yes or no for each), or numbers; the mean over a text's, the sum over texts. */
function numberLoss(
  logits: tf.Tensor,
  labels: readonly (number | readonly number[])[],
  { classification }: EncoderConfig,
): Counted {
  const target = tf.tensor(Float32Array.from(labels.flat() as number[]), logits.shape);
  const each = classification === "regression"
    ? tf.squaredDifference(logits, target)
    : tf.sub(tf.softplus(logits), tf.mul(logits, target));
  const lossSum = tf.sum(tf.div(each, logits.shape[1]!)) as tf.Scalar;
  return { lossSum, tokens: labels.length };
}

/** Where an answer begins and ends; padding takes no part in the softmax, so that batches do not matter. */
function spanLoss(
  logits: tf.Tensor,
  { inputIds, labels }: EncoderBatch,
  longest: number,
): Counted {
  const batch = inputIds.length;
  const hidden = new Float32Array(batch * longest).fill(-1e9);
  inputIds.forEach(({ length }, i) => hidden.fill(0, i * longest, i * longest + length));
  const mask = tf.tensor(hidden, [batch, longest]);
  const sums = [0, 1].map((side) => {
    const column = tf.reshape(tf.slice(logits, [0, side], [-1, 1]), [batch, longest]);
    const places = (labels as readonly (readonly number[])[]).map((span) => span[side]);
    return crossEntropySum(tf.add(column, mask), tf.tensor1d(places, "int32"));
  });
  return { lossSum: tf.mul(tf.add(sums[0], sums[1]), 0.5) as tf.Scalar, tokens: batch };
}
