import type * as tf from "@tensorflow/tfjs";
import {
  attention,
  type AttentionAttributes,
  attentionGradient,
  scoresShape,
} from "./attention_heads.ts";
import { fusedOp, isRecording, runKernel, share } from "./fused_op.ts";
import type { KernelTable } from "./kernel_table.ts";

/** The core of multi-head attention, and the softmax of its composed form. */
export const attentionKernels: KernelTable = {
  HeedAttention(heap, { query, key, value, mask }, attributes: AttentionAttributes) {
    const context = heap.output(query.shape);
    const probabilities = heap.output(scoresShape(query, key, attributes));
    attention(heap, { query, key, value, mask, context, probabilities }, attributes);
    return [context, probabilities];
  },

  HeedAttentionGradient(
    heap,
    { dy, query, key, value, probabilities },
    attributes: AttentionAttributes,
  ) {
    const dq = heap.output(query.shape), dk = heap.output(key.shape), dv = heap.output(key.shape);
    const tensors = { dy, query, key, value, probabilities, dq, dk, dv };
    attentionGradient(heap, tensors, attributes);
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
