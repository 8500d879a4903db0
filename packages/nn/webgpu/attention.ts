import type * as tf from "@tensorflow/tfjs";
import type { DropoutMask } from "../kernels/elementwise.ts";
import { sizeOf } from "../kernels/kernel_table.ts";
import type { GpuKernelTable } from "./kernel_table.ts";
import { type Matrices, multiply } from "./product.ts";
import { maskedSoftmax, ROWS, softmaxGradient } from "./softmax.ts";

/** Attributes of the attention kernels; `keepScale` 0: no dropout. */
interface AttentionAttributes extends DropoutMask {
  readonly heads: number;
  readonly causal: boolean;
  readonly scale: number;
}

const droppedBy = ({ seed, threshold, keepScale }: DropoutMask) =>
  keepScale === 0 ? undefined : { seed, threshold, keepScale };

/** One matrix for each head, side by side in the last dimension of `[batch, length, hidden]`. */
function headsOf(tensor: tf.TensorInfo, heads: number): Matrices {
  const [, length, hidden] = tensor.shape;
  return { tensor, row: hidden, inner: hidden / heads, outer: length * hidden };
}

/** The matrices of `[batch, heads, rows, columns]`. */
function matricesOf(tensor: tf.TensorInfo): Matrices {
  const [, heads, rows, columns] = tensor.shape;
  return { tensor, row: columns, inner: rows * columns, outer: heads * rows * columns };
}

/** The core of multi-head attention, and the softmax of its composed form. */
export const attentionKernels: GpuKernelTable = {
  HeedAttention(gpu, { query, key, value, mask }, attributes: AttentionAttributes) {
    const { heads, causal, scale } = attributes;
    const [batch, qLen, hidden] = query.shape, kLen = key.shape[1], headDim = hidden / heads;
    const context = gpu.output(query.shape);
    const probabilities = gpu.output([batch, heads, qLen, kLen]);
    const many = { batch: batch * heads, group: heads };
    multiply(gpu, {
      ...many,
      size: [qLen, kLen, headDim],
      a: headsOf(query, heads),
      b: { ...headsOf(key, heads), transposed: true },
      out: matricesOf(probabilities),
    });
    const rows = batch * heads * qLen;
    gpu.run(maskedSoftmax({ mask: mask !== undefined, causal, inPlace: true }), {
      buffers: { out: probabilities, mask },
      params: { rows, size: kLen, qLen, heads, scale },
      groups: Math.ceil(rows / ROWS),
    });
    multiply(gpu, {
      ...many,
      size: [qLen, headDim, kLen],
      a: matricesOf(probabilities),
      b: headsOf(value, heads),
      out: headsOf(context, heads),
      dropout: droppedBy(attributes),
    });
    return [context, probabilities];
  },

  HeedAttentionGradient(
    gpu,
    { dy, query, key, value, probabilities },
    attributes: AttentionAttributes,
  ) {
    const { heads, scale } = attributes, dropout = droppedBy(attributes);
    const [batch, qLen, hidden] = query.shape, kLen = key.shape[1], headDim = hidden / heads;
    const dq = gpu.output(query.shape), dk = gpu.output(key.shape), dv = gpu.output(key.shape);
    const dScores = gpu.output(probabilities.shape);
    const many = { batch: batch * heads, group: heads };
    multiply(gpu, {
      ...many,
      size: [qLen, kLen, headDim],
      a: headsOf(dy, heads),
      b: { ...headsOf(value, heads), transposed: true },
      out: matricesOf(dScores),
    });
    const rows = batch * heads * qLen;
    gpu.run(softmaxGradient({ inPlace: true, dropout: dropout !== undefined }), {
      buffers: { dy: dScores, y: probabilities },
      params: { rows, size: kLen, scale, ...dropout },
      groups: Math.ceil(rows / ROWS),
      changing: dropout !== undefined,
    });
    multiply(gpu, {
      ...many,
      size: [qLen, headDim, kLen],
      a: matricesOf(dScores),
      b: headsOf(key, heads),
      out: headsOf(dq, heads),
    });
    multiply(gpu, {
      ...many,
      size: [kLen, headDim, qLen],
      a: { ...matricesOf(dScores), transposed: true },
      b: headsOf(query, heads),
      out: headsOf(dk, heads),
    });
    multiply(gpu, {
      ...many,
      size: [kLen, headDim, qLen],
      a: { ...matricesOf(probabilities), transposed: true },
      b: headsOf(dy, heads),
      out: headsOf(dv, heads),
      dropout,
    });
    gpu.discard(dScores);
    return [dq, dk, dv];
  },

  HeedMaskedSoftmax(gpu, { scores, mask }, { causal, scale }) {
    const [batch, heads, qLen, kLen] = scores.shape, rows = batch * heads * qLen;
    const out = gpu.output(scores.shape);
    gpu.run(maskedSoftmax({ mask: mask !== undefined, causal, inPlace: false }), {
      buffers: { scores, mask, out },
      params: { rows, size: kLen, qLen, heads, scale },
      groups: Math.ceil(rows / ROWS),
    });
    return out;
  },

  HeedSoftmaxGradient(gpu, { dy, y }, { scale, inPlace }) {
    const size = y.shape.at(-1)!, rows = sizeOf(y.shape.slice(0, -1));
    const out = inPlace ? dy : gpu.output(y.shape);
    gpu.run(softmaxGradient({ inPlace, dropout: false }), {
      buffers: { dy, y, out },
      params: { rows, size, scale },
      groups: Math.ceil(rows / ROWS),
    });
    return inPlace ? [] : out;
  },
};
