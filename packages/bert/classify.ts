import type { EncoderConfig } from "@heed/model";

/** A label and how likely it is. */
export interface LabelScore {
  /** The label. */
  readonly label: string;
  /** Its probability, or of a regression the number. */
  readonly score: number;
}

/** What a classifier says of a text. */
export interface ClassifiedText extends LabelScore {
  /** All labels, the best first. */
  readonly scores: readonly LabelScore[];
}

/**
 * Reads the logits of a sequence classifier.
 *
 * @param logits `[labels]`
 * @param config Labels, and what the logits mean.
 * @returns Labels with probabilities; of a regression, the numbers.
 */
export function classifyLogits(
  logits: Float32Array,
  { labels, classification }: Pick<EncoderConfig, "labels" | "classification">,
): ClassifiedText {
  const values = classification === "single"
    ? softmax(logits)
    : classification === "multi-label"
    ? logits.map((logit) => 1 / (1 + Math.exp(-logit)))
    : logits;
  const scores = labels.map((label, i) => ({ label, score: values[i] }));
  if (classification !== "regression") scores.sort((a, b) => b.score - a.score);
  return { ...scores[0], scores };
}

/** Probabilities of logits. */
export function softmax(logits: Float32Array): Float32Array {
  const largest = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = logits.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / sum);
}
