// What all tiles share. int8 and float32 have the same tiles, because both have four bytes of a row of
// activations (four int8 or one float32) against 32 bytes of a panel of weights in every step.
//
// Where WebAssembly has no guard pages (Deno) every load pays a bounds check, and V8 hands out 15 vector
// registers. So a tile holds 8 to 12 sums, and loads few, whole vectors that shuffles spread; where the
// ports of the shuffles are the limit, a row is loaded spread instead.
import { LINEAR_BIAS, LINEAR_CORRECTIONS, LINEAR_SCALES } from "../layout";
import { madd } from "./simd";
import { dot } from "./tile_int8";

/** Flags. */
export const RELU: i32 = 1;
export const ACCUMULATE: i32 = 2;

/** s + x w: of float32, or of groups of four bytes. */
// @ts-ignore: decorator
@inline
export function multiply<T>(x: v128, w: v128, s: v128): v128 {
  return isInteger<T>() ? dot(x, w, s) : madd(x, w, s);
}

/**
 * The same number as `multiply`. For integers it is added by itself: a sum waits 5 cycles for a dot
 * product, but 1 for an addition, and 10 sums with two dot products a cycle have none to spare.
 */
// @ts-ignore: decorator
@inline
export function multiplyApart<T>(x: v128, w: v128, s: v128): v128 {
  return isInteger<T>() ? i32x4.add(s, dot(x, w, i32x4.splat(0))) : madd(x, w, s);
}

/** What the sums of four outputs begin with; `column` is in bytes of float32. */
// @ts-ignore: decorator
@inline
export function start<T>(desc: usize, column: usize): v128 {
  if (isInteger<T>()) return v128.load(load<usize>(desc, LINEAR_CORRECTIONS) + column);
  return bias4(desc, column);
}

/** What integer sums are multiplied by. */
// @ts-ignore: decorator
@inline
export function factor<T>(desc: usize, column: usize): v128 {
  if (isInteger<T>()) return v128.load(load<usize>(desc, LINEAR_SCALES) + column);
  return i32x4.splat(0);
}

/** What is added to the finished sums. */
// @ts-ignore: decorator
@inline
export function bias<T>(desc: usize, column: usize): v128 {
  if (isInteger<T>()) return bias4(desc, column);
  return i32x4.splat(0);
}

/** The biases of four outputs; zeros where the layer has none. */
// @ts-ignore: decorator
@inline
function bias4(desc: usize, column: usize): v128 {
  const address = load<usize>(desc, LINEAR_BIAS);
  return address ? v128.load(address + column) : i32x4.splat(0);
}

/** Stores the eight outputs of a row that the sums s0 and s1 stand for. */
// @ts-ignore: decorator
@inline
export function finishRow<T>(
  s0: v128, s1: v128, f0: v128, f1: v128, c0: v128, c1: v128, scaleAt: usize, out: usize, flags: i32,
): void {
  if (isInteger<T>()) {
    const scale = v128.load32_splat(scaleAt);
    s0 = f32x4.add(f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(s0), scale), f0), c0);
    s1 = f32x4.add(f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(s1), scale), f1), c1);
  }
  if (flags) {
    if (flags & ACCUMULATE) {
      s0 = f32x4.add(s0, v128.load(out));
      s1 = f32x4.add(s1, v128.load(out, 16));
    }
    if (flags & RELU) {
      s0 = f32x4.pmax(s0, i32x4.splat(0));
      s1 = f32x4.pmax(s1, i32x4.splat(0));
    }
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
}
