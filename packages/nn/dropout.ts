import * as tf from "@tensorflow/tfjs";
import { type DropoutMask, fusedDropout } from "./kernels/elementwise.ts";
import { hasKernel } from "./kernels/fused_op.ts";
import { randomWord } from "./random.ts";

/** Options of {@linkcode dropout}. */
export interface DropoutOptions {
  /** Probability of setting an element to zero, in [0, 1). */
  readonly rate: number;
  /** Seed of this call's mask: same seed, same mask, on every device. */
  readonly seed: number;
}

/**
 * Inverted dropout (Srivastava et al. 2014): zeroes elements with probability `rate` and scales the
 * rest by `1 / (1 - rate)`. Element `i` is kept when `randomWord(seed, i) >= rate * 2^32`, so the
 * mask is the same on every device and in every run. No mask is stored: WASM and WebGPU draw it again
 * for the gradient.
 *
 * @param input Any shape.
 * @param options `rate` and `seed`.
 * @returns The same shape; `input` itself (a new reference) when `rate` is 0.
 * @throws {RangeError} When `rate` is outside [0, 1).
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { dropout } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(dropout(tf.ones([2, 3]), { rate: 0.1, seed: 7 }).shape, [2, 3]);
 * ```
 */
export function dropout(input: tf.Tensor, { rate, seed }: DropoutOptions): tf.Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`Cannot drop out with rate ${rate}: it must be at least 0 and below 1`);
  }
  if (rate === 0) return tf.clone(input);
  const mask = dropoutMask({ rate, seed });
  return hasKernel("HeedDropout") ? fusedDropout(input, mask) : composedDropout(input, mask);
}

/** The numbers that decide which elements stay. */
export function dropoutMask({ rate, seed }: DropoutOptions): DropoutMask {
  return { seed, threshold: Math.floor(rate * 2 ** 32), keepScale: Math.fround(1 / (1 - rate)) };
}

/** Dropout made of tfjs ops. */
function composedDropout(
  input: tf.Tensor,
  { seed, threshold, keepScale }: DropoutMask,
): tf.Tensor {
  return tf.tidy(() => {
    const mask = new Float32Array(input.size);
    for (let i = 0; i < mask.length; i++) {
      mask[i] = randomWord(seed, i) >= threshold ? keepScale : 0;
    }
    return tf.mul(input, tf.tensor(mask, input.shape));
  });
}
