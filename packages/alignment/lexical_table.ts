import type { ParallelCorpus } from "./corpus.ts";

/**
 * Probabilities of target tokens given source tokens, for the pairs that stand in one sentence pair at least:
 * rows by source id, compressed. The last row is the null word, which target words without a source come from.
 */
export interface LexicalTable {
  /** Number of source ids, without the null word. */
  readonly sourceSize: number;
  /** Number of target ids. */
  readonly targetSize: number;
  /** Where each row begins in `targets`, and where the last one ends `[sourceSize + 2]`. */
  readonly offsets: Float64Array;
  /** Target ids of each row, ascending. */
  readonly targets: Int32Array;
  /** `p(target | source)` of each of them; a row sums to 1 unless it is empty. */
  readonly probabilities: Float32Array;
}

/** Where each source id stands: pairs and positions, by source id. */
export interface Occurrences {
  /** Where each id's occurrences begin, and where the last one's end `[sourceSize + 1]`. */
  readonly starts: Int32Array;
  /** Pair of each occurrence, ascending within an id. */
  readonly pairs: Int32Array;
  /** Position of each occurrence in its source. */
  readonly positions: Uint16Array;
}

/**
 * Lists the occurrences of every source id.
 *
 * @param corpus The pairs.
 */
export function findOccurrences(corpus: ParallelCorpus): Occurrences {
  const { source, sourceStarts, sourceSize } = corpus;
  const starts = new Int32Array(sourceSize + 1);
  for (let i = 0; i < source.length; i++) starts[source[i] + 1]++;
  for (let id = 0; id < sourceSize; id++) starts[id + 1] += starts[id];
  const next = starts.slice(0, sourceSize);
  const pairs = new Int32Array(source.length), positions = new Uint16Array(source.length);
  for (let pair = 0; pair < corpus.pairs; pair++) {
    for (let at = sourceStarts[pair]; at < sourceStarts[pair + 1]; at++) {
      const to = next[source[at]]++;
      pairs[to] = pair;
      positions[to] = at - sourceStarts[pair];
    }
  }
  return { starts, pairs, positions };
}

/**
 * Makes a table with a place for every pair of tokens that meet, all as probable as each other.
 *
 * @param corpus The pairs.
 * @param occurrences Where its source ids stand.
 * @throws {RangeError} When more tokens meet than fit into memory.
 */
export function emptyTable(corpus: ParallelCorpus, occurrences: Occurrences): LexicalTable {
  const { sourceSize, targetSize, target, targetStarts } = corpus;
  const { starts, pairs } = occurrences;
  const lastRow = new Int32Array(targetSize).fill(-1);
  let found = new Int32Array(Math.min(targetSize, 1 << 12));
  /** Writes the distinct targets that row `id` meets into `found`, unsorted; returns their number. */
  const collect = (id: number, stamp: number): number => {
    let count = 0;
    const visit = (pair: number) => {
      for (let at = targetStarts[pair]; at < targetStarts[pair + 1]; at++) {
        if (lastRow[target[at]] === stamp) continue;
        lastRow[target[at]] = stamp;
        if (count === found.length) found = grown(found);
        found[count++] = target[at];
      }
    };
    if (id === sourceSize) { for (let pair = 0; pair < corpus.pairs; pair++) visit(pair); }
    else for (let k = starts[id]; k < starts[id + 1]; k++) visit(pairs[k]);
    return count;
  };
  const offsets = new Float64Array(sourceSize + 2);
  for (let id = 0; id <= sourceSize; id++) offsets[id + 1] = offsets[id] + collect(id, id);
  const size = offsets[sourceSize + 1];
  let targets: Int32Array, probabilities: Float32Array;
  try {
    targets = new Int32Array(size);
    probabilities = new Float32Array(size).fill(1 / targetSize);
  } catch (cause) {
    throw new RangeError(
      `Cannot hold ${size} pairs of tokens that meet: give fewer or shorter sentence pairs`,
      { cause },
    );
  }
  for (let id = 0; id <= sourceSize; id++) {
    const count = collect(id, sourceSize + 1 + id);
    targets.set(found.subarray(0, count).sort(), offsets[id]);
  }
  return { sourceSize, targetSize, offsets, targets, probabilities };
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/**
 * Looks a probability up.
 *
 * @param table The table.
 * @param source Source id; `table.sourceSize` for the null word.
 * @param target Target id.
 * @returns `p(target | source)`; 0 for tokens that never met, or that the table does not know.
 *
 * @example
 * ```ts
 * import { ParallelCorpus, probabilityOf, trainAligner } from "@heed/alignment";
 * import { assert } from "@std/assert";
 *
 * const corpus = new ParallelCorpus();
 * corpus.add([0, 1], [0, 1]);
 * corpus.add([0], [0]);
 * const { table } = await trainAligner(corpus);
 * assert(probabilityOf(table, 1, 1) > probabilityOf(table, 1, 0));
 * ```
 */
export function probabilityOf(table: LexicalTable, source: number, target: number): number {
  const { offsets, targets, probabilities } = table;
  if (!(source >= 0 && source <= table.sourceSize)) return 0;
  let low = offsets[source], high = offsets[source + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (targets[middle] < target) low = middle + 1;
    else high = middle;
  }
  return low < offsets[source + 1] && targets[low] === target ? probabilities[low] : 0;
}
