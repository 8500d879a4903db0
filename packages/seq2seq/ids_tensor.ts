import * as tf from "@tensorflow/tfjs";

/**
 * Pads rows of ids on the right into one tensor.
 *
 * @param rows Rows of different lengths.
 * @param options `padTokenId`: fills the rows up.
 * @returns `[rows, longest]` int32, owned by the caller.
 *
 * @example
 * ```ts
 * import { idsTensor } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const ids = idsTensor([[1, 2], [3]], { padTokenId: 9 });
 * assertEquals([...await ids.data()], [1, 2, 3, 9]);
 * ```
 */
export function idsTensor(
  rows: readonly (readonly number[])[],
  { padTokenId }: { padTokenId: number },
): tf.Tensor2D {
  const length = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const ids = new Int32Array(rows.length * length).fill(padTokenId);
  rows.forEach((row, i) => ids.set(row, i * length));
  return tf.tensor2d(ids, [rows.length, length], "int32");
}
