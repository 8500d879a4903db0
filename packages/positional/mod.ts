/**
 * Positional encodings: attention sees a set, these tell it the order.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { addPositions, sinusoidalPositions } from "@heed/positional";
 * import { assertEquals } from "@std/assert";
 *
 * const table = sinusoidalPositions({ maxPositions: 512, hiddenSize: 16 });
 * const placed = addPositions(tf.zeros([1, 5, 16]), { table });
 * assertEquals(await placed.data(), await table.slice([0, 0], [5, 16]).data());
 * ```
 *
 * @module
 */
export * from "./add_positions.ts";
export * from "./learned.ts";
export * from "./sinusoidal.ts";
