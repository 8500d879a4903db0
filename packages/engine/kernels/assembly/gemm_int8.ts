// int8 products: the activations are quantised on the way in, chunk by chunk, so that a chunk stays in
// the second-level cache while every panel of the weights is read once from wherever it is.
import { LINEAR_K } from "../layout";
import { MAX_HEIGHT, multiplyChunk } from "./gemm";
import { quantizePanel, quantizeRows } from "./quantize";

/** Bytes of quantised activations of a chunk. */
const CHUNK_BYTES: i32 = 192 * 1024;

/** Rows of a chunk: whole tiles. */
// @ts-ignore: decorator
@inline
function chunkRows(k: i32): i32 {
  return max(1, CHUNK_BYTES / (k * MAX_HEIGHT)) * MAX_HEIGHT;
}

export function int8ScratchBytes(rows: i32, k: i32): usize {
  const chunk = min(rows, chunkRows(k));
  return (<usize> chunk * 4 + 15 & ~15) + <usize> chunk * k;
}

/** See `linear`. */
export function gemmInt8(
  x: usize, rows: i32, xStride: usize, desc: usize, out: usize, outStride: usize, flags: i32,
  scratch: usize,
): void {
  const k = load<i32>(desc, LINEAR_K), chunk = min(rows, chunkRows(k));
  const scales = scratch, a = scratch + (<usize> chunk * 4 + 15 & ~15);
  for (let row = 0; row < rows; row += chunk) {
    const count = min(chunk, rows - row);
    const blocks = (count + MAX_HEIGHT - 1) / MAX_HEIGHT, height = count / blocks;
    const taller = count - height * blocks;
    let from = x + <usize> row * xStride, to = a, scaleAt = scales;
    for (let block = 0; block < blocks; block++) {
      const h = height + i32(block < taller);
      if (h == MAX_HEIGHT) quantizePanel(from, xStride, k, to, scaleAt);
      else quantizeRows(from, h, xStride, k, to, scaleAt);
      from += <usize> h * xStride;
      to += <usize> h * k;
      scaleAt += <usize> h * 4;
    }
    multiplyChunk<i8>(a, k, count, desc, out + <usize> row * outStride, outStride, scales, flags);
  }
}
