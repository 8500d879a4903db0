// float32 products: blocks of five rows are packed, chunk by chunk, so that a chunk stays in the
// second-level cache while every panel of the weights is read once from wherever it is.
import { LINEAR_K } from "../layout";
import { BLOCK_ROWS, multiplyChunk, packedBlocks } from "./gemm";

/** Bytes of packed activations of a chunk. */
const CHUNK_BYTES: i32 = 256 * 1024;

/** Rows of a chunk: whole blocks. */
// @ts-ignore: decorator
@inline
function chunkRows(rows: i32, k: i32): i32 {
  const limit = max(1, CHUNK_BYTES / (k * 4 * BLOCK_ROWS)) * BLOCK_ROWS;
  return rows <= limit + 1 ? rows : limit;
}

export function floatScratchBytes(rows: i32, k: i32): usize {
  return rows < BLOCK_ROWS ? 0 : <usize> chunkRows(rows, k) * k * 4;
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
  const k = load<i32>(desc, LINEAR_K), chunk = chunkRows(rows, k);
  for (let row = 0; row < rows; row += chunk) {
    const count = min(chunk, rows - row), blocks = packedBlocks(count);
    let from = x + <usize> row * xStride, to = scratch;
    for (let block = 0; block < blocks; block++) {
      packPanel(from, xStride, k, to);
      from += BLOCK_ROWS * xStride;
      to += BLOCK_ROWS * k << 2;
    }
    multiplyChunk<f32>(
      scratch, blocks, from, xStride, count - blocks * BLOCK_ROWS, desc,
      out + <usize> row * outStride, outStride, 0, flags,
    );
  }
}
