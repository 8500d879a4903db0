import * as tf from "@tensorflow/tfjs";
import { type PositionTableConfig, sinusoidalTable, type SinusoidLayout } from "@heed/model";

export { type PositionTableConfig, sinusoidalTable, type SinusoidLayout };

/**
 * {@linkcode sinusoidalTable} as a tensor.
 *
 * @param config Number of positions and their width.
 * @param options The layout; default `interleaved`.
 * @returns `[maxPositions, hiddenSize]`, owned by the caller.
 *
 * @example
 * ```ts
 * import { sinusoidalPositions } from "@heed/positional";
 * import { assertEquals } from "@std/assert";
 *
 * const positions = sinusoidalPositions({ maxPositions: 6, hiddenSize: 4 }, { layout: "split" });
 * assertEquals(positions.shape, [6, 4]);
 * ```
 */
export function sinusoidalPositions(
  config: PositionTableConfig,
  options: { layout?: SinusoidLayout } = {},
): tf.Tensor2D {
  return tf.tensor2d(sinusoidalTable(config, options), [config.maxPositions, config.hiddenSize]);
}
