import { type BlockSparsity, sparseBlocks } from "@heed/model";

/** Rows times the longest row that are computed together. */
const MOST_TOKENS = 8192;

/** Texts that are computed together. */
export interface Group {
  readonly group: readonly (readonly number[])[];
  /** Number of the first among all texts. */
  readonly first: number;
  /** Tokens of the longest. */
  readonly longest: number;
}

/** Texts that are cut into blocks are computed with those that have as many, so that nobody's last block moves. */
export function* groupsOf(
  rows: readonly (readonly number[])[],
  sparsity: BlockSparsity | undefined,
): Generator<Group> {
  for (let first = 0; first < rows.length;) {
    let end = first, longest = 0;
    while (end < rows.length) {
      const wider = Math.max(longest, rows[end].length);
      if (end > first && (end + 1 - first) * wider > MOST_TOKENS) break;
      const blocks = sparseBlocks(rows[end].length, sparsity);
      if (end > first && blocks !== sparseBlocks(longest, sparsity)) break;
      longest = wider;
      end++;
    }
    yield { group: rows.slice(first, end), first, longest };
    first = end;
  }
}
