/**
 * Checks ids before anything is computed.
 *
 * @param rows Ids of each row.
 * @param options What a row is, for the message, and the limits.
 * @throws {RangeError} When a row is empty, too long, or holds an id outside the vocabulary.
 */
export function checkIds(
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
