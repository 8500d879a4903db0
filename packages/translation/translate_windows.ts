import type { TranslateOptions, TranslateStreamOptions, Translation } from "./translation.ts";
import { collectWindows } from "./windows.ts";

/** Characters that are read ahead at most, however few the texts. */
const maxLookAheadCharacters = 1 << 16;

/**
 * Translates texts as they arrive, window by window, in order.
 *
 * @param lines Texts; may be without end.
 * @param options How far to read ahead; the rest is for `translate`.
 * @param translate Translates the texts of a window.
 * @returns For each text its translations.
 * @throws {RangeError} When `lookAhead` is out of range.
 */
export async function* translateWindows<Result extends Translation>(
  lines: AsyncIterable<string> | Iterable<string>,
  options: TranslateStreamOptions,
  translate: (texts: readonly string[], options: TranslateOptions) => Promise<Result[][]>,
): AsyncGenerator<Result[]> {
  const { lookAhead = 256, patience = 20, ...translateOptions } = options;
  if (!(lookAhead >= 1)) {
    throw new RangeError(`Cannot read ahead ${lookAhead} texts: lookAhead must be at least 1`);
  }
  const windows = collectWindows(lines, {
    maxItems: lookAhead,
    maxSize: maxLookAheadCharacters,
    sizeOf: (line) => line.length,
    patience,
  });
  for await (const window of windows) yield* await translate(window, translateOptions);
}
