/**
 * Checks token ids before anything is computed.
 *
 * @param rows Ids of each row.
 * @param options What a row is, for the message, and the model's limits.
 * @throws {RangeError} When a row is empty, too long, or holds an id outside the vocabulary.
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
  rows: readonly (readonly number[])[],
  { what, vocabSize, maxTokens }: { what: string; vocabSize: number; maxTokens: number },
): void {
  rows.forEach((row, index) => {
    const which = `${what} ${index} of ${rows.length}`;
    if (row.length === 0) throw new RangeError(`Cannot read ${which}: it has no tokens`);
    if (row.length > maxTokens) {
      throw new RangeError(
        `Cannot read ${which}: it has ${row.length} tokens and the model takes ${maxTokens}; split it`,
      );
    }
    const wrong = row.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
    if (wrong !== undefined) {
      throw new RangeError(
        `Cannot read ${which}: token id ${wrong} is outside the vocabulary of ${vocabSize}`,
      );
    }
  });
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
