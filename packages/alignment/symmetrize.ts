import type { AlignmentLink } from "@heed/metrics";

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
 * import { symmetrizeAlignments } from "@heed/alignment";
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
