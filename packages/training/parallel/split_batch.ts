import type { TokenBatch } from "../data/token_batches.ts";

/** A batch as columns: what belongs to one row has the same index in each. */
export type BatchColumns<Batch> = { readonly [Name in keyof Batch]: readonly unknown[] };

/** How {@linkcode splitBatch} splits. */
export interface SplitOptions {
  /** How many parts. */
  readonly parts: number;
  /** Tokens of each row, `[rows][sides]`: each side is padded on its own. */
  readonly lengths: readonly (readonly number[])[];
}

/**
 * Splits a batch for threads that compute at the same time: runs of its rows, so that the sorted rows of
 * a batch stay with others of their length, cut where the part with the most tokens, padding
 * included, has the fewest.
 *
 * @param batch The batch.
 * @param options How many parts, and the lengths of the rows.
 * @returns So many batches, which have the rows of the batch in its order; the last ones may be
 * undefined, when there are no rows for them.
 *
 * @example
 * ```ts
 * import { splitBatch } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const batch = { inputIds: [[1, 0], [2, 0], [3, 4, 5, 0]], labels: [0, 1, 1] };
 * const lengths = batch.inputIds.map((row) => [row.length]);
 * const parts = splitBatch(batch, { parts: 2, lengths });
 * assertEquals(parts.map((part) => part?.labels), [[0, 1], [1]]);
 * ```
 */
export function splitBatch<Batch extends BatchColumns<Batch>>(
  batch: Batch,
  { parts, lengths }: SplitOptions,
): (Batch | undefined)[] {
  // Halving between a limit that is too small and one that suffices; sums are whole numbers.
  let low = 0, high = costOf(lengths);
  let ends = [lengths.length];
  while (high - low > 1) {
    const limit = low + Math.floor((high - low) / 2);
    const tried = cut(lengths, limit);
    if (tried && tried.length <= parts) [high, ends] = [limit, tried];
    else low = limit;
  }
  return Array.from({ length: parts }, (_, part) => {
    const begin = part === 0 ? 0 : ends[part - 1] ?? lengths.length;
    const end = ends[part] ?? lengths.length;
    if (begin === end) return undefined;
    const columns = Object.entries<readonly unknown[]>(batch);
    return Object.fromEntries(
      columns.map(([name, rows]) => [name, rows.slice(begin, end)]),
    ) as unknown as Batch;
  });
}

/**
 * Splits a batch of sentence pairs by the tokens of both sides; see {@linkcode splitBatch}.
 *
 * @param batch The batch.
 * @param parts How many parts.
 * @returns So many batches, the last ones may be undefined.
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
  const { inputIds, labels } = batch;
  return splitBatch(batch, {
    parts,
    lengths: inputIds.map((source, i) => [source.length, labels[i].length]),
  });
}

/** The longest of each side. */
function widest(a: readonly number[], b: readonly number[]): number[] {
  return b.map((length, side) => Math.max(a[side] ?? 0, length));
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
}

/** Tokens of rows with padding. */
function costOf(rows: SplitOptions["lengths"]): number {
  return rows.length * sum(rows.reduce(widest, []));
}

/** Ends of the fewest parts that stay within the limit; undefined when a row alone does not. */
function cut(rows: SplitOptions["lengths"], limit: number): number[] | undefined {
  const ends: number[] = [];
  let begin = 0;
  let width: readonly number[] = [];
  for (const [i, row] of rows.entries()) {
    if (sum(row) > limit) return undefined;
    width = widest(width, row);
    if ((i + 1 - begin) * sum(width) > limit) {
      ends.push(begin = i);
      width = row;
    }
  }
  ends.push(rows.length);
  return ends;
}
