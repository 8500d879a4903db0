import { indexRows, type Row, type RowFile } from "./rows.ts";
import type { IndexOptions, TextData } from "./text_data.ts";

/** A file of sentence pairs: tab-separated columns, or two files whose lines belong together. */
export type ParallelFile = RowFile<"source" | "target">;

/** Sentence pairs on disk, of which only the places of blocks are in memory. */
export type ParallelText = TextData<Row<"source" | "target">>;

/** Options of {@linkcode indexParallelText}. */
export interface ParallelTextOptions extends IndexOptions {
  /** Column of the source in a TSV line, from 0; default 0. */
  readonly sourceColumn?: number;
  /** Column of the target in a TSV line; default 1. */
  readonly targetColumn?: number;
}

/**
 * Opens sentence pairs; see {@linkcode indexText}.
 *
 * @param files The files.
 * @param options Columns, size of a block, number of lines.
 * @returns The index; lines that are no good pair are found when they are read.
 * @throws {RangeError} When there is no line, or two files that belong together differ in length.
 *
 * @example
 * ```ts
 * import { indexParallelText } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const text = await indexParallelText(["data:,cat%09Katze%0Adog%09Hund%0A"]);
 * assertEquals(text.lines, 2);
 * ```
 */
export async function indexParallelText(
  files: readonly ParallelFile[],
  { sourceColumn = 0, targetColumn = 1, ...options }: ParallelTextOptions = {},
): Promise<ParallelText> {
  return await indexRows(files, {
    ...options,
    columns: { source: sourceColumn, target: targetColumn },
    format: "tsv",
    what: "sentence pairs",
  });
}
