import { type LabelQuality, precisionRecall } from "./classification.ts";

/** How well labels are found where a text may have any number of them. */
export interface MultiLabelScore {
  /** F1 over all labels of all texts together. */
  readonly microF1: number;
  /** Mean F1 of the labels, each as heavy as the others. */
  readonly macroF1: number;
  /** Share of texts that got just their labels. */
  readonly exact: number;
  /** Each label. */
  readonly labels: readonly LabelQuality[];
}

/**
 * Compares sets of labels with the right ones, as scikit-learn does.
 *
 * @param predicted Labels that texts got `[texts][labels]`.
 * @param expected Labels that they have.
 * @returns The figures.
 * @throws {RangeError} When there is nothing to compare, or not as many of each.
 *
 * @example
 * ```ts
 * import { multiLabelScore } from "@heed/metrics";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { microF1, exact } = multiLabelScore([["a"], ["a", "b"]], [["a"], ["b"]]);
 * assertAlmostEquals(microF1, 0.8);
 * assertEquals(exact, 0.5);
 * ```
 */
export function multiLabelScore(
  predicted: readonly (readonly string[])[],
  expected: readonly (readonly string[])[],
): MultiLabelScore {
  if (predicted.length !== expected.length || expected.length === 0) {
    throw new RangeError(
      `Cannot compare labels of ${predicted.length} texts with ${expected.length}: ` +
        "give as many of each, at least one",
    );
  }
  const names = [...new Set([...expected.flat(), ...predicted.flat()])].sort();
  const count = (sets: readonly (readonly string[])[], name: string) =>
    sets.filter((labels) => labels.includes(name)).length;
  let right = 0, given = 0, there = 0;
  const labels = names.map((label): LabelQuality => {
    const own = expected.filter((set, i) => set.includes(label) && predicted[i].includes(label));
    const counts = { given: count(predicted, label), expected: count(expected, label) };
    right += own.length;
    given += counts.given;
    there += counts.expected;
    return { label, ...precisionRecall(own.length, counts), support: counts.expected };
  });
  const same = expected.filter((set, i) => {
    const own = new Set(set), theirs = new Set(predicted[i]);
    return own.size === theirs.size && [...own].every((label) => theirs.has(label));
  });
  return {
    microF1: precisionRecall(right, { given, expected: there }).f1,
    macroF1: labels.length === 0 ? 0 : labels.reduce((sum, { f1 }) => sum + f1, 0) / labels.length,
    exact: same.length / expected.length,
    labels,
  };
}
