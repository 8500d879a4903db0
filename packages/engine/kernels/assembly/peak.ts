// Loops of nothing but the multiply-add instruction: the most that any product can reach here.
import { dot, dotPairs } from "./tile_int8";
import { madd } from "./simd";

/** 16 products of bytes added to `s`. In plain SIMD of `s` itself: others would be computed only once. */
// @ts-ignore: decorator
@inline
function step(a: v128, b: v128, s: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return dot(a, b, s);
  s = dotPairs(s, b, s);
  return dotPairs(s, b, s);
}

/** 12 independent sums of 16 products of bytes a step; `p` holds 192 bytes. */
export function peakInt8(p: usize, steps: usize): void {
  const a = v128.load(p), b = v128.load(p, 16);
  let s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
  for (let i: usize = 0; i < steps; i++) {
    s0 = step(a, b, s0); s1 = step(a, b, s1); s2 = step(a, b, s2); s3 = step(a, b, s3);
    s4 = step(a, b, s4); s5 = step(a, b, s5); s6 = step(a, b, s6); s7 = step(a, b, s7);
    s8 = step(a, b, s8); s9 = step(a, b, s9); s10 = step(a, b, s10); s11 = step(a, b, s11);
  }
  v128.store(p, s0); v128.store(p, s1, 16); v128.store(p, s2, 32); v128.store(p, s3, 48);
  v128.store(p, s4, 64); v128.store(p, s5, 80); v128.store(p, s6, 96); v128.store(p, s7, 112);
  v128.store(p, s8, 128); v128.store(p, s9, 144); v128.store(p, s10, 160); v128.store(p, s11, 176);
}

/** The same for float32: 12 independent s = s a + b of 4 numbers a step. */
export function peakFloat(p: usize, steps: usize): void {
  const a = v128.load(p), b = v128.load(p, 16);
  let s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
  for (let i: usize = 0; i < steps; i++) {
    s0 = madd(s0, a, b); s1 = madd(s1, a, b); s2 = madd(s2, a, b); s3 = madd(s3, a, b);
    s4 = madd(s4, a, b); s5 = madd(s5, a, b); s6 = madd(s6, a, b); s7 = madd(s7, a, b);
    s8 = madd(s8, a, b); s9 = madd(s9, a, b); s10 = madd(s10, a, b); s11 = madd(s11, a, b);
  }
  v128.store(p, s0); v128.store(p, s1, 16); v128.store(p, s2, 32); v128.store(p, s3, 48);
  v128.store(p, s4, 64); v128.store(p, s5, 80); v128.store(p, s6, 96); v128.store(p, s7, 112);
  v128.store(p, s8, 128); v128.store(p, s9, 144); v128.store(p, s10, 160); v128.store(p, s11, 176);
}

/**
 * Reads `bytes` at `p`, a multiple of 256, in four streams, as the tile of one row does: more are under way at once
 * than in one. Stores something of all of it at `out`.
 */
export function peakRead(p: usize, bytes: usize, out: usize): void {
  const quarter = bytes >> 2, end = p + quarter;
  let p1 = end, p2 = p1 + quarter, p3 = p2 + quarter;
  let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  while (p < end) {
    s0 = v128.xor(s0, v128.load(p)); s0 = v128.xor(s0, v128.load(p, 16));
    s0 = v128.xor(s0, v128.load(p, 32)); s0 = v128.xor(s0, v128.load(p, 48));
    s1 = v128.xor(s1, v128.load(p1)); s1 = v128.xor(s1, v128.load(p1, 16));
    s1 = v128.xor(s1, v128.load(p1, 32)); s1 = v128.xor(s1, v128.load(p1, 48));
    s2 = v128.xor(s2, v128.load(p2)); s2 = v128.xor(s2, v128.load(p2, 16));
    s2 = v128.xor(s2, v128.load(p2, 32)); s2 = v128.xor(s2, v128.load(p2, 48));
    s3 = v128.xor(s3, v128.load(p3)); s3 = v128.xor(s3, v128.load(p3, 16));
    s3 = v128.xor(s3, v128.load(p3, 32)); s3 = v128.xor(s3, v128.load(p3, 48));
    p += 64; p1 += 64; p2 += 64; p3 += 64;
  }
  v128.store(out, v128.xor(v128.xor(s0, s1), v128.xor(s2, s3)));
}
