import * as tf from "@tensorflow/tfjs";
import { type Activation, activationKind, composedActivation } from "./activation.ts";
import { xavierUniform } from "./initializers.ts";
import { hasKernel } from "./kernels/fused_op.ts";
import { fusedLinear } from "./kernels/linear.ts";

/** Weights of a fully connected layer, in the layout of Hugging Face checkpoints. */
export interface LinearWeights {
  /** `[out, in]` */
  readonly weight: tf.Tensor;
  /** `[out]`; absent for a layer without bias. */
  readonly bias?: tf.Tensor;
}

/** Options of {@linkcode linear}. */
export interface LinearOptions {
  /** Applied to the result; default none. */
  readonly activation?: Activation;
}

/**
 * A fully connected layer: `activation(input · weightᵀ + bias)`.
 *
 * @param weights `weight` `[out, in]` and `bias` `[out]`.
 * @param input `[..., in]`
 * @param options The activation.
 * @returns `[..., out]`
 * @throws {TypeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { linear } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const weight = tf.tensor2d([[1, 2], [3, 4], [5, 6]]);
 * assertEquals(linear({ weight }, tf.ones([4, 2])).shape, [4, 3]);
 * ```
 */
export function linear(
  weights: LinearWeights,
  input: tf.Tensor,
  { activation }: LinearOptions = {},
): tf.Tensor {
  const [outSize, inSize] = weights.weight.shape;
  const { weight, bias } = weights;
  if (weight.rank !== 2 || input.shape.at(-1) !== inSize || bias && bias.size !== outSize) {
    throw new TypeError(
      `Cannot apply linear: input [${input.shape}] does not fit weight [${weight.shape}]` +
        (bias ? ` and bias [${bias.shape}]` : ""),
    );
  }
  const kind = activation && activationKind(activation);
  if (hasKernel("HeedLinear")) return fusedLinear(input, weights, kind);
  return tf.tidy(() => {
    // 2D on purpose: the gradient of a broadcast batch product has a wrong shape in tfjs.
    const rows = tf.reshape(input, [-1, inSize]);
    let output: tf.Tensor = tf.matMul(
      rows as tf.Tensor2D,
      weights.weight as tf.Tensor2D,
      false,
      true,
    );
    if (weights.bias) output = tf.add(output, weights.bias);
    if (kind) output = composedActivation(kind, output);
    return tf.reshape(output, [...input.shape.slice(0, -1), outSize]);
  });
}

/**
 * Fresh weights: Glorot uniform, bias zero.
 *
 * @param config Sizes, and whether there is a bias (default true).
 * @param options The seed.
 * @returns Weights owned by the caller.
 *
 * @example
 * ```ts
 * import { initLinearWeights } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initLinearWeights({ inSize: 3, outSize: 5 }, { seed: 1 });
 * assertEquals(weights.weight.shape, [5, 3]);
 * ```
 */
export function initLinearWeights(
  { inSize, outSize, bias = true }: { inSize: number; outSize: number; bias?: boolean },
  { seed }: { seed: number },
): LinearWeights {
  const weight = xavierUniform([outSize, inSize], { seed });
  return bias ? { weight, bias: tf.zeros([outSize]) } : { weight };
}
