import * as tf from "@tensorflow/tfjs";

/**
 * The attention mask of a padded batch, in Hugging Face's polarity: 1 = attend, 0 = hide. Every mask
 * in Heed looks like this; only the attention core turns it into scores.
 *
 * @param inputIds Rows of different lengths.
 * @param options `length`: columns of the mask; default the longest row.
 * @returns `[rows, length]` float32, owned by the caller.
 *
 * @example
 * ```ts
 * import { paddingMask } from "@heed/attention";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...await paddingMask([[5, 6], [7]]).data()], [1, 1, 1, 0]);
 * ```
 */
export function paddingMask(
  inputIds: readonly (readonly number[])[],
  { length = longest(inputIds) }: { length?: number } = {},
): tf.Tensor2D {
  const mask = new Float32Array(inputIds.length * length);
  inputIds.forEach((row, i) => mask.fill(1, i * length, i * length + row.length));
  return tf.tensor2d(mask, [inputIds.length, length]);
}

/** Not `Math.max(...)`: a batch may have more rows than a call may have arguments. */
function longest(rows: readonly (readonly number[])[]): number {
  return rows.reduce((most, row) => Math.max(most, row.length), 0);
}
