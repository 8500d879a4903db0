// Loops of nothing but the multiply-add instruction: the most that any product can reach here.
import { dot } from "./tile_int8";
import { madd } from "./simd";

/** 12 independent sums of 4 products (int8 dot products of 4) a step; `p` holds 192 bytes. */
export function peakInt8(p: usize, steps: usize): void {
  const a = v128.load(p), b = v128.load(p, 16);
  let s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
  for (let i: usize = 0; i < steps; i++) {
    s0 = dot(a, b, s0); s1 = dot(a, b, s1); s2 = dot(a, b, s2); s3 = dot(a, b, s3);
    s4 = dot(a, b, s4); s5 = dot(a, b, s5); s6 = dot(a, b, s6); s7 = dot(a, b, s7);
    s8 = dot(a, b, s8); s9 = dot(a, b, s9); s10 = dot(a, b, s10); s11 = dot(a, b, s11);
  }
  v128.store(p, s0); v128.store(p, s1, 16); v128.store(p, s2, 32); v128.store(p, s3, 48);
  v128.store(p, s4, 64); v128.store(p, s5, 80); v128.store(p, s6, 96); v128.store(p, s7, 112);
  v128.store(p, s8, 128); v128.store(p, s9, 144); v128.store(p, s10, 160); v128.store(p, s11, 176);
}

/** The same for float32: 12 sums of 4 products a step. */
export function peakFloat(p: usize, steps: usize): void {
  const a = v128.load(p), b = v128.load(p, 16);
  let s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
  for (let i: usize = 0; i < steps; i++) {
    s0 = madd(a, b, s0); s1 = madd(a, b, s1); s2 = madd(a, b, s2); s3 = madd(a, b, s3);
    s4 = madd(a, b, s4); s5 = madd(a, b, s5); s6 = madd(a, b, s6); s7 = madd(a, b, s7);
    s8 = madd(a, b, s8); s9 = madd(a, b, s9); s10 = madd(a, b, s10); s11 = madd(a, b, s11);
  }
  v128.store(p, s0); v128.store(p, s1, 16); v128.store(p, s2, 32); v128.store(p, s3, 48);
  v128.store(p, s4, 64); v128.store(p, s5, 80); v128.store(p, s6, 96); v128.store(p, s7, 112);
  v128.store(p, s8, 128); v128.store(p, s9, 144); v128.store(p, s10, 160); v128.store(p, s11, 176);
}
