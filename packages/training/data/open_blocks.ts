import { decodeLines, type FileHandle, files, type Line } from "@heed/checkpoint";
import type { TextBlock, TextData } from "./text_data.ts";

/** A record with its place, or the reason why it is none. */
export type TextRecord<T extends object> =
  & {
    /** Name of the file, of the first side when there are several. */
    readonly file: string;
    /** Number of its first line, from 1. */
    readonly line: number;
  }
  & (
    | (T & { readonly problem?: undefined })
    | {
      /** What is wrong with the record. */
      readonly problem: string;
    }
  );

/** Reads blocks of a text; holds the files open until it is closed. */
export interface BlockReader<T extends object> {
  /**
   * Reads one block.
   *
   * @param block Index into the blocks of the text.
   * @returns Its records in order, bad ones included.
   */
  read(block: number): Promise<TextRecord<T>[]>;
  /** Closes the files. */
  close(): Promise<void>;
}

/**
 * Opens a text to read blocks of it in any order.
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
export function openBlocks<T extends object>(text: TextData<T>): BlockReader<T> {
  const { format } = text;
  const handles = new Map<string, Promise<FileHandle>>();
  const open = (file: number, side: number) => {
    const key = `${file} ${side}`;
    let handle = handles.get(key);
    if (!handle) handles.set(key, handle = files.open(text.files[file][side]));
    return handle;
  };
  return {
    async read(index: number): Promise<TextRecord<T>[]> {
      const block = text.blocks[index];
      const file = String(text.files[block.file][0]);
      const sides = await Promise.all(block.ranges.map(async ({ offset, length }, side) => {
        const bytes = await (await open(block.file, side)).read(offset, length);
        const lines = decodeLines(once(bytes), { offset, firstNumber: block.line });
        return await Array.fromAsync(lines);
      }));
      if (sides.some((lines) => lines.length !== block.lines)) throw changed(file, block);
      const records: TextRecord<T>[] = [];
      for (const lines of recordsOf(sides, format.ends)) {
        const record = format.read(lines, block.file);
        if (record === undefined) continue;
        records.push({ file, line: lines[0].number, ...record } as TextRecord<T>);
      }
      return records;
    },
    async close(): Promise<void> {
      const opened = await Promise.allSettled(handles.values());
      handles.clear();
      for (const result of opened) if (result.status === "fulfilled") await result.value.close();
    },
  };
}

/** The lines of each record: one of each side, or neighbours of the only side. */
function recordsOf(
  [first, ...others]: readonly (readonly Line[])[],
  begin: (() => (line: Line) => boolean) | undefined,
): readonly (readonly Line[])[] {
  if (begin === undefined) return first.map((line, i) => [line, ...others.map((side) => side[i])]);
  const ends = begin();
  const records: Line[][] = [[]];
  for (const line of first) {
    records.at(-1)!.push(line);
    if (ends(line)) records.push([]);
  }
  return records.filter(({ length }) => length > 0);
}

function changed(file: string, { line, lines }: TextBlock): RangeError {
  return new RangeError(
    `Cannot read lines ${line} to ${line + lines - 1} of ${file}: ` +
      "the file changed after it was indexed",
  );
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
