/**
 * Positional encodings: attention sees a set, these tell it the order.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { addPositions, sinusoidalPositions } from "@heed/positional";
 *
 * const table = sinusoidalPositions({ maxPositions: 512, hiddenSize: 16 });
 * addPositions(tf.zeros([1, 5, 16]), { table });
 * ```
 *
 * @module
 */
export * from "./add_positions.ts";
export * from "./learned.ts";
export * from "./sinusoidal.ts";
