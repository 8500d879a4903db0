import * as tf from "@tensorflow/tfjs";

/**
 * Adds a table of positions, fixed or learned, to embedded tokens.
 *
 * @param embedded `[batch, seq_len, hidden]`
 * @param options `table` `[maxPositions, hidden]`; `offset`: the position of the first token, for
 * decoding step by step (default 0).
 * @returns `[batch, seq_len, hidden]`
 * @throws {RangeError} When the sequence is longer than the table.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { addPositions, sinusoidalPositions } from "@heed/positional";
 * import { assertEquals } from "@std/assert";
 *
 * const table = sinusoidalPositions({ maxPositions: 8, hiddenSize: 4 });
 * assertEquals(addPositions(tf.zeros([2, 3, 4]), { table, offset: 5 }).shape, [2, 3, 4]);
 * ```
 */
export function addPositions(
  embedded: tf.Tensor,
  { table, offset = 0 }: { table: tf.Tensor; offset?: number },
): tf.Tensor {
  const [, length, hidden] = embedded.shape;
  const [maxPositions] = table.shape;
  if (offset + length > maxPositions) {
    throw new RangeError(
      `Cannot place ${length} tokens at position ${offset}: the model knows ${maxPositions} positions; ` +
        "shorten the text or split it",
    );
  }
  return tf.tidy(() =>
    tf.add(embedded, tf.slice(table as tf.Tensor2D, [offset, 0], [length, hidden]))
  );
}
