import * as tf from "@tensorflow/tfjs";
import { type ActivationKind, fusedActivation } from "./kernels/elementwise.ts";
import { hasKernel } from "./kernels/fused_op.ts";

/** Names of activation functions, as checkpoints spell them; `swish` and `silu` are the same. */
export type Activation = "relu" | "gelu" | "gelu_tanh" | "swish" | "silu" | "tanh";

const KINDS: ReadonlyMap<string, ActivationKind> = new Map([
  ["relu", "relu"],
  ["gelu", "gelu"],
  ["gelu_tanh", "gelu_tanh"],
  ["swish", "silu"],
  ["silu", "silu"],
  ["tanh", "tanh"],
]);

const SQRT_HALF = Math.SQRT1_2;

/**
 * Applies an activation function by its name.
 *
 * @param name The function; `gelu` is the exact one (with erf), `gelu_tanh` the approximation of GPT-2.
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
  const kind = activationKind(name);
  return hasKernel("HeedActivation")
    ? fusedActivation(kind, input)
    : composedActivation(kind, input);
}

/** The function that a name stands for. */
export function activationKind(name: Activation): ActivationKind {
  const kind = KINDS.get(name);
  if (kind) return kind;
  throw new RangeError(
    `Cannot apply activation "${name}": it is not one of ${[...KINDS.keys()].join(", ")}`,
  );
}

/** An activation made of tfjs ops. */
export function composedActivation(kind: ActivationKind, input: tf.Tensor): tf.Tensor {
  switch (kind) {
    case "relu":
      return tf.relu(input);
    case "gelu":
      return tf.tidy(() => tf.mul(tf.mul(input, 0.5), tf.add(tf.erf(tf.mul(input, SQRT_HALF)), 1)));
    case "gelu_tanh":
      return tf.tidy(() => composedGeluTanh(input));
    case "silu":
      return tf.tidy(() => tf.mul(input, tf.sigmoid(input)));
    case "tanh":
      return tf.tanh(input);
  }
}

/** `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x³)))` (Hendrycks & Gimpel 2016). */
function composedGeluTanh(input: tf.Tensor): tf.Tensor {
  const cube = tf.mul(tf.mul(tf.square(input), input), 0.044715);
  const inner = tf.mul(tf.add(input, cube), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(input, 0.5), tf.add(tf.tanh(inner), 1));
}
