import type { TokenBatch } from "../batches.ts";

/**
 * Splits a batch for threads that compute at the same time: runs of its rows, so that the sorted rows of
 * a batch stay with others of their length, cut where the part with the most tokens, padding
 * included, has the fewest.
 *
 * @param batch The batch.
 * @param parts How many parts.
 * @returns So many batches, which have the rows of the batch in its order; the last ones may be
 * undefined, when there are no rows for them.
 *
 * @example
 * ```ts
 * import { splitTokenBatch } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const batch = { inputIds: [[1, 0], [2, 0], [3, 4, 5, 0]], labels: [[1, 0], [2, 0], [3, 4, 5, 0]] };
 * assertEquals(splitTokenBatch(batch, 2).map((part) => part?.labels.length), [2, 1]);
 * ```
 */
export function splitTokenBatch(batch: TokenBatch, parts: number): (TokenBatch | undefined)[] {
  const rows = batch.inputIds.map((source, i) => [source.length, batch.labels[i].length] as const);
  // Halving between a limit that is too small and one that suffices; sums are whole numbers.
  let low = 0, high = costOf(rows);
  let ends = [rows.length];
  while (high - low > 1) {
    const limit = low + Math.floor((high - low) / 2);
    const tried = cut(rows, limit);
    if (tried && tried.length <= parts) [high, ends] = [limit, tried];
    else low = limit;
  }
  return Array.from({ length: parts }, (_, part) => {
    const begin = part === 0 ? 0 : ends[part - 1] ?? rows.length;
    const end = ends[part] ?? rows.length;
    if (begin === end) return undefined;
    return {
      inputIds: batch.inputIds.slice(begin, end),
      labels: batch.labels.slice(begin, end),
    };
  });
}

type Lengths = readonly [source: number, target: number];

/** Tokens of rows with padding. */
function costOf(rows: readonly Lengths[]): number {
  const longest = (side: 0 | 1) => rows.reduce((most, row) => Math.max(most, row[side]), 0);
  return rows.length * (longest(0) + longest(1));
}

/** Ends of the fewest parts that stay within the limit; undefined when a row alone does not. */
function cut(rows: readonly Lengths[], limit: number): number[] | undefined {
  const ends: number[] = [];
  let begin = 0, source = 0, target = 0;
  for (let i = 0; i < rows.length; i++) {
    if (rows[i][0] + rows[i][1] > limit) return undefined;
    source = Math.max(source, rows[i][0]);
    target = Math.max(target, rows[i][1]);
    if ((i + 1 - begin) * (source + target) > limit) {
      ends.push(begin = i);
      [source, target] = rows[i];
    }
  }
  ends.push(rows.length);
  return ends;
}
