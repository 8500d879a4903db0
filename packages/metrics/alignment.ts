/** One pair of aligned words. */
export interface AlignmentLink {
  /** Index of the source word, from 0. */
  readonly source: number;
  /** Index of the target word, from 0. */
  readonly target: number;
  /** Whether a reference only allows the link instead of asking for it. Default false. */
  readonly possible?: boolean;
}

/** Alignment error rate with the counts behind it. */
export interface AlignmentScore {
  /** Alignment error rate from 0 (perfect) to 1. */
  readonly errorRate: number;
  /** Share of the links found that are sure or possible. */
  readonly precision: number;
  /** Share of the sure links that were found. */
  readonly recall: number;
  /** Number of links found. */
  readonly found: number;
  /** Number of sure links in the references. */
  readonly sure: number;
}

/**
 * Compares word alignments with references (Och & Ney 2003, section 2.4.1):
 * `AER = 1 - (|A and S| + |A and P|) / (|A| + |S|)`, where the sure links S are possible (P) too.
 *
 * Counts are summed over the corpus. A link counts once, however often it is given.
 *
 * @param alignments Links found `[sentences][links]`; their `possible` is not looked at.
 * @param references Sure and possible links `[sentences][links]`.
 * @returns Error rate, precision and recall.
 * @throws {RangeError} When the numbers of sentences differ, when there are none, or when neither
 * side has a link.
 *
 * @example
 * ```ts
 * import { alignmentErrorRate, parsePharaoh } from "@heed/metrics";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const reference = parsePharaoh("0-0 1-1 1?2");
 * const { errorRate } = alignmentErrorRate([parsePharaoh("0-0 1-2 2-2")], [reference]);
 * assertAlmostEquals(errorRate, 1 - (1 + 2) / (3 + 2));
 * ```
 */
export function alignmentErrorRate(
  alignments: readonly (readonly AlignmentLink[])[],
  references: readonly (readonly AlignmentLink[])[],
): AlignmentScore {
  if (alignments.length !== references.length || references.length === 0) {
    throw new RangeError(
      `Cannot score ${alignments.length} alignments against ${references.length} references: ` +
        "give one reference for each, and at least one",
    );
  }
  let found = 0, sure = 0, foundSure = 0, foundPossible = 0;
  references.forEach((reference, sentence) => {
    const sureKeys = keysOf(reference.filter(({ possible }) => !possible));
    const allKeys = keysOf(reference);
    const foundKeys = keysOf(alignments[sentence]);
    found += foundKeys.size;
    sure += sureKeys.size;
    for (const key of foundKeys) {
      if (sureKeys.has(key)) foundSure++;
      if (allKeys.has(key)) foundPossible++;
    }
  });
  if (found + sure === 0) {
    throw new RangeError("Cannot score alignments: there is no link, neither found nor sure");
  }
  return {
    errorRate: 1 - (foundSure + foundPossible) / (found + sure),
    precision: found === 0 ? 0 : foundPossible / found,
    recall: sure === 0 ? 0 : foundSure / sure,
    found,
    sure,
  };
}

function keysOf(links: readonly AlignmentLink[]): Set<string> {
  return new Set(links.map(({ source, target }) => `${source}-${target}`));
}
