// Products of bytes, and what replaces them where there is no instruction for that.
import { bias, factor, finishRow, start } from "./tile";

/** s + the dot products of the groups of four bytes of the activations `x` and the weights `w`. */
// @ts-ignore: decorator
@inline
export function dot(x: v128, w: v128, s: v128): v128 {
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, x, s);
}

/** s + the dot products of the pairs of 16-bit numbers. */
// @ts-ignore: decorator
@inline
export function dotPairs(x: v128, w: v128, s: v128): v128 {
  return i32x4.add(s, i32x4.dot_i16x8_s(x, w));
}

/** The sums of the halves of groups of four, put together. */
// @ts-ignore: decorator
@inline
function joinPairs(low: v128, high: v128, start: v128): v128 {
  const even = v128.shuffle<i32>(low, high, 0, 2, 4, 6), odd = v128.shuffle<i32>(low, high, 1, 3, 5, 7);
  return i32x4.add(start, i32x4.add(even, odd));
}

/**
 * Up to two rows of signed bytes by a panel in plain SIMD: exact, by way of 16 bits. With one row, `a1`
 * is `a` and `second` is 0.
 */
export function tileExact(
  a: usize, a1: usize, second: usize, b: usize, depth: usize, out: usize, scales: usize, desc: usize,
  column: usize, flags: i32,
): void {
  const end = b + (depth << 5);
  let s00 = i32x4.splat(0), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00, s13 = s00;
  let w: v128, v: v128, x0: v128, x1: v128;
  while (b < end) {
    const v0 = v128.load(a), v1 = v128.load(a1);
    let r0 = i16x8.extend_low_i8x16_s(v0), r1 = i16x8.extend_low_i8x16_s(v1);
    x0 = v128.shuffle<i64>(r0, r0, 0, 0); x1 = v128.shuffle<i64>(r1, r1, 0, 0);
    v = v128.load(b);
    w = i16x8.extend_low_i8x16_s(v); s00 = dotPairs(x0, w, s00); s10 = dotPairs(x1, w, s10);
    w = i16x8.extend_high_i8x16_s(v); s01 = dotPairs(x0, w, s01); s11 = dotPairs(x1, w, s11);
    v = v128.load(b, 16);
    w = i16x8.extend_low_i8x16_s(v); s02 = dotPairs(x0, w, s02); s12 = dotPairs(x1, w, s12);
    w = i16x8.extend_high_i8x16_s(v); s03 = dotPairs(x0, w, s03); s13 = dotPairs(x1, w, s13);
    x0 = v128.shuffle<i64>(r0, r0, 1, 1); x1 = v128.shuffle<i64>(r1, r1, 1, 1);
    v = v128.load(b, 32);
    w = i16x8.extend_low_i8x16_s(v); s00 = dotPairs(x0, w, s00); s10 = dotPairs(x1, w, s10);
    w = i16x8.extend_high_i8x16_s(v); s01 = dotPairs(x0, w, s01); s11 = dotPairs(x1, w, s11);
    v = v128.load(b, 48);
    w = i16x8.extend_low_i8x16_s(v); s02 = dotPairs(x0, w, s02); s12 = dotPairs(x1, w, s12);
    w = i16x8.extend_high_i8x16_s(v); s03 = dotPairs(x0, w, s03); s13 = dotPairs(x1, w, s13);
    r0 = i16x8.extend_high_i8x16_s(v0); r1 = i16x8.extend_high_i8x16_s(v1);
    x0 = v128.shuffle<i64>(r0, r0, 0, 0); x1 = v128.shuffle<i64>(r1, r1, 0, 0);
    v = v128.load(b, 64);
    w = i16x8.extend_low_i8x16_s(v); s00 = dotPairs(x0, w, s00); s10 = dotPairs(x1, w, s10);
    w = i16x8.extend_high_i8x16_s(v); s01 = dotPairs(x0, w, s01); s11 = dotPairs(x1, w, s11);
    v = v128.load(b, 80);
    w = i16x8.extend_low_i8x16_s(v); s02 = dotPairs(x0, w, s02); s12 = dotPairs(x1, w, s12);
    w = i16x8.extend_high_i8x16_s(v); s03 = dotPairs(x0, w, s03); s13 = dotPairs(x1, w, s13);
    x0 = v128.shuffle<i64>(r0, r0, 1, 1); x1 = v128.shuffle<i64>(r1, r1, 1, 1);
    v = v128.load(b, 96);
    w = i16x8.extend_low_i8x16_s(v); s00 = dotPairs(x0, w, s00); s10 = dotPairs(x1, w, s10);
    w = i16x8.extend_high_i8x16_s(v); s01 = dotPairs(x0, w, s01); s11 = dotPairs(x1, w, s11);
    v = v128.load(b, 112);
    w = i16x8.extend_low_i8x16_s(v); s02 = dotPairs(x0, w, s02); s12 = dotPairs(x1, w, s12);
    w = i16x8.extend_high_i8x16_s(v); s03 = dotPairs(x0, w, s03); s13 = dotPairs(x1, w, s13);
    a += 16; a1 += 16;
    b += 128;
  }
  const z0 = start<i8>(desc, column), z1 = start<i8>(desc, column + 16);
  const f0 = factor<i8>(desc, column), f1 = factor<i8>(desc, column + 16);
  const c0 = bias<i8>(desc, column), c1 = bias<i8>(desc, column + 16);
  s00 = joinPairs(s00, s01, z0);
  finishRow<i8>(s00, joinPairs(s02, s03, z1), f0, f1, c0, c1, scales, out, flags);
  if (second == 0) return;
  s10 = joinPairs(s10, s11, z0);
  finishRow<i8>(s10, joinPairs(s12, s13, z1), f0, f1, c0, c1, scales + 4, second, flags);
}
