/** How well a classifier finds one label. */
export interface LabelQuality {
  /** The label. */
  readonly label: string;
  /** Of the texts that got it, how many have it; 0 when none got it. */
  readonly precision: number;
  /** Of the texts that have it, how many got it; 0 when none has it. */
  readonly recall: number;
  /** Harmonic mean of the two. */
  readonly f1: number;
  /** Texts that have it. */
  readonly support: number;
}

/** How well a classifier does. */
export interface ClassificationScore {
  /** Texts that got their label, as a share. */
  readonly accuracy: number;
  /** Mean F1 of the labels that occur among the given or the right ones, each as heavy as the others. */
  readonly macroF1: number;
  /** Matthews' correlation (Gorodkin 2004 for more than two labels): 1 is perfect, 0 no better than chance. */
  readonly matthews: number;
  /** Each label that occurs. */
  readonly labels: readonly LabelQuality[];
  /** Texts by right label (rows) and given label (columns), in the order of `labels`. */
  readonly confusion: readonly (readonly number[])[];
}

/**
 * Compares labels with the right ones.
 *
 * @param predicted Labels that texts got.
 * @param expected Labels that they have, as many.
 * @returns Accuracy, macro-F1, Matthews' correlation, and a table: what scikit-learn gives.
 * @throws {RangeError} When there is nothing to compare, or not as many of each.
 *
 * @example
 * ```ts
 * import { classificationScore } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * const { accuracy, labels } = classificationScore(["a", "b", "b", "a"], ["a", "b", "a", "a"]);
 * assertEquals(accuracy, 0.75);
 * assertEquals(labels[1], { label: "b", precision: 0.5, recall: 1, f1: 2 / 3, support: 1 });
 * ```
 */
export function classificationScore(
  predicted: readonly string[],
  expected: readonly string[],
): ClassificationScore {
  if (predicted.length !== expected.length || expected.length === 0) {
    throw new RangeError(
      `Cannot compare ${predicted.length} labels with ${expected.length}: give as many of each, at least one`,
    );
  }
  const names = [...new Set([...expected, ...predicted])].sort();
  const numberOf = new Map(names.map((name, i) => [name, i]));
  const confusion = names.map(() => names.map(() => 0));
  expected.forEach((label, i) => confusion[numberOf.get(label)!][numberOf.get(predicted[i])!]++);
  const given = names.map((_, i) => sum(confusion.map((row) => row[i])));
  const labels = names.map((label, i): LabelQuality => {
    const right = confusion[i][i], support = sum(confusion[i]);
    return { label, ...precisionRecall(right, { given: given[i], expected: support }), support };
  });
  const right = sum(names.map((_, i) => confusion[i][i]));
  return {
    accuracy: right / expected.length,
    macroF1: sum(labels.map(({ f1 }) => f1)) / labels.length,
    matthews: matthews(right, { total: expected.length, given, labels }),
    labels,
    confusion,
  };
}

/** Precision, recall and F1 of counts; 0 where nothing was given or expected. */
export function precisionRecall(
  right: number,
  { given, expected }: { given: number; expected: number },
): { precision: number; recall: number; f1: number } {
  return {
    precision: given === 0 ? 0 : right / given,
    recall: expected === 0 ? 0 : right / expected,
    f1: given + expected === 0 ? 0 : 2 * right / (given + expected),
  };
}

function matthews(
  right: number,
  { total, given, labels }: { total: number; given: number[]; labels: readonly LabelQuality[] },
): number {
  const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((x, i) => x * b[i]));
  const supports = labels.map(({ support }) => support);
  const covariance = right * total - dot(given, supports);
  const spread = Math.sqrt(
    (total ** 2 - dot(given, given)) * (total ** 2 - dot(supports, supports)),
  );
  return spread === 0 ? 0 : covariance / spread;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
