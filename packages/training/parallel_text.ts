import { decodeLines, type FileHandle, files, type Line } from "@heed/checkpoint";
import { type ParallelText, pathsOf } from "./text_index.ts";

/** One line of parallel text: a pair, or the reason why it is none. */
export type ParallelLine =
  & {
    /** Name of the file, of the source when there are two. */
    readonly file: string;
    /** Number of the line, from 1. */
    readonly line: number;
  }
  & (
    | {
      /** Text of the source side, without white space around it. */
      readonly source: string;
      /** Text of the target side. */
      readonly target: string;
      readonly problem?: undefined;
    }
    | {
      /** What is wrong with the line. */
      readonly problem: string;
    }
  );

/** Reads blocks of parallel text; holds the files open until it is closed. */
export interface BlockReader {
  /**
   * Reads one block.
   *
   * @param block Index into the blocks of the text.
   * @returns Its lines in order, bad ones included.
   */
  read(block: number): Promise<ParallelLine[]>;
  /** Closes the files. */
  close(): Promise<void>;
}

/**
 * Opens parallel text to read blocks of it in any order.
 *
 * @param text The index of the files.
 * @returns The reader, which the caller closes.
 *
 * @example
 * ```ts
 * import { indexParallelText, openBlocks } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const text = await indexParallelText(["data:,cat%09Katze%0Adog%0A"]);
 * const blocks = openBlocks(text);
 * const [pair, bad] = await blocks.read(0);
 * await blocks.close();
 * assertEquals(pair.problem, undefined);
 * assertEquals(bad.problem, "has 1 column, the target is column 2");
 * ```
 */
export function openBlocks(text: ParallelText): BlockReader {
  const handles = new Map<string, Promise<FileHandle>>();
  const open = (file: number, side: number) => {
    const key = `${file} ${side}`;
    let handle = handles.get(key);
    if (!handle) handles.set(key, handle = files.open(pathsOf(text.files[file])[side]));
    return handle;
  };
  return {
    async read(index: number): Promise<ParallelLine[]> {
      const block = text.blocks[index];
      const file = String(pathsOf(text.files[block.file])[0]);
      const sides = await Promise.all(block.ranges.map(async ({ offset, length }, side) => {
        const bytes = await (await open(block.file, side)).read(offset, length);
        const lines: Line[] = [];
        for await (
          const line of decodeLines(once(bytes), { offset, firstNumber: block.line })
        ) lines.push(line);
        return lines;
      }));
      if (sides.some((lines) => lines.length !== block.lines)) {
        throw new RangeError(
          `Cannot read lines ${block.line} to ${block.line + block.lines - 1} of ${file}: ` +
            "the file changed after it was indexed",
        );
      }
      return sides[0].map((first, i) => {
        const place = { file, line: first.number };
        return {
          ...place,
          ...(sides.length === 1 ? columns(first, text) : pair(first, sides[1][i])),
        };
      });
    },
    async close(): Promise<void> {
      const opened = await Promise.allSettled(handles.values());
      handles.clear();
      for (const result of opened) if (result.status === "fulfilled") await result.value.close();
    },
  };
}

type Content = { source: string; target: string } | { problem: string };

function columns(line: Line, { sourceColumn, targetColumn }: ParallelText): Content {
  if (line.text === undefined) return { problem: unreadable(line) };
  const cells = line.text.split("\t");
  if (cells.length <= Math.max(sourceColumn, targetColumn)) {
    const columns = cells.length === 1 ? "1 column" : `${cells.length} columns`;
    const [side, column] = cells.length <= targetColumn
      ? ["target", targetColumn]
      : ["source", sourceColumn];
    return { problem: `has ${columns}, the ${side} is column ${column + 1}` };
  }
  return texts(cells[sourceColumn], cells[targetColumn]);
}

function pair(source: Line, target: Line): Content {
  if (source.text === undefined) return { problem: unreadable(source) };
  if (target.text === undefined) return { problem: `target side: ${unreadable(target)}` };
  return texts(source.text, target.text);
}

function texts(source: string, target: string): Content {
  source = source.trim();
  target = target.trim();
  if (source === "") return { problem: "the source is empty" };
  if (target === "") return { problem: "the target is empty" };
  return { source, target };
}

function unreadable(line: Line): string {
  return line.problem === "too long" ? "is longer than a mebibyte" : "is not valid UTF-8";
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
