// The core of multi-head attention, heads read in place by strides: [batch, len, heads * headDim].
import { dropout } from "./dropout";
import { gemm } from "./gemm";
import { softmaxGradient, softmaxRow } from "./softmax";

/**
 * probabilities [batch, heads, qLen, kLen] = softmax(scale q k^T) over the keys that are seen, and
 * context [batch, qLen, heads * headDim] = dropout(probabilities) v. `mask` (0: none) [batch, kLen];
 * `keepScale` 0: no dropout. `scratch`: gemm's, then qLen * kLen floats.
 */
export function attention(
  q: usize, k: usize, v: usize, mask: usize, context: usize, probabilities: usize,
  batch: usize, heads: usize, qLen: usize, kLen: usize, headDim: usize, causal: i32, scale: f32,
  seed: u32, threshold: u32, keepScale: f32, scratch: usize, dropped: usize,
): void {
  const width = heads * headDim, matrix = qLen * kLen, row = kLen << 2;
  for (let b: usize = 0; b < batch; b++) {
    for (let h: usize = 0; h < heads; h++) {
      const qh = q + (b * qLen * width + h * headDim << 2);
      const kh = k + (b * kLen * width + h * headDim << 2);
      const vh = v + (b * kLen * width + h * headDim << 2);
      const first = (b * heads + h) * matrix;
      const p = probabilities + (first << 2);
      gemm(qh, width, 1, kh, 1, width, p, kLen, qLen, kLen, headDim, 0, 0, scratch);
      const maskRow = mask ? mask + b * row : 0;
      for (let i: usize = 0; i < qLen; i++) {
        const seen = causal ? min(kLen, max<isize>(0, <isize> (i + kLen + 1 - qLen))) : kLen;
        if (seen) softmaxRow(p + i * row, maskRow, p + i * row, seen, scale);
        if (seen < kLen) memory.fill(p + i * row + (seen << 2), 0, kLen - seen << 2);
      }
      let weights = p;
      if (keepScale != 0) {
        dropout(p, dropped, matrix, <u32> first, seed, threshold, keepScale);
        weights = dropped;
      }
      const out = context + (b * qLen * width + h * headDim << 2);
      gemm(weights, kLen, 1, vh, width, 1, out, width, qLen, headDim, kLen, 0, 0, scratch);
    }
  }
}

/** Gradients of attention for q, k and v. `work`: 2 * qLen * kLen floats. */
export function attentionGradient(
  dContext: usize, q: usize, k: usize, v: usize, probabilities: usize,
  dq: usize, dk: usize, dv: usize,
  batch: usize, heads: usize, qLen: usize, kLen: usize, headDim: usize, scale: f32,
  seed: u32, threshold: u32, keepScale: f32, scratch: usize, work: usize,
): void {
  const width = heads * headDim, matrix = qLen * kLen;
  const dp = work, dropped = work + (matrix << 2);
  for (let b: usize = 0; b < batch; b++) {
    for (let h: usize = 0; h < heads; h++) {
      const qOffset = b * qLen * width + h * headDim << 2;
      const kOffset = b * kLen * width + h * headDim << 2;
      const first = (b * heads + h) * matrix;
      const p = probabilities + (first << 2), out = dContext + qOffset;
      let weights = p;
      if (keepScale != 0) {
        dropout(p, dropped, matrix, <u32> first, seed, threshold, keepScale);
        weights = dropped;
      }
      // dv = weights^T out, dp = out v^T
      gemm(
        weights, 1, kLen, out, width, 1, dv + kOffset, width, kLen, headDim, qLen, 0, 0, scratch,
      );
      gemm(out, width, 1, v + kOffset, 1, width, dp, kLen, qLen, kLen, headDim, 0, 0, scratch);
      if (keepScale != 0) dropout(dp, dp, matrix, <u32> first, seed, threshold, keepScale);
      softmaxGradient(dp, p, dp, qLen, kLen, scale);
      // dq = ds k, dk = ds^T q
      gemm(dp, kLen, 1, k + kOffset, width, 1, dq + qOffset, width, qLen, headDim, kLen, 0, 0, scratch);
      gemm(dp, 1, kLen, q + qOffset, width, 1, dk + kOffset, width, kLen, headDim, qLen, 0, 0, scratch);
    }
  }
}
