import { type Line, readLines } from "@heed/checkpoint";

/** Files whose lines belong together: one, or one for each side. */
export type TextSides = readonly (string | URL)[];

/** How lines become records. */
export interface RecordFormat<T extends object> {
  /** What a record is called in errors, in the plural: `sentence pairs`. */
  readonly what: string;
  /** Begins at a block, and is told its lines: whether a record ends with it. Default: each line is a record. */
  readonly ends?: () => (line: Line) => boolean;
  /**
   * Reads a record.
   *
   * @param lines Its lines; where there are several sides, the line of each.
   * @param file Which of the files it stands in.
   * @returns The record, or what is wrong with it; undefined when there is nothing to read.
   */
  readonly read: (lines: readonly Line[], file: number) => T | Unusable | undefined;
}

/** Says why something cannot be used. */
export interface Unusable {
  /** The reason, for people. */
  readonly problem: string;
}

/** Neighbouring lines of one file, and where their bytes are. */
export interface TextBlock {
  /** Index of the file. */
  readonly file: number;
  /** Number of the first line in its file, from 1. */
  readonly line: number;
  /** Number of lines. */
  readonly lines: number;
  /** First byte and number of bytes, for each side. */
  readonly ranges: readonly { readonly offset: number; readonly length: number }[];
}

/** Records on disk, of which only the places of blocks are in memory. */
export interface TextData<T extends object> {
  /** The files, read as one in this order; each with its sides. */
  readonly files: readonly TextSides[];
  /** All blocks in order. */
  readonly blocks: readonly TextBlock[];
  /** Number of all lines, bad ones included. */
  readonly lines: number;
  /** How lines become records. */
  readonly format: RecordFormat<T>;
}

/** How much of a text is read, and in what units it is shuffled. */
export interface IndexOptions {
  /** Reads only so many lines; default all. */
  readonly maxLines?: number;
  /** Lines of a block, the unit that is shuffled over the whole data; default 64. */
  readonly blockLines?: number;
}

/** Options of {@linkcode indexText}. */
export interface IndexTextOptions<T extends object> extends IndexOptions {
  /** How lines become records. */
  readonly format: RecordFormat<T>;
  /** Takes the first line of each file for a header, which is no record. */
  readonly onHeader?: (line: Line, file: number) => void;
}

/**
 * Reads through files once and notes where every block of lines begins, so that records can be read in any
 * order afterwards: data that is sorted by origin has to be shuffled over its whole length, and files may be
 * larger than memory. The functions for each kind of data call this one; call it for a format of your own.
 *
 * @param files The files, each with its sides.
 * @param options Format, header, size of a block, number of lines.
 * @returns The index; bad records are found when they are read.
 * @throws {RangeError} When there is no line, or two files that belong together differ in length.
 *
 * @example
 * ```ts
 * import { indexText, openBlocks } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const text = await indexText([["data:,3%0A4%0A"]], {
 *   format: { what: "numbers", read: ([line]) => ({ number: Number(line.text) }) },
 * });
 * const blocks = openBlocks(text);
 * const [first] = await blocks.read(0);
 * await blocks.close();
 * assertEquals(first, { file: "data:,3%0A4%0A", line: 1, number: 3 });
 * ```
 */
export async function indexText<T extends object>(
  files: readonly TextSides[],
  { format, onHeader, maxLines = Infinity, blockLines = 64 }: IndexTextOptions<T>,
): Promise<TextData<T>> {
  const blocks: TextBlock[] = [];
  let lines = 0;
  for (let file = 0; file < files.length && lines < maxLines; file++) {
    const paths = files[file];
    const readers = paths.map((path) => readLines(path));
    const start = paths.map(() => 0), end = paths.map(() => 0);
    const ends = format.ends?.() ?? (() => true);
    let first = 1, inFile = 0, whole = true;
    const close = () => {
      if (inFile < first) return;
      const ranges = paths.map((_, i) => ({ offset: start[i], length: end[i] - start[i] }));
      blocks.push({ file, line: first, lines: inFile - first + 1, ranges });
      paths.forEach((_, i) => start[i] = end[i]);
      first = inFile + 1;
    };
    try {
      // What a record consists of is never cut, so the last one may have a few lines over the limit.
      while (lines < maxLines || !whole) {
        const next = await Promise.all(readers.map((reader) => reader.next()));
        if (next.some(({ done }) => done)) {
          if (!next.every(({ done }) => done)) throw unequal(paths, inFile);
          break;
        }
        next.forEach(({ value }, i) => end[i] = value.offset);
        if (++inFile === 1 && onHeader) {
          onHeader(next[0].value, file);
          paths.forEach((_, i) => start[i] = end[i]);
          first = 2;
          continue;
        }
        lines++;
        whole = ends(next[0].value);
        if (whole && inFile - first + 1 >= blockLines) close();
      }
    } finally {
      await Promise.all(readers.map((reader) => reader.return(undefined)));
    }
    close();
  }
  if (lines === 0) {
    const names = files.flat().join(", ") || "the list of files";
    throw new RangeError(`Cannot read ${format.what}: ${names} has no line`);
  }
  return { files, blocks, lines, format };
}

/** Why a line has no text. */
export function unreadable(line: Line): string {
  return line.problem === "too long" ? "is longer than a mebibyte" : "is not valid UTF-8";
}

/** For formats whose records end with a blank line; blank lines before a record belong to it. */
export function endsAtBlankLine(): (line: Line) => boolean {
  let begun = false;
  return ({ text }) => {
    const blank = text?.trim() === "";
    const ends = blank && begun;
    begun = !blank;
    return ends;
  };
}

function unequal(paths: TextSides, lines: number): RangeError {
  return new RangeError(
    `Cannot pair the lines of ${
      paths.join(" and ")
    }: one ends after ${lines} lines, the other goes on`,
  );
}
