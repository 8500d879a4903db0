import type { LexicalTable } from "@heed/alignment";
import { Shortlist } from "./shortlist.ts";

/** What a shortlist is built from. */
export interface BuildShortlistOptions {
  /** Number of target ids of the model. */
  readonly vocabSize: number;
  /** How often each target id occurs in the text `[vocabSize or fewer]`. */
  readonly counts: ArrayLike<number>;
  /** Likely targets of each source id that are kept. */
  readonly best: number;
  /** Most frequent target ids that are always allowed. */
  readonly frequent: number;
  /** Further target ids that are always allowed, such as the end token. */
  readonly always: Iterable<number>;
  /** Target ids that are written as a source id is, each after its source id: names stay as they are. */
  readonly copies?: Iterable<readonly [source: number, target: number]>;
}

/**
 * Builds a shortlist from the probabilities that an aligner has learned.
 *
 * @param table Probabilities of target ids given source ids.
 * @param options How many ids are kept, and which ones in any case.
 * @returns The shortlist; likely targets stand in it best first.
 *
 * @example
 * ```ts
 * import { ParallelCorpus, trainAligner } from "@heed/alignment";
 * import { buildShortlist } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const corpus = new ParallelCorpus();
 * corpus.add([1, 2], [1, 2]);
 * corpus.add([1, 3], [1, 3]);
 * const { table } = await trainAligner(corpus);
 * const shortlist = buildShortlist(table, {
 *   vocabSize: 5,
 *   counts: [0, 2, 1, 1, 0],
 *   best: 1,
 *   frequent: 1,
 *   always: [0],
 * });
 * assertEquals([...shortlist.select([2])], [0, 1, 2]); // the end token, the most frequent one, the likely one
 * ```
 */
export function buildShortlist(table: LexicalTable, options: BuildShortlistOptions): Shortlist {
  const { vocabSize, counts, best, frequent } = options;
  const always = new Set(options.always);
  const byFrequency = Array.from({ length: Math.min(vocabSize, counts.length) }, (_, id) => id)
    .filter((id) => counts[id] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b);
  for (const id of byFrequency.slice(0, frequent)) always.add(id);
  const copies = new Map<number, number[]>();
  for (const [source, target] of options.copies ?? []) {
    if (source >= vocabSize) continue;
    copies.set(source, [...copies.get(source) ?? [], target]);
  }
  const offsets = new Int32Array(vocabSize + 1);
  const ids: number[] = [];
  for (let source = 0; source < vocabSize; source++) {
    const likely = source < table.sourceSize ? mostProbable(table, source, best) : [];
    const kept = new Set([...likely, ...copies.get(source) ?? []]);
    for (const id of kept) if (!always.has(id)) ids.push(id);
    offsets[source + 1] = ids.length;
  }
  return new Shortlist({
    vocabSize,
    always: Int32Array.from(always).sort(),
    offsets,
    ids: Int32Array.from(ids),
  });
}

/** The most probable targets of a source id, best first. */
function mostProbable(table: LexicalTable, source: number, count: number): number[] {
  const { offsets, targets, probabilities } = table;
  const places: number[] = [];
  for (let at = offsets[source]; at < offsets[source + 1]; at++) {
    if (probabilities[at] >= LEAST_PROBABILITY) places.push(at);
  }
  places.sort((a, b) => probabilities[b] - probabilities[a] || a - b);
  return places.slice(0, count).map((at) => targets[at]);
}

/** Below it a probability is what chance has left over. */
const LEAST_PROBABILITY = 1e-5;
