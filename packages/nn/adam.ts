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
  const { weightDecay = 0, gradientScale = 1 } = options;
  weights.forEach((weight, i) => {
    const sizes = [gradients[i], moments.first[i], moments.second[i]].map((t) => t?.size);
    if (sizes.some((size) => size !== weight.size)) {
      throw new TypeError(
        `Cannot step weight ${i} [${weight.shape}]: gradient and moments have sizes ${sizes}`,
      );
    }
  });
  const correction1 = 1 - beta1 ** step, correction2 = 1 - beta2 ** step;
  if (hasKernel("HeedAdam")) {
    const attributes = { scale: gradientScale, beta1, beta2, rate: learningRate, epsilon };
    weights.forEach((weight, i) => {
      const first = moments.first[i], second = moments.second[i];
      for (const variable of [weight, first, second]) ensureSoleOwner(variable);
      runKernel("HeedAdam", { weight, gradient: gradients[i], first, second }, {
        ...attributes,
        correction1,
        correction2,
        decay: weightDecay,
      });
    });
    return;
  }
  weights.forEach((weight, i) =>
    tf.tidy(() => {
      const gradient = tf.mul(gradients[i], gradientScale);
      const first = tf.add(tf.mul(moments.first[i], beta1), tf.mul(gradient, 1 - beta1));
      const second = tf.add(
        tf.mul(moments.second[i], beta2),
        tf.mul(tf.square(gradient), 1 - beta2),
      );
      const root = tf.add(tf.sqrt(tf.div(second, correction2)), epsilon);
      const update = tf.add(tf.div(tf.div(first, correction1), root), tf.mul(weight, weightDecay));
      moments.first[i].assign(first);
      moments.second[i].assign(second);
      weight.assign(tf.sub(weight, tf.mul(update, learningRate)));
    })
  );
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
  const total = hasKernel("HeedGlobalNorm")
    ? runKernel("HeedGlobalNorm", Object.fromEntries(gradients.entries()))[0]
    : tf.tidy(() => tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g))))));
  const [norm] = await total.data();
  total.dispose();
  return norm;
}
