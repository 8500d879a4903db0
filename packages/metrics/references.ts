/**
 * What hypotheses are compared with: one reference for each, or several sets of references, each as
 * long as the hypotheses; `undefined` in a set means that a hypothesis has none there.
 */
export type References = readonly string[] | readonly (readonly (string | undefined)[])[];

/** References by hypothesis, and their number as a signature has it. */
export interface AlignedReferences {
  /** References of each hypothesis `[hypotheses][1 or more]`. */
  readonly byHypothesis: readonly (readonly string[])[];
  /** Number of references of every hypothesis, or `var` if it varies. */
  readonly count: string;
}

/** Checks that there is something to score and lists the references of every hypothesis. */
export function alignReferences(
  hypotheses: readonly string[],
  references: References,
): AlignedReferences {
  if (hypotheses.length === 0) {
    throw new RangeError("Cannot score an empty corpus: give at least one hypothesis");
  }
  const sets = isSingleSet(references) ? [references] : references;
  sets.forEach((set, i) => {
    if (set.length === hypotheses.length) return;
    throw new RangeError(
      `Cannot score ${hypotheses.length} hypotheses against ${set.length} references` +
        (sets.length > 1 ? ` in set ${i}` : "") + `: every hypothesis needs its own reference`,
    );
  });
  const byHypothesis = hypotheses.map((_, i) => {
    const own = sets.map((set) => set[i]).filter((text) => text !== undefined);
    if (own.length > 0) return own;
    throw new RangeError(
      `Cannot score hypothesis ${i}: it has no reference; give at least one for each hypothesis`,
    );
  });
  const counts = new Set(byHypothesis.map(({ length }) => length));
  return { byHypothesis, count: counts.size === 1 ? String([...counts][0]) : "var" };
}

function isSingleSet(references: References): references is readonly string[] {
  return references.length > 0 && !Array.isArray(references[0]);
}
