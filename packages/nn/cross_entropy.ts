import * as tf from "@tensorflow/tfjs";
import { fusedCrossEntropy } from "./kernels/cross_entropy.ts";
import { hasKernel } from "./kernels/fused_op.ts";

/** Options of {@linkcode crossEntropySum}. */
export interface CrossEntropyOptions {
  /** Share of the probability spread evenly over the vocabulary; default 0. */
  readonly labelSmoothing?: number;
  /** Label of positions that do not count (padding); default -100, as in PyTorch. */
  readonly ignoreIndex?: number;
}

/**
 * Sum over rows of the cross-entropy between softmax(logits) and label-smoothed targets
 * (Szegedy et al. 2016, section 7; the same definition as PyTorch's `label_smoothing`), in nats.
 *
 * @param logits `[rows, vocab]`
 * @param labels `[rows]` int32; rows equal to `ignoreIndex` count nothing.
 * @param options Label smoothing and the ignored label.
 * @returns A scalar; on WebGPU, which cannot throw, NaN for a label outside the vocabulary.
 * @throws {TypeError} When the shapes do not fit each other.
 * @throws {RangeError} On WASM, for a label outside the vocabulary.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { crossEntropySum } from "@heed/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const loss = crossEntropySum(tf.zeros([1, 4]), tf.tensor1d([2], "int32"));
 * assertAlmostEquals((await loss.data())[0], Math.log(4), 1e-6);
 * ```
 */
export function crossEntropySum(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { labelSmoothing = 0, ignoreIndex = -100 }: CrossEntropyOptions = {},
): tf.Scalar {
  if (logits.rank !== 2 || labels.size !== logits.shape[0]) {
    throw new TypeError(
      `Cannot compute cross-entropy: labels [${labels.shape}] do not fit logits [${logits.shape}]`,
    );
  }
  if (hasKernel("HeedCrossEntropy") && labels.dtype === "int32") {
    return fusedCrossEntropy(logits, labels, { labelSmoothing, ignoreIndex });
  }
  return tf.tidy(() => {
    const vocab = logits.shape[1]!;
    const counted = tf.cast(tf.notEqual(labels, ignoreIndex), "float32");
    const safe = tf.cast(tf.mul(tf.cast(labels, "float32"), counted), "int32") as tf.Tensor1D;
    const logProbs = tf.logSoftmax(logits);
    const nll = tf.sum(tf.mul(tf.oneHot(safe, vocab), logProbs), -1);
    const uniform = tf.mean(logProbs, -1);
    const perRow = tf.add(tf.mul(nll, 1 - labelSmoothing), tf.mul(uniform, labelSmoothing));
    return tf.neg(tf.sum(tf.mul(perRow, counted))) as tf.Scalar;
  });
}
