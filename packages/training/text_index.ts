import { readLines } from "@heed/checkpoint";

/** A file of sentence pairs: tab-separated columns, or two files whose lines belong together. */
export type ParallelFile =
  | string
  | URL
  | { readonly source: string | URL; readonly target: string | URL };

/** Options of {@linkcode indexParallelText}. */
export interface ParallelTextOptions {
  /** Column of the source in a TSV line, from 0; default 0. */
  readonly sourceColumn?: number;
  /** Column of the target in a TSV line; default 1. */
  readonly targetColumn?: number;
  /** Reads only so many lines; default all. */
  readonly maxLines?: number;
  /** Lines of a block, the unit that is shuffled over the whole data; default 64. */
  readonly blockLines?: number;
}

/** Neighbouring lines of one file, and where their bytes are. */
export interface TextBlock {
  /** Index of the file. */
  readonly file: number;
  /** Number of the first line in its file, from 1. */
  readonly line: number;
  /** Number of lines. */
  readonly lines: number;
  /** First byte and number of bytes: of the TSV file, or of the source and the target file. */
  readonly ranges: readonly { readonly offset: number; readonly length: number }[];
}

/** Sentence pairs on disk, of which only the places of blocks are in memory. */
export interface ParallelText {
  /** The files, read as one in this order. */
  readonly files: readonly ParallelFile[];
  /** All blocks in order. */
  readonly blocks: readonly TextBlock[];
  /** Number of all lines, bad ones included. */
  readonly lines: number;
  /** Column of the source in a TSV line, from 0. */
  readonly sourceColumn: number;
  /** Column of the target in a TSV line, from 0. */
  readonly targetColumn: number;
}

/** Paths of a file of pairs: one, or source and target. */
export function pathsOf(file: ParallelFile): (string | URL)[] {
  return typeof file === "string" || file instanceof URL ? [file] : [file.source, file.target];
}

/**
 * Reads through files of sentence pairs once and notes where every block of lines begins, so that
 * lines can be read in any order afterwards: data that is sorted by origin has to be shuffled over
 * its whole length, and files may be larger than memory.
 *
 * @param parallelFiles The files.
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
  parallelFiles: readonly ParallelFile[],
  options: ParallelTextOptions = {},
): Promise<ParallelText> {
  const { sourceColumn = 0, targetColumn = 1, maxLines = Infinity, blockLines = 64 } = options;
  const blocks: TextBlock[] = [];
  let lines = 0;
  for (let file = 0; file < parallelFiles.length && lines < maxLines; file++) {
    const paths = pathsOf(parallelFiles[file]);
    const readers = paths.map((path) => readLines(path));
    const start = paths.map(() => 0), end = paths.map(() => 0);
    let first = 1, inFile = 0;
    const close = () => {
      if (inFile < first) return;
      const ranges = paths.map((_, i) => ({ offset: start[i], length: end[i] - start[i] }));
      blocks.push({ file, line: first, lines: inFile - first + 1, ranges });
      paths.forEach((_, i) => start[i] = end[i]);
      first = inFile + 1;
    };
    try {
      while (lines < maxLines) {
        const next = await Promise.all(readers.map((reader) => reader.next()));
        if (next.some(({ done }) => done)) {
          if (!next.every(({ done }) => done)) throw unequal(paths, inFile);
          break;
        }
        next.forEach(({ value }, i) => end[i] = value.offset);
        lines++;
        if (++inFile - first + 1 === blockLines) close();
      }
    } finally {
      await Promise.all(readers.map((reader) => reader.return(undefined)));
    }
    close();
  }
  if (lines === 0) {
    const names = parallelFiles.flatMap(pathsOf).join(", ");
    throw new RangeError(`Cannot read sentence pairs: ${names || "the list of files"} has no line`);
  }
  return { files: parallelFiles, blocks, lines, sourceColumn, targetColumn };
}

function unequal(paths: readonly (string | URL)[], lines: number): RangeError {
  return new RangeError(
    `Cannot pair the lines of ${
      paths.join(" and ")
    }: one ends after ${lines} lines, the other goes on`,
  );
}
