import * as tf from "@tensorflow/tfjs";
import { randomNormal, randomUniform } from "./random.ts";

/**
 * Glorot (Xavier) uniform initialisation: limit `sqrt(6 / (fanIn + fanOut))` (Glorot & Bengio 2010).
 *
 * @param shape `[out, in]`
 * @param options The seed: the same seed gives the same weights on every device.
 * @returns A tensor owned by the caller.
 *
 * @example
 * ```ts
 * import { xavierUniform } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(xavierUniform([4, 2], { seed: 1 }).shape, [4, 2]);
 * ```
 */
export function xavierUniform(
  shape: [number, number],
  { seed }: { seed: number },
): tf.Tensor {
  const limit = Math.sqrt(6 / (shape[0] + shape[1]));
  return tf.tensor(randomUniform(shape[0] * shape[1], { seed, low: -limit, high: limit }), shape);
}

/**
 * Normal initialisation.
 *
 * @param shape Any shape.
 * @param options The seed and the standard deviation.
 * @returns A tensor owned by the caller.
 *
 * @example
 * ```ts
 * import { normal } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(normal([8000, 16], { seed: 1, std: 0.02 }).shape, [8000, 16]);
 * ```
 */
export function normal(
  shape: number[],
  { seed, std }: { seed: number; std: number },
): tf.Tensor {
  return tf.tensor(randomNormal(tf.util.sizeFromShape(shape), { seed, std }), shape);
}
