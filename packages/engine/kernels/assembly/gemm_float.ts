// float32 products.
import { LINEAR_K } from "../layout";
import { MAX_HEIGHT, multiplyChunk } from "./gemm";

/** Bytes of packed activations of a chunk. */
const CHUNK_BYTES: i32 = 256 * 1024;

/** Rows of a chunk: whole tiles. */
// @ts-ignore: decorator
@inline
function chunkRows(k: i32): i32 {
  return max(1, CHUNK_BYTES / (k * 4 * MAX_HEIGHT)) * MAX_HEIGHT;
}

export function floatScratchBytes(rows: i32, k: i32): usize {
  return rows < MAX_HEIGHT ? 0 : <usize> min(rows, chunkRows(k)) * k * 4;
}

/** Five rows in the order in which their tile reads them: four transposed, then the fifth. */
function packPanel(x: usize, xStride: usize, k: usize, out: usize): void {
  let p0 = x, p1 = p0 + xStride, p2 = p1 + xStride, p3 = p2 + xStride, p4 = p3 + xStride;
  for (const end = out + k * 20; out < end; out += 80) {
    const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2), r3 = v128.load(p3);
    const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
    v128.store(out, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7), 16);
    v128.store(out, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5), 32);
    v128.store(out, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7), 48);
    v128.store(out, v128.load(p4), 64);
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
  }
}

/** See `linear`. */
export function gemmFloat(
  x: usize, rows: i32, xStride: usize, desc: usize, out: usize, outStride: usize, flags: i32,
  scratch: usize,
): void {
  const k = load<i32>(desc, LINEAR_K);
  if (rows < MAX_HEIGHT) {
    multiplyChunk<f32>(x, xStride, rows, desc, out, outStride, 0, flags);
    return;
  }
  const chunk = min(rows, chunkRows(k)), rowBytes = <usize> k << 2;
  for (let row = 0; row < rows; row += chunk) {
    const count = min(chunk, rows - row);
    const blocks = (count + MAX_HEIGHT - 1) / MAX_HEIGHT, height = count / blocks;
    const taller = count - height * blocks;
    let from = x + <usize> row * xStride, to = scratch;
    for (let block = 0; block < blocks; block++) {
      const h = height + i32(block < taller);
      if (h == MAX_HEIGHT) packPanel(from, xStride, k, to);
      else {
        for (let i = 0; i < h; i++) memory.copy(to + i * rowBytes, from + i * xStride, rowBytes);
      }
      from += <usize> h * xStride;
      to += <usize> h * rowBytes;
    }
    multiplyChunk<f32>(scratch, rowBytes, count, desc, out + <usize> row * outStride, outStride, 0, flags);
  }
}
