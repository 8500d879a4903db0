import type * as tf from "@tensorflow/tfjs";
import type { DropoutMask } from "./elementwise.ts";
import { fusedOp, isRecording, runKernel, share } from "./fused_op.ts";
import type { KernelTable } from "./kernel_table.ts";

/** Attributes of the attention kernels; `keepScale` 0: no dropout. */
interface AttentionAttributes extends DropoutMask {
  readonly heads: number;
  readonly causal: boolean;
  readonly scale: number;
}

/** The core of multi-head attention, and the softmax of its composed form. */
export const attentionKernels: KernelTable = {
  HeedAttention(heap, { query, key, value, mask }, attributes: AttentionAttributes) {
    const { heads, causal, scale, seed, threshold, keepScale } = attributes;
    const [batch, qLen, hidden] = query.shape, kLen = key.shape[1];
    const context = heap.output(query.shape);
    const probabilities = heap.output([batch, heads, qLen, kLen]);
    heap.withMemory(qLen * kLen * 4, (dropped) =>
      heap.kernels.attention(
        ...[query, key, value, mask, context, probabilities].map((t) => heap.offset(t)) as [
          number,
          number,
          number,
          number,
          number,
          number,
        ],
        ...[batch, heads, qLen, kLen, hidden / heads, causal ? 1 : 0, scale] as const,
        ...[seed, threshold, keepScale, heap.gemmScratch, dropped] as const,
      ));
    return [context, probabilities];
  },

  HeedAttentionGradient(
    heap,
    { dy, query, key, value, probabilities },
    attributes: AttentionAttributes,
  ) {
    const { heads, scale, seed, threshold, keepScale } = attributes;
    const [batch, qLen, hidden] = query.shape, kLen = key.shape[1];
    const dq = heap.output(query.shape), dk = heap.output(key.shape), dv = heap.output(key.shape);
    heap.withMemory(2 * qLen * kLen * 4, (work) =>
      heap.kernels.attentionGradient(
        ...[dy, query, key, value, probabilities, dq, dk, dv].map((t) => heap.offset(t)) as [
          number,
          number,
          number,
          number,
          number,
          number,
          number,
          number,
        ],
        ...[batch, heads, qLen, kLen, hidden / heads, scale] as const,
        ...[seed, threshold, keepScale, heap.gemmScratch, work] as const,
      ));
    return [dq, dk, dv];
  },

  HeedMaskedSoftmax(heap, { scores, mask }, { causal, scale }) {
    const [batch, heads, qLen, kLen] = scores.shape;
    const out = heap.output(scores.shape);
    heap.kernels.maskedSoftmax(
      ...[scores, mask, out].map((t) => heap.offset(t)) as [number, number, number],
      ...[batch, heads, qLen, kLen, causal ? 1 : 0, scale] as const,
    );
    return out;
  },

  HeedSoftmaxGradient(heap, { dy, y }, { scale, inPlace }) {
    const size = y.shape.at(-1)!, rows = size ? y.shape.reduce((a, b) => a * b, 1) / size : 0;
    const out = inPlace ? dy : heap.output(y.shape);
    heap.kernels.softmaxGradient(
      ...[dy, y, out].map((t) => heap.offset(t)) as [number, number, number],
      ...[rows, size, scale] as const,
    );
    return inPlace ? [] : out;
  },
};

/** Attention of all heads; the probabilities are the caller's, without a gradient. */
export function fusedAttention(
  { query, key, value, mask }: {
    query: tf.Tensor;
    key: tf.Tensor;
    value: tf.Tensor;
    mask?: tf.Tensor;
  },
  attributes: AttentionAttributes,
): { context: tf.Tensor; probabilities: tf.Tensor } {
  let kept: tf.Tensor | undefined;
  const context = fusedOp(
    [query, key, value],
    (save) => {
      const [context, probabilities] = runKernel(
        "HeedAttention",
        { query, key, value, mask },
        attributes,
      );
      if (isRecording()) save([query, key, value, probabilities]);
      kept = share(probabilities);
      kept.kept = true;
      return context;
    },
    ({ dy }, [query, key, value, probabilities]) =>
      runKernel("HeedAttentionGradient", { dy, query, key, value, probabilities }, attributes),
  );
  // Survived the scope of the operation above; from here it belongs to the caller's scope.
  const probabilities = share(kept!);
  kept!.dispose();
  return { context, probabilities };
}

/** softmax(scale * scores) over the keys that are seen. */
export function fusedMaskedSoftmax(
  scores: tf.Tensor,
  { mask, causal, scale }: { mask?: tf.Tensor; causal: boolean; scale: number },
): tf.Tensor {
  return fusedOp([scores], (save) => {
    const [y] = runKernel("HeedMaskedSoftmax", { scores, mask }, { causal, scale });
    if (isRecording()) save([y]);
    return y;
  }, ({ dy, own }, [y]) => {
    const [out] = runKernel("HeedSoftmaxGradient", { dy, y }, { scale, inPlace: own });
    return [out ?? share(dy)];
  });
}
