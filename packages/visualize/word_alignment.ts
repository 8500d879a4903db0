import type { AlignmentLink } from "@heed/metrics";
import { type AttentionRecord, checkAttention } from "./attention.ts";
import { isSpecialToken } from "./words.ts";

/** How {@linkcode extractAlignment} chooses links. */
export interface ExtractOptions {
  /** `argmax`: the strongest link of each word; `threshold`: every link of enough weight. Default `argmax`. */
  readonly method?: "argmax" | "threshold";
  /**
   * Whose words take their strongest link with `argmax`: each `target` word looks for its source, or
   * each `source` word for its target. Default `target`.
   */
  readonly by?: "target" | "source";
  /** Least weight of a link, from 0 to 1. Default 0 for `argmax`, 0.2 for `threshold`. */
  readonly threshold?: number;
}

/**
 * Reads a word alignment off the attention of a target over its source.
 *
 * Special tokens such as `</s>` take no part, and indices count without them. Merge sub-words with
 * {@linkcode mergeWords} first.
 *
 * @param record Cross attention between words; queries are the target.
 * @param options How links are chosen.
 * @returns Links sorted by target, then source.
 * @throws {RangeError} When the record is not valid cross attention or the threshold is not from 0
 * to 1.
 *
 * @example
 * ```ts
 * import { extractAlignment } from "@heed/visualize";
 * import { formatPharaoh } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * const links = extractAlignment({
 *   kind: "cross",
 *   layer: 0,
 *   head: "mean",
 *   queryTokens: ["das", "Haus", "</s>"],
 *   keyTokens: ["the", "house", "</s>"],
 *   weights: Float32Array.of(0.8, 0.1, 0.1, 0.2, 0.5, 0.3, 0, 0, 1),
 * });
 * assertEquals(formatPharaoh(links), "0-0 1-1");
 * ```
 */
export function extractAlignment(
  record: AttentionRecord,
  options: ExtractOptions = {},
): AlignmentLink[] {
  checkAttention(record);
  const { method = "argmax", by = "target" } = options;
  const { threshold = method === "argmax" ? 0 : 0.2 } = options;
  if (record.kind !== "cross") {
    throw new RangeError(
      `Cannot extract an alignment from ${record.kind} attention: give cross attention`,
    );
  }
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`Cannot extract an alignment with threshold ${threshold}: give 0 to 1`);
  }
  const targets = wordPlaces(record.queryTokens), sources = wordPlaces(record.keyTokens);
  const weightOf = (target: number, source: number) =>
    record.weights[targets[target] * record.keyTokens.length + sources[source]];
  const links: AlignmentLink[] = [];
  if (method === "threshold") {
    for (let target = 0; target < targets.length; target++) {
      for (let source = 0; source < sources.length; source++) {
        if (weightOf(target, source) >= threshold) links.push({ source, target });
      }
    }
    return links;
  }
  const isByTarget = by === "target";
  const [words, others] = isByTarget ? [targets, sources] : [sources, targets];
  for (let word = 0; word < words.length; word++) {
    let best = -1, bestWeight = -1;
    for (let other = 0; other < others.length; other++) {
      const weight = isByTarget ? weightOf(word, other) : weightOf(other, word);
      if (weight > bestWeight) [best, bestWeight] = [other, weight];
    }
    if (best < 0 || bestWeight < threshold) continue;
    links.push(isByTarget ? { source: best, target: word } : { source: word, target: best });
  }
  return links.sort((a, b) => a.target - b.target || a.source - b.source);
}

function wordPlaces(tokens: readonly string[]): number[] {
  return tokens.flatMap((token, index) => isSpecialToken(token) ? [] : [index]);
}

/** How two alignments are made one. */
export type Symmetrization = "intersection" | "union" | "grow-diag";

/**
 * Makes one alignment of two that were found in opposite directions (Koehn, Och & Marcu 2003).
 *
 * `grow-diag` begins with the links of both and adds neighbours, also diagonal ones, that one of
 * them has, as long as they align a word that had no link.
 *
 * @param forward Links found from one side.
 * @param backward Links found from the other side; `source` and `target` mean the same in both.
 * @param method How they are joined.
 * @returns Links sorted by target, then source.
 *
 * @example
 * ```ts
 * import { symmetrizeAlignments } from "@heed/visualize";
 * import { formatPharaoh, parsePharaoh } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * const [forward, backward] = [parsePharaoh("0-0 1-1 1-2"), parsePharaoh("0-0 1-1 3-0")];
 * assertEquals(formatPharaoh(symmetrizeAlignments(forward, backward, "grow-diag")), "0-0 1-1 1-2");
 * ```
 */
export function symmetrizeAlignments(
  forward: readonly AlignmentLink[],
  backward: readonly AlignmentLink[],
  method: Symmetrization,
): AlignmentLink[] {
  const union = new Map([...forward, ...backward].map((link) => [keyOf(link), link]));
  const inBackward = new Set(backward.map(keyOf));
  const chosen = new Map(
    method === "union" ? union : forward.filter((link) => inBackward.has(keyOf(link)))
      .map((link) => [keyOf(link), link]),
  );
  if (method === "grow-diag") grow(chosen, union);
  return [...chosen.values()]
    .map(({ source, target }) => ({ source, target }))
    .sort((a, b) => a.target - b.target || a.source - b.source);
}

function grow(chosen: Map<string, AlignmentLink>, union: ReadonlyMap<string, AlignmentLink>): void {
  const sources = new Set([...chosen.values()].map(({ source }) => source));
  const targets = new Set([...chosen.values()].map(({ target }) => target));
  for (let grew = true; grew;) {
    grew = false;
    for (const { source, target } of [...chosen.values()]) {
      for (const [down, right] of NEIGHBOURS) {
        const link = union.get(keyOf({ source: source + down, target: target + right }));
        if (link === undefined || chosen.has(keyOf(link))) continue;
        if (sources.has(link.source) && targets.has(link.target)) continue;
        chosen.set(keyOf(link), link);
        sources.add(link.source);
        targets.add(link.target);
        grew = true;
      }
    }
  }
}

const NEIGHBOURS = [[-1, 0], [0, -1], [1, 0], [0, 1], [-1, -1], [-1, 1], [1, -1], [1, 1]] as const;

function keyOf({ source, target }: AlignmentLink): string {
  return `${source}-${target}`;
}
