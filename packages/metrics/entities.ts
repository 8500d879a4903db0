import { precisionRecall } from "./classification.ts";

/** How well entities of one type, or of all, are found. */
export interface EntityQuality {
  /** Of the entities that were found, how many are right. */
  readonly precision: number;
  /** Of those that there are, how many were found. */
  readonly recall: number;
  /** Harmonic mean of the two. */
  readonly f1: number;
  /** Entities that there are. */
  readonly support: number;
}

/** How well entities are found. */
export interface EntityScore extends EntityQuality {
  /** The same for each type. */
  readonly types: Readonly<Record<string, EntityQuality>>;
}

/**
 * Compares the entities of tag sequences: one is right when its type, its first and its last word are. Tags begin
 * with `B-` and `I-` (IOB2); an `I-` that follows no entity of its type begins one, as seqeval and conlleval count.
 *
 * @param predicted Tags that words got `[sentences][words]`.
 * @param expected Tags that they have.
 * @returns Precision, recall and F1 over all entities, and for each type.
 * @throws {RangeError} When sentences or words are not as many.
 *
 * @example
 * ```ts
 * import { entityScore } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * const { precision, recall, f1 } = entityScore(
 *   [["B-PER", "O", "B-LOC"]],
 *   [["B-PER", "I-PER", "B-LOC"]],
 * );
 * assertEquals([precision, recall, f1], [0.5, 0.5, 0.5]);
 * ```
 */
export function entityScore(
  predicted: readonly (readonly string[])[],
  expected: readonly (readonly string[])[],
): EntityScore {
  const wrong = expected.findIndex((tags, i) => predicted[i]?.length !== tags.length);
  if (wrong >= 0 || predicted.length !== expected.length) {
    throw new RangeError(
      `Cannot compare tags of ${predicted.length} sentences with ${expected.length}` +
        `${wrong < 0 ? "" : `: sentence ${wrong} has not as many words`}`,
    );
  }
  const counts = new Map<string, { right: number; given: number; expected: number }>();
  const count = (type: string) => {
    if (!counts.has(type)) counts.set(type, { right: 0, given: 0, expected: 0 });
    return counts.get(type)!;
  };
  expected.forEach((tags, i) => {
    const there = entitiesOfTags(tags), found = entitiesOfTags(predicted[i]);
    for (const key of there.keys()) count(there.get(key)!).expected++;
    for (const [key, type] of found) {
      count(type).given++;
      if (there.has(key)) count(type).right++;
    }
  });
  const quality = (of: readonly { right: number; given: number; expected: number }[]) => {
    const total = (key: "right" | "given" | "expected") => of.reduce((sum, c) => sum + c[key], 0);
    const support = total("expected");
    return {
      ...precisionRecall(total("right"), { given: total("given"), expected: support }),
      support,
    };
  };
  const types = [...counts.keys()].sort();
  return {
    ...quality([...counts.values()]),
    types: Object.fromEntries(types.map((type) => [type, quality([counts.get(type)!])])),
  };
}

/** Types of entities by what makes each unique: its type, first and last word. */
function entitiesOfTags(tags: readonly string[]): Map<string, string> {
  const entities = new Map<string, string>();
  let type = "", start = 0;
  const close = (end: number) => {
    if (type !== "") entities.set(`${type} ${start} ${end}`, type);
    type = "";
  };
  tags.forEach((tag, i) => {
    const [, prefix, own] = /^([BI])-(.*)$/s.exec(tag) ?? [];
    if (prefix !== "I" || own !== type) close(i);
    if (prefix === undefined) return;
    if (type === "") [type, start] = [own, i];
  });
  close(tags.length);
  return entities;
}
