import type * as tf from "@tensorflow/tfjs";
import { normal } from "@heed/nn";
import type { PositionTableConfig } from "./sinusoidal.ts";

/**
 * Fresh learned positions (Gehring et al. 2017; BERT, GPT): a table trained like any other weight.
 *
 * @param config Number of positions and their width.
 * @param options The seed, and the standard deviation (default 0.02, as in BERT).
 * @returns `[maxPositions, hiddenSize]`, owned by the caller.
 *
 * @example
 * ```ts
 * import { initLearnedPositions } from "@heed/positional";
 * import { assertEquals } from "@std/assert";
 *
 * const positions = initLearnedPositions({ maxPositions: 6, hiddenSize: 4 }, { seed: 1 });
 * assertEquals(positions.shape, [6, 4]);
 * ```
 */
export function initLearnedPositions(
  { maxPositions, hiddenSize }: PositionTableConfig,
  { seed, std = 0.02 }: { seed: number; std?: number },
): tf.Tensor {
  return normal([maxPositions, hiddenSize], { seed, std });
}
