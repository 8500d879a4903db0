import * as tf from "@tensorflow/tfjs";
import { ensureSoleOwner, hasKernel, runKernel } from "./kernels/fused_op.ts";

/** Running averages of Adam, one variable per weight. */
export interface AdamMoments {
  /** Average of the gradient. */
  readonly first: readonly tf.Variable[];
  /** Average of its square. */
  readonly second: readonly tf.Variable[];
}

/** Options of {@linkcode adamStep}. */
export interface AdamOptions {
  /** Number of this step, from 1 (for the bias correction). */
  readonly step: number;
  /** Step size. */
  readonly learningRate: number;
  /** Decay of the first moment; default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment; default 0.98, as for Transformers. */
  readonly beta2?: number;
  /** Added to the root of the second moment; default 1e-9. */
  readonly epsilon?: number;
  /** Decoupled weight decay (AdamW); default 0. */
  readonly weightDecay?: number;
  /** Factor for every gradient (loss normalisation and clipping in one pass); default 1. */
  readonly gradientScale?: number;
  /**
   * Clips on the device, so that nobody waits for the norm: `norm` is what {@linkcode gradientNorm}
   * gave for these gradients, and the gradients, after `gradientScale`, are scaled down to a norm of
   * `maxNorm` (0: not at all). When `norm` is not finite nothing changes. Default: no clipping.
   */
  readonly clip?: { readonly norm: tf.Tensor; readonly maxNorm: number };
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) or, with `weightDecay`, AdamW
 * (Loshchilov & Hutter 2019). Weights and moments change in place.
 *
 * @param weights The weights.
 * @param gradients Their gradients, in the same order; owned by the caller.
 * @param options Moments and hyper-parameters.
 * @throws {TypeError} When a gradient or moment is missing or has another size than its weight.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { adamStep } from "@heed/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const weight = tf.variable(tf.tensor1d([1]));
 * const moments = { first: [tf.variable(tf.zeros([1]))], second: [tf.variable(tf.zeros([1]))] };
 * adamStep([weight], [tf.tensor1d([3])], { moments, step: 1, learningRate: 0.1 });
 * assertAlmostEquals((await weight.data())[0], 0.9, 1e-5);
 * ```
 */
export function adamStep(
  weights: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  { moments, ...options }: AdamOptions & { moments: AdamMoments },
): void {
  const { step, learningRate, beta1 = 0.9, beta2 = 0.98, epsilon = 1e-9 } = options;
  const { weightDecay = 0, gradientScale = 1, clip } = options;
  weights.forEach((weight, i) => {
    const sizes = [gradients[i], moments.first[i], moments.second[i]].map((t) => t?.size);
    if (sizes.some((size) => size !== weight.size)) {
      throw new TypeError(
        `Cannot step weight ${i} [${weight.shape}]: gradient and moments have sizes ${sizes}`,
      );
    }
  });
  const correction1 = 1 - beta1 ** step, correction2 = 1 - beta2 ** step;
  const all = [...weights, ...moments.first, ...moments.second];
  const attributes = {
    scale: gradientScale,
    maxNorm: clip?.maxNorm ?? 0,
    beta1,
    beta2,
    rate: learningRate,
    correction1,
    correction2,
    epsilon,
    decay: weightDecay,
  };
  if (hasKernel("HeedAdamAll")) {
    all.forEach(ensureSoleOwner);
    const inputs = weights.flatMap((weight, i): [string, tf.Tensor][] => [
      [`weight${i}`, weight],
      [`gradient${i}`, gradients[i]],
      [`first${i}`, moments.first[i]],
      [`second${i}`, moments.second[i]],
    ]);
    const named = { ...Object.fromEntries(inputs), norm: clip?.norm };
    runKernel("HeedAdamAll", named, { ...attributes, count: weights.length });
  } else if (hasKernel("HeedAdam")) {
    all.forEach(ensureSoleOwner);
    weights.forEach((weight, i) => {
      const first = moments.first[i], second = moments.second[i], gradient = gradients[i];
      runKernel("HeedAdam", { weight, gradient, first, second, norm: clip?.norm }, attributes);
    });
  } else {
    weights.forEach((weight, i) => {
      const parts = { weight, first: moments.first[i], second: moments.second[i] };
      composedStep(parts, gradients[i], { ...attributes, norm: clip?.norm });
    });
  }
}

/** The step of one weight made of tfjs ops. */
function composedStep(
  variables: Readonly<Record<"weight" | "first" | "second", tf.Variable>>,
  gradient: tf.Tensor,
  { scale, maxNorm, beta1, beta2, rate, correction1, correction2, epsilon, decay, norm }:
    & Record<"scale" | "maxNorm" | "beta1" | "beta2" | "rate" | "epsilon" | "decay", number>
    & Record<"correction1" | "correction2", number>
    & { norm?: tf.Tensor },
): void {
  tf.tidy(() => {
    const { weight } = variables;
    let scaled = tf.mul(gradient, scale);
    if (norm && maxNorm > 0) {
      scaled = tf.mul(scaled, tf.minimum(1, tf.div(maxNorm, tf.mul(norm, scale))));
    }
    const first = tf.add(tf.mul(variables.first, beta1), tf.mul(scaled, 1 - beta1));
    const second = tf.add(tf.mul(variables.second, beta2), tf.mul(tf.square(scaled), 1 - beta2));
    const root = tf.add(tf.sqrt(tf.div(second, correction2)), epsilon);
    const update = tf.add(tf.div(tf.div(first, correction1), root), tf.mul(weight, decay));
    const next = { weight: tf.sub(weight, tf.mul(update, rate)), first, second };
    for (const name of ["weight", "first", "second"] as const) {
      const variable = variables[name];
      variable.assign(norm ? tf.where(tf.isFinite(norm), next[name], variable) : next[name]);
    }
  });
}

/**
 * The Euclidean norm of all gradients together, as a tensor: nothing waits for the device.
 *
 * @param gradients Tensors of any shape.
 * @returns The norm, owned by the caller; not finite when any element is not.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { adamStep, gradientNorm } from "@heed/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const weight = tf.variable(tf.tensor1d([1, 1])), gradients = [tf.tensor1d([3, 4])];
 * const moments = { first: [tf.variable(tf.zeros([2]))], second: [tf.variable(tf.zeros([2]))] };
 * const norm = gradientNorm(gradients);
 * adamStep([weight], gradients, { moments, step: 1, learningRate: 0.1, clip: { norm, maxNorm: 1 } });
 * assertAlmostEquals((await moments.first[0].data())[0], 0.06, 1e-6); // a tenth of 3 / 5
 * ```
 */
export function gradientNorm(gradients: readonly tf.Tensor[]): tf.Scalar {
  return hasKernel("HeedGlobalNorm")
    ? runKernel("HeedGlobalNorm", Object.fromEntries(gradients.entries()))[0] as tf.Scalar
    : tf.tidy(() => tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g))))) as tf.Scalar);
}

/**
 * The Euclidean norm of all gradients together, for clipping.
 *
 * @param gradients Tensors of any shape.
 * @returns The norm; not finite when any element is not.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { globalNorm } from "@heed/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(await globalNorm([tf.tensor1d([3]), tf.tensor1d([4])]), 5, 1e-6);
 * ```
 */
export async function globalNorm(gradients: readonly tf.Tensor[]): Promise<number> {
  const total = gradientNorm(gradients);
  const [norm] = await total.data();
  total.dispose();
  return norm;
}
