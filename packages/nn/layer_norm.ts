import * as tf from "@tensorflow/tfjs";
import { hasKernel } from "./kernels/fused_op.ts";
import { fusedLayerNorm } from "./kernels/layer_norm.ts";

/** Weights of layer normalisation. */
export interface LayerNormWeights {
  /** `[hidden]` */
  readonly weight: tf.Tensor;
  /** `[hidden]` */
  readonly bias: tf.Tensor;
}

/** Options of {@linkcode layerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance; default 1e-5, as in PyTorch. */
  readonly eps?: number;
  /** Added to `input` before the normalisation (a residual connection), same shape; default none. */
  readonly residual?: tf.Tensor;
}

/**
 * Layer normalisation over the last dimension (Ba, Kiros & Hinton 2016), with the residual sum
 * `x + residual` that stands before it in a post-norm Transformer.
 *
 * @param weights `weight` and `bias` `[hidden]`.
 * @param input `[..., hidden]`
 * @param options `eps` and `residual`.
 * @returns The same shape as `input`.
 * @throws {TypeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { layerNorm } from "@heed/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const weights = { weight: tf.ones([2]), bias: tf.zeros([2]) };
 * const [low] = await layerNorm(weights, tf.tensor2d([[0, 2]])).data();
 * assertAlmostEquals(low, -1, 1e-4);
 * ```
 */
export function layerNorm(
  weights: LayerNormWeights,
  input: tf.Tensor,
  { eps = 1e-5, residual }: LayerNormOptions = {},
): tf.Tensor {
  const { weight, bias } = weights, size = input.shape.at(-1);
  const fits = input.rank > 0 && weight.size === size && bias.size === size &&
    (!residual || tf.util.arraysEqual(residual.shape, input.shape));
  if (!fits) {
    throw new TypeError(
      `Cannot normalise: input [${input.shape}], weight [${weight.shape}], bias [${bias.shape}]` +
        `${residual ? ` and residual [${residual.shape}]` : ""} do not fit each other`,
    );
  }
  if (hasKernel("HeedLayerNorm")) return fusedLayerNorm(input, weights, { eps, residual });
  return tf.tidy(() => {
    const x = residual ? tf.add(input, residual) : input;
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    const normalised = tf.mul(centred, tf.rsqrt(tf.add(variance, eps)));
    return tf.add(tf.mul(normalised, weights.weight), weights.bias);
  });
}

/**
 * Fresh weights: scale one, shift zero.
 *
 * @param config The size of the last dimension.
 * @returns Weights owned by the caller.
 *
 * @example
 * ```ts
 * import { initLayerNormWeights } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(initLayerNormWeights({ size: 4 }).bias.shape, [4]);
 * ```
 */
export function initLayerNormWeights({ size }: { size: number }): LayerNormWeights {
  return { weight: tf.ones([size]), bias: tf.zeros([size]) };
}
