import type { TensorInfo } from "@tensorflow/tfjs";
import type { DropoutMask } from "./elementwise.ts";
import type { Heap } from "./heap.ts";
import { GEMM_ACCUMULATE } from "./matmul.ts";

/** Attributes of the attention kernels; `keepScale` 0: no dropout. */
export interface AttentionAttributes extends DropoutMask {
  readonly heads: number;
  readonly causal: boolean;
  readonly scale: number;
}

/** Queries that are treated together where they see only part of the keys, which halves the work for long texts. */
const BLOCK = 64;

/** `[batch, heads, q_len, k_len]` */
export function scoresShape(
  query: TensorInfo,
  key: TensorInfo,
  { heads }: AttentionAttributes,
): number[] {
  return [query.shape[0], heads, query.shape[1], key.shape[1]];
}

/**
 * probabilities `[batch, heads, q_len, k_len]` = softmax(scale q kᵀ) over the keys that are seen, and
 * context `[batch, q_len, hidden]` = dropout(probabilities) v.
 *
 * @param heap Where the tensors are.
 * @param tensors Inputs and outputs; `mask` `[batch, k_len]`.
 * @param attributes Heads, causality, scale, dropout.
 */
export function attention(
  heap: Heap,
  tensors: Record<"query" | "key" | "value" | "context" | "probabilities", TensorInfo> & {
    readonly mask?: TensorInfo;
  },
  attributes: AttentionAttributes,
): void {
  const { kernels, gemmScratch } = heap;
  const { causal, scale, seed, threshold, keepScale } = attributes;
  const at = addresses(heap, tensors);
  const { qLen, kLen, width, headDim, blocks, matrix, heads } = geometry(tensors, attributes);
  heap.withMemory(keepScale ? matrix * 4 : 4, (dropped) => {
    for (const { row, q, k, first } of heads) {
      const p = at.probabilities + first * 4;
      for (const { start, rows, seen } of blocks) {
        kernels.gemm(
          ...[at.query + q + start * width * 4, width, 1, at.key + k, 1, width] as const,
          ...[p + start * kLen * 4, kLen, rows, seen, headDim, 0, 0, gemmScratch] as const,
        );
      }
      const mask = at.mask && at.mask + row * kLen * 4;
      kernels.maskedSoftmax(p, mask, p, 1, 1, qLen, kLen, causal ? 1 : 0, scale);
      if (keepScale) kernels.dropout(p, dropped, matrix, first, seed, threshold, keepScale);
      const weights = keepScale ? dropped : p;
      for (const { start, rows, seen } of blocks) {
        kernels.gemm(
          ...[weights + start * kLen * 4, kLen, 1, at.value + k, width, 1] as const,
          ...[at.context + q + start * width * 4, width, rows, headDim, seen] as const,
          ...[0, 0, gemmScratch] as const,
        );
      }
    }
  });
}

/**
 * Gradients of {@linkcode attention} for queries, keys and values.
 *
 * @param heap Where the tensors are.
 * @param tensors What went in and came out, the context's gradient `dy`, and what is written: `dq`, `dk`, `dv`.
 * @param attributes As forward.
 */
export function attentionGradient(
  heap: Heap,
  tensors: Record<
    "dy" | "query" | "key" | "value" | "probabilities" | "dq" | "dk" | "dv",
    TensorInfo
  >,
  attributes: AttentionAttributes,
): void {
  const { kernels, gemmScratch } = heap;
  const { scale, seed, threshold, keepScale } = attributes;
  const at = addresses(heap, tensors);
  const { qLen, kLen, width, headDim, blocks, matrix, heads } = geometry(tensors, attributes);
  heap.withMemory((keepScale ? 2 : 1) * matrix * 4, (dp) => {
    const dropped = dp + matrix * 4;
    // Where a query sees nothing, nothing is computed, and what is read must be a number.
    kernels.clearRows(dp, matrix, 1, matrix);
    for (const { q, k, first } of heads) {
      const p = at.probabilities + first * 4, weights = keepScale ? dropped : p;
      if (keepScale) kernels.dropout(p, dropped, matrix, first, seed, threshold, keepScale);
      // dv = weightsᵀ dy, dp = dy vᵀ
      for (const { start, rows, seen, flags } of blocks) {
        const dy = at.dy + q + start * width * 4, block = start * kLen * 4;
        kernels.gemm(
          ...[weights + block, 1, kLen, dy, width, 1, at.dv + k, width] as const,
          ...[seen, headDim, rows, 0, flags, gemmScratch] as const,
        );
        kernels.gemm(
          ...[dy, width, 1, at.value + k, 1, width, dp + block, kLen] as const,
          ...[rows, seen, headDim, 0, 0, gemmScratch] as const,
        );
      }
      if (keepScale) kernels.dropout(dp, dp, matrix, first, seed, threshold, keepScale);
      kernels.softmaxGradient(dp, p, dp, qLen, kLen, scale);
      // dq = ds k, dk = dsᵀ q
      for (const { start, rows, seen, flags } of blocks) {
        const ds = dp + start * kLen * 4, offset = q + start * width * 4;
        kernels.gemm(
          ...[ds, kLen, 1, at.key + k, width, 1, at.dq + offset, width] as const,
          ...[rows, headDim, seen, 0, 0, gemmScratch] as const,
        );
        kernels.gemm(
          ...[ds, 1, kLen, at.query + offset, width, 1, at.dk + k, width] as const,
          ...[seen, headDim, rows, 0, flags, gemmScratch] as const,
        );
      }
    }
  });
}

/** Where the numbers of each tensor begin; 0 for none. */
function addresses<Name extends string>(
  heap: Heap,
  tensors: { readonly [N in Name]?: TensorInfo },
): Record<Name, number> {
  const names = Object.keys(tensors) as Name[];
  return Object.fromEntries(names.map((name) => [name, heap.offset(tensors[name])])) as Record<
    Name,
    number
  >;
}

/** Sizes, the heads as offsets in bytes (`first` in numbers), and the blocks of queries with the keys that they see. */
function geometry(
  { query, key }: { readonly query: TensorInfo; readonly key: TensorInfo },
  { heads, causal }: AttentionAttributes,
) {
  const [batch, qLen, width] = query.shape, kLen = key.shape[1];
  const headDim = width / heads, matrix = qLen * kLen;
  const size = causal ? BLOCK : Math.max(1, qLen);
  // From the last one, which sees every key: what is added up over blocks begins with it.
  const blocks = Array.from({ length: Math.max(1, Math.ceil(qLen / size)) }, (_, i) => {
    const start = i * size, rows = Math.min(size, qLen - start);
    const seen = causal ? Math.max(0, start + rows + kLen - qLen) : kLen;
    return { start, rows, seen, flags: start + rows === qLen ? 0 : GEMM_ACCUMULATE };
  }).reverse();
  return {
    ...{ qLen, kLen, width, headDim, matrix, blocks },
    heads: Array.from({ length: batch * heads }, (_, index) => {
      const row = Math.floor(index / heads), head = index % heads;
      return {
        row,
        q: (row * qLen * width + head * headDim) * 4,
        k: (row * kLen * width + head * headDim) * 4,
        first: index * matrix,
      };
    }),
  };
}
