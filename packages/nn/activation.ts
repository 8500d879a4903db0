import * as tf from "@tensorflow/tfjs";

/** Names of activation functions, as checkpoints spell them; `swish` and `silu` are the same. */
export type Activation = "relu" | "gelu" | "swish" | "silu" | "tanh";

const SQRT_HALF = Math.SQRT1_2;

/**
 * Applies an activation function by its name.
 *
 * @param name The function; `gelu` is the exact one (with erf).
 * @param input Any shape.
 * @returns The same shape.
 * @throws {RangeError} For a name that is not known.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { activate } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...await activate("relu", tf.tensor1d([-1, 2])).data()], [0, 2]);
 * ```
 */
export function activate(name: Activation, input: tf.Tensor): tf.Tensor {
  switch (name) {
    case "relu":
      return tf.relu(input);
    case "gelu":
      return tf.tidy(() => tf.mul(tf.mul(input, 0.5), tf.add(tf.erf(tf.mul(input, SQRT_HALF)), 1)));
    case "swish":
    case "silu":
      return tf.tidy(() => tf.mul(input, tf.sigmoid(input)));
    case "tanh":
      return tf.tanh(input);
    default:
      throw new RangeError(
        `Cannot apply activation "${name}": it is not one of relu, gelu, swish, silu, tanh`,
      );
  }
}
