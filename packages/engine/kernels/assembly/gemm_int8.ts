// int8 products: the activations are quantised on the way in, chunk by chunk, so that a chunk stays in
// the second-level cache while every panel of the weights is read once from wherever it is.
import { LINEAR_CHANNELS, LINEAR_INPUT, LINEAR_K } from "../layout";
import { BLOCK_ROWS, multiplyChunk, multiplyExact, packedBlocks } from "./gemm";
import { quantizePanel, quantizeRows, recording, recordLargest } from "./quantize";

/** Bytes of quantised activations of a chunk. */
const CHUNK_BYTES: i32 = 192 * 1024;

/** Rows of a chunk: whole blocks. */
// @ts-ignore: decorator
@inline
function chunkRows(rows: i32, k: i32): i32 {
  const limit = max(1, CHUNK_BYTES / (k * BLOCK_ROWS)) * BLOCK_ROWS;
  // One row more than whole chunks would be a chunk of its own.
  return rows <= limit + 1 ? rows : limit;
}

export function int8ScratchBytes(rows: i32, k: i32): usize {
  const chunk = chunkRows(rows, k);
  return (<usize> chunk * 4 + 15 & ~15) + <usize> chunk * k;
}

/** See `linear`. */
export function gemmInt8(
  x: usize, rows: i32, xStride: usize, desc: usize, out: usize, outStride: usize, flags: i32,
  scratch: usize,
): void {
  const k = load<i32>(desc, LINEAR_K), chunk = chunkRows(rows, k), fixed = load<f32>(desc, LINEAR_INPUT);
  let channels = <usize> load<u32>(desc, LINEAR_CHANNELS);
  if (recording && channels) {
    recordLargest(x, rows, xStride, k, channels);
    channels = 0;
  }
  const scales = scratch, packed = scratch + (<usize> chunk * 4 + 15 & ~15);
  for (let row = 0; row < rows; row += chunk) {
    const count = min(chunk, rows - row), result = out + <usize> row * outStride;
    if (!ASC_FEATURE_RELAXED_SIMD) {
      quantizeRows(x + <usize> row * xStride, count, xStride, k, packed, scales, fixed, channels);
      multiplyExact(packed, k, count, desc, result, outStride, scales, flags);
      continue;
    }
    const blocks = packedBlocks(count);
    const rest = count - blocks * BLOCK_ROWS;
    let from = x + <usize> row * xStride, to = packed, scaleAt = scales;
    for (let block = 0; block < blocks; block++) {
      quantizePanel(from, xStride, k, to, scaleAt, fixed, channels);
      from += BLOCK_ROWS * xStride;
      to += BLOCK_ROWS * k;
      scaleAt += BLOCK_ROWS * 4;
    }
    quantizeRows(from, rest, xStride, k, to, scaleAt, fixed, channels);
    multiplyChunk<i8>(
      packed, blocks, to, k, rest, desc, result, outStride, scales, flags,
    );
  }
}
