import * as tf from "@tensorflow/tfjs";
import { fusedMaskedSoftmax } from "./kernels/attention.ts";
import { hasKernel } from "./kernels/fused_op.ts";

/** Added to the score of a hidden key: large against any score, and finite, so that no row is NaN. */
const HIDDEN = -1e9;

/** Options of {@linkcode maskedSoftmax}. */
export interface MaskedSoftmaxOptions {
  /** `[batch, k_len]` float32, 1 = attend, 0 = hidden; default: every key is seen. */
  readonly mask?: tf.Tensor;
  /** Query `i` sees keys `0 .. k_len - q_len + i` only; default false. */
  readonly causal?: boolean;
  /** Factor of the scores; default 1. */
  readonly scale?: number;
}

/**
 * Softmax of attention scores over the keys that each query sees.
 *
 * Hidden keys get exactly 0; a query that sees no key at all gets 0 everywhere.
 *
 * @param scores `[batch, heads, q_len, k_len]`
 * @param options Masks and scale.
 * @returns The same shape; each row sums to 1 or, when it sees nothing, to 0.
 * @throws {TypeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { maskedSoftmax } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const row = maskedSoftmax(tf.zeros([1, 1, 1, 3]), { mask: tf.tensor2d([[1, 1, 0]]) });
 * assertEquals([...await row.data()], [0.5, 0.5, 0]);
 * ```
 */
export function maskedSoftmax(
  scores: tf.Tensor,
  { mask, causal = false, scale = 1 }: MaskedSoftmaxOptions = {},
): tf.Tensor {
  const [batch, , , kLen] = scores.shape;
  if (scores.rank !== 4 || mask && !tf.util.arraysEqual(mask.shape, [batch, kLen!])) {
    throw new TypeError(
      `Cannot apply masked softmax: scores [${scores.shape}]` +
        `${mask ? ` and mask [${mask.shape}]` : ""} have to be 4-D and [batch, k_len]`,
    );
  }
  if (hasKernel("HeedMaskedSoftmax") && (!mask || mask.dtype === "float32")) {
    return fusedMaskedSoftmax(scores, { mask, causal, scale });
  }
  return composedMaskedSoftmax(scores, { mask, causal, scale });
}

/** {@linkcode maskedSoftmax} made of tfjs ops, for devices without the fused kernel. */
export function composedMaskedSoftmax(
  scores: tf.Tensor,
  { mask, causal, scale, window }: Required<Omit<MaskedSoftmaxOptions, "mask">> & {
    mask?: tf.Tensor;
    /** With `causal`: a query sees so many keys, the newest ones; default all. */
    window?: number;
  },
): tf.Tensor {
  return tf.tidy(() => {
    const scaled = tf.mul(scores, scale);
    const [, , qLen, kLen] = scores.shape;
    const visible = visibleKeys({ mask, causal, window, qLen: qLen!, kLen: kLen! });
    if (!visible) return tf.softmax(scaled);
    return tf.mul(tf.softmax(tf.add(scaled, tf.mul(tf.sub(1, visible), HIDDEN))), visible);
  });
}

/** 1 where a query sees a key, broadcastable to `[batch, heads, q_len, k_len]`. */
function visibleKeys(
  { mask, causal, window = Infinity, qLen, kLen }: {
    mask?: tf.Tensor;
    causal: boolean;
    window?: number;
    qLen: number;
    kLen: number;
  },
): tf.Tensor | undefined {
  const padding = mask && tf.reshape(tf.cast(mask, "float32"), [mask.shape[0], 1, 1, kLen]);
  if (!causal) return padding;
  const ahead = kLen - qLen;
  const sees = (i: number) => {
    const older = Math.floor(i / kLen) + ahead - i % kLen;
    return older >= 0 && older < window;
  };
  const triangle = tf.tensor4d(
    Float32Array.from({ length: qLen * kLen }, (_, i) => sees(i) ? 1 : 0),
    [1, 1, qLen, kLen],
  );
  return padding ? tf.mul(padding, triangle) : triangle;
}
