/**
 * Checks token ids before anything is computed.
 *
 * @param rows Ids of each row: lists or typed arrays of integers.
 * @param options What a row is, for the message, and the model's limits.
 * @throws {TypeError} When there is no row at a place, or it is no list of numbers.
 * @throws {RangeError} When a row is empty, too long, or holds what is no id of the vocabulary.
 *
 * @example
 * ```ts
 * import { checkTokenIds } from "@heed/search";
 * import { assertThrows } from "@std/assert";
 *
 * const limits = { what: "source", vocabSize: 8, maxTokens: 4 };
 * checkTokenIds([[1, 7], [2]], limits);
 * assertThrows(() => checkTokenIds([[1, 8]], limits), RangeError, "outside the vocabulary of 8");
 * ```
 */
export function checkTokenIds(
  rows: readonly ArrayLike<number>[],
  { what, vocabSize, maxTokens }: { what: string; vocabSize: number; maxTokens: number },
): void {
  // Counted, for the methods of lists pass over holes.
  for (let index = 0; index < rows.length; index++) {
    const row: unknown = rows[index];
    const which = `${what} ${index} of ${rows.length}`;
    if (!isList(row)) {
      throw new TypeError(`Cannot read ${which}: it is ${show(row)}, give a list of token ids`);
    }
    if (row.length === 0) throw new RangeError(`Cannot read ${which}: it has no tokens`);
    if (row.length > maxTokens) {
      throw new RangeError(
        `Cannot read ${which}: it has ${row.length} tokens and the model takes ${maxTokens}; split it`,
      );
    }
    for (let position = 0; position < row.length; position++) {
      const id = row[position];
      if (Number.isInteger(id) && (id as number) >= 0 && (id as number) < vocabSize) continue;
      throw new RangeError(
        `Cannot read ${which}: token id ${show(id)} at position ${position} is outside the ` +
          `vocabulary of ${vocabSize}`,
      );
    }
  }
}

function isList(row: unknown): row is ArrayLike<unknown> {
  return Array.isArray(row) || (ArrayBuffer.isView(row) && !(row instanceof DataView));
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/**
 * Holds a limit of new tokens, or one limit for each row, within what a model can do.
 *
 * @param maxNewTokens The limit, or limits.
 * @param longest The model's.
 * @returns The smaller ones.
 *
 * @example
 * ```ts
 * import { limitNewTokens } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(limitNewTokens([5, 600], 511), [5, 511]);
 * ```
 */
export function limitNewTokens(
  maxNewTokens: number | readonly number[],
  longest: number,
): number | number[] {
  return typeof maxNewTokens === "number"
    ? Math.min(maxNewTokens, longest)
    : maxNewTokens.map((value) => Math.min(value, longest));
}

/**
 * Tells how far two texts are the same.
 *
 * @param a Ids.
 * @param b Ids.
 * @returns The number of ids that both begin with.
 *
 * @example
 * ```ts
 * import { commonPrefixLength } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(commonPrefixLength([5, 6, 7], [5, 6, 9, 7]), 2);
 * ```
 */
export function commonPrefixLength(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
