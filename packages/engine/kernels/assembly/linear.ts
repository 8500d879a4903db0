// Linear layers: x W^T + bias by the kind of numbers that the weights are stored in.
import { LINEAR_DTYPE, LINEAR_K } from "../layout";
import { floatScratchBytes, gemmFloat } from "./gemm_float";
import { gemmInt8, int8ScratchBytes } from "./gemm_int8";

/** Bytes of scratch memory (at a multiple of 16) that `linear` needs, for weights of either kind. */
export function linearScratchBytes(rows: i32, k: i32): usize {
  return max(floatScratchBytes(rows, k), int8ScratchBytes(rows, k));
}

/**
 * out = x W^T + bias for `rows` rows; `xStride` and `outStride` are bytes between rows. `desc` is a LINEAR
 * (see layout.ts). `flags`: RELU, ACCUMULATE (adds to out). A row's result is the same, to the bit,
 * whatever rows are computed with it.
 */
export function linear(
  x: usize, rows: i32, xStride: usize, desc: usize, out: usize, outStride: usize, flags: i32,
  scratch: usize,
): void {
  if (rows <= 0) return;
  if (load<i32>(desc, LINEAR_DTYPE) == 0) {
    gemmFloat(x, rows, xStride, desc, out, outStride, flags, scratch);
  } else gemmInt8(x, rows, xStride, desc, out, outStride, flags, scratch);
}
