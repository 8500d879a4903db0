// Attention of one query; see attention.ts.
import { keyAt } from "./attention_keys";
import { exponentials } from "./exp";
import { horizontalMax, horizontalSum, madd, sums4 } from "./simd";

/** Values that one query takes up at a time; a power of two. */
const MOST_VALUES: i32 = 16;

/**
 * One query, `heads` heads of `bytes` bytes each, `size` keys. All heads of a key are read together, and
 * all of a value: they stand side by side, the next key may be pages away. Leaves 1 / sum and the
 * exponentials of every head in `scratch`.
 */
// @ts-ignore: decorator
@inline
export function attendOne(
  listed: bool, query: usize, keys: usize, step: usize, toValue: usize, size: i32, heads: i32,
  bytes: usize, scale: f32, out: usize, scratch: usize,
): void {
  if (size <= 0) return memory.fill(out, 0, <usize> heads * bytes);
  const padded = <usize> (size + 3 & ~3) << 2, stride = 16 + padded, last = size - 1;
  const scales = f32x4.splat(scale), queryEnd = query + <usize> heads * bytes;
  for (let j = 0; j < size; j += 4) {
    let k0 = keyAt(listed, keys, step, j), k1 = keyAt(listed, keys, step, min(j + 1, last));
    let k2 = keyAt(listed, keys, step, min(j + 2, last));
    let k3 = keyAt(listed, keys, step, min(j + 3, last));
    let score = scratch + 16 + (<usize> j << 2);
    for (let q = query; q < queryEnd; score += stride) {
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      const end = q + bytes;
      for (const whole = q + (bytes & ~63); q < whole; q += 64) {
        let x = v128.load(q);
        s0 = madd(x, v128.load(k0), s0);
        s1 = madd(x, v128.load(k1), s1);
        s2 = madd(x, v128.load(k2), s2);
        s3 = madd(x, v128.load(k3), s3);
        x = v128.load(q, 16);
        s0 = madd(x, v128.load(k0, 16), s0);
        s1 = madd(x, v128.load(k1, 16), s1);
        s2 = madd(x, v128.load(k2, 16), s2);
        s3 = madd(x, v128.load(k3, 16), s3);
        x = v128.load(q, 32);
        s0 = madd(x, v128.load(k0, 32), s0);
        s1 = madd(x, v128.load(k1, 32), s1);
        s2 = madd(x, v128.load(k2, 32), s2);
        s3 = madd(x, v128.load(k3, 32), s3);
        x = v128.load(q, 48);
        s0 = madd(x, v128.load(k0, 48), s0);
        s1 = madd(x, v128.load(k1, 48), s1);
        s2 = madd(x, v128.load(k2, 48), s2);
        s3 = madd(x, v128.load(k3, 48), s3);
        k0 += 64;
        k1 += 64;
        k2 += 64;
        k3 += 64;
      }
      for (; q < end; q += 16) {
        const x = v128.load(q);
        s0 = madd(x, v128.load(k0), s0);
        s1 = madd(x, v128.load(k1), s1);
        s2 = madd(x, v128.load(k2), s2);
        s3 = madd(x, v128.load(k3), s3);
        k0 += 16;
        k1 += 16;
        k2 += 16;
        k3 += 16;
      }
      v128.store(score, f32x4.mul(sums4(s0, s1, s2, s3), scales));
    }
  }
  for (let h = 0; h < heads; h++) softmax(scratch + <usize> h * stride, size);
  // As many values at a time as a set of the cache holds when they stand a page apart.
  const blocks = (size + MOST_VALUES - 1) / MOST_VALUES;
  for (let block = 0, first = 0; block < blocks; block++) {
    const end = first + (size - first) / (blocks - block);
    for (let h = 0; h < heads; h++) {
      const head = scratch + <usize> h * stride, inverse = v128.load(head);
      const p = head + 16, at = toValue + <usize> h * bytes, target = out + <usize> h * bytes;
      let d: usize = 0;
      for (const whole = bytes & ~127; d < whole; d += 128) {
        const o = target + d;
        let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        if (first) {
          a0 = v128.load(o);
          a1 = v128.load(o, 16);
          a2 = v128.load(o, 32);
          a3 = v128.load(o, 48);
          a4 = v128.load(o, 64);
          a5 = v128.load(o, 80);
          a6 = v128.load(o, 96);
          a7 = v128.load(o, 112);
        }
        for (let j = first; j < end; j++) {
          const v = keyAt(listed, keys, step, j) + at + d;
          const w = v128.load32_splat(p + (<usize> j << 2));
          a0 = madd(w, v128.load(v), a0);
          a1 = madd(w, v128.load(v, 16), a1);
          a2 = madd(w, v128.load(v, 32), a2);
          a3 = madd(w, v128.load(v, 48), a3);
          a4 = madd(w, v128.load(v, 64), a4);
          a5 = madd(w, v128.load(v, 80), a5);
          a6 = madd(w, v128.load(v, 96), a6);
          a7 = madd(w, v128.load(v, 112), a7);
        }
        if (end == size) {
          a0 = f32x4.mul(a0, inverse);
          a1 = f32x4.mul(a1, inverse);
          a2 = f32x4.mul(a2, inverse);
          a3 = f32x4.mul(a3, inverse);
          a4 = f32x4.mul(a4, inverse);
          a5 = f32x4.mul(a5, inverse);
          a6 = f32x4.mul(a6, inverse);
          a7 = f32x4.mul(a7, inverse);
        }
        v128.store(o, a0);
        v128.store(o, a1, 16);
        v128.store(o, a2, 32);
        v128.store(o, a3, 48);
        v128.store(o, a4, 64);
        v128.store(o, a5, 80);
        v128.store(o, a6, 96);
        v128.store(o, a7, 112);
      }
      for (; d < bytes; d += 16) {
        let a = first ? v128.load(target + d) : f32x4.splat(0);
        for (let j = first; j < end; j++) {
          const v = keyAt(listed, keys, step, j) + at + d;
          a = madd(v128.load32_splat(p + (<usize> j << 2)), v128.load(v), a);
        }
        v128.store(target + d, end == size ? f32x4.mul(a, inverse) : a);
      }
    }
    first = end;
  }
}

/** Turns the scores of a query, which stand after a vector for 1 / sum, into exponentials. */
function softmax(head: usize, size: i32): void {
  const scores = head + 16, end = scores + (<usize> (size + 3 & ~3) << 2);
  // Keys that only fill the last vector count for nothing.
  for (let j = size; j & 3; j++) store<f32>(scores + (<usize> j << 2), -Infinity);
  let top = v128.load(scores);
  for (let p = scores + 16; p < end; p += 16) top = f32x4.pmax(v128.load(p), top);
  const sum = exponentials(scores, end, f32x4.splat(horizontalMax(top)), scores);
  v128.store(head, f32x4.splat(1 / horizontalSum(sum)));
}
