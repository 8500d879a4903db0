// Attention of up to four queries that share their keys; see attention.ts.
import { keyAt } from "./attention_keys";
import { exponentials } from "./exp";
import { madd, sums4 } from "./simd";

/**
 * `count` (1 to 4) queries, `queryStride` bytes apart, that see the same `size` keys; `causal`: each
 * sees one more than the one before it, the first `size`. Missing queries repeat the last one. A score
 * is kept as one vector of four queries, so softmax needs nothing across lanes.
 */
// @ts-ignore: decorator
@inline
export function attendFour(
  listed: bool, query: usize, queryStride: usize, count: i32, keys: usize, step: usize,
  toValue: usize, size: i32, causal: i32, bytes: usize, scale: f32, out: usize, outStride: usize,
  scratch: usize,
): void {
  const rest = count - 1, stride1 = <usize> min(1, rest), stride2 = <usize> min(2, rest);
  const o1 = out + stride1 * outStride, o2 = out + stride2 * outStride;
  const o3 = out + <usize> rest * outStride;
  const total = causal ? size + rest : size;
  if (total <= 0) {
    for (let i = 0; i < count; i++) memory.fill(out + <usize> i * outStride, 0, bytes);
    return;
  }
  const scores = scratch + 16, last = total - 1, scales = f32x4.splat(scale);
  for (let j = 0; j < total; j += 2) {
    let q0 = query, q1 = query + stride1 * queryStride, q2 = query + stride2 * queryStride;
    let q3 = query + <usize> rest * queryStride;
    let k0 = keyAt(listed, keys, step, j), k1 = keyAt(listed, keys, step, min(j + 1, last));
    let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00;
    let s10 = s00, s11 = s00, s12 = s00, s13 = s00;
    for (const whole = q0 + (bytes & ~31); q0 < whole; q0 += 32) {
      let x0 = v128.load(k0), x1 = v128.load(k1), y = v128.load(q0);
      s00 = madd(x0, y, s00);
      s10 = madd(x1, y, s10);
      y = v128.load(q1);
      s01 = madd(x0, y, s01);
      s11 = madd(x1, y, s11);
      y = v128.load(q2);
      s02 = madd(x0, y, s02);
      s12 = madd(x1, y, s12);
      y = v128.load(q3);
      s03 = madd(x0, y, s03);
      s13 = madd(x1, y, s13);
      x0 = v128.load(k0, 16);
      x1 = v128.load(k1, 16);
      y = v128.load(q0, 16);
      s00 = madd(x0, y, s00);
      s10 = madd(x1, y, s10);
      y = v128.load(q1, 16);
      s01 = madd(x0, y, s01);
      s11 = madd(x1, y, s11);
      y = v128.load(q2, 16);
      s02 = madd(x0, y, s02);
      s12 = madd(x1, y, s12);
      y = v128.load(q3, 16);
      s03 = madd(x0, y, s03);
      s13 = madd(x1, y, s13);
      q1 += 32;
      q2 += 32;
      q3 += 32;
      k0 += 32;
      k1 += 32;
    }
    if (bytes & 16) {
      const x0 = v128.load(k0), x1 = v128.load(k1);
      let y = v128.load(q0);
      s00 = madd(x0, y, s00);
      s10 = madd(x1, y, s10);
      y = v128.load(q1);
      s01 = madd(x0, y, s01);
      s11 = madd(x1, y, s11);
      y = v128.load(q2);
      s02 = madd(x0, y, s02);
      s12 = madd(x1, y, s12);
      y = v128.load(q3);
      s03 = madd(x0, y, s03);
      s13 = madd(x1, y, s13);
    }
    const s = scores + (<usize> j << 4);
    v128.store(s, f32x4.mul(sums4(s00, s01, s02, s03), scales));
    v128.store(s, f32x4.mul(sums4(s10, s11, s12, s13), scales), 16);
  }
  const lowest = f32x4.splat(-Infinity);
  for (let j = total; j & 3; j++) v128.store(scores + (<usize> j << 4), lowest);
  // Query i does not see key size + i and later ones.
  for (let j = size; j < total; j++) {
    for (let i = 0; i <= j - size; i++) store<f32>(scores + (<usize> (j << 2 | i) << 2), -Infinity);
  }
  const inverse = softmaxFour(scores, total);
  v128.store(scratch, inverse);
  let d: usize = 0;
  for (const whole = bytes & ~31; d < whole; d += 32) {
    let a00 = f32x4.splat(0), a01 = a00, a10 = a00, a11 = a00;
    let a20 = a00, a21 = a00, a30 = a00, a31 = a00;
    for (let j = 0; j < total; j++) {
      const v = keyAt(listed, keys, step, j) + toValue + d, p = v128.load(scores + (<usize> j << 4));
      const v0 = v128.load(v), v1 = v128.load(v, 16);
      let x = v128.shuffle<f32>(p, p, 0, 0, 0, 0);
      a00 = madd(x, v0, a00);
      a01 = madd(x, v1, a01);
      x = v128.shuffle<f32>(p, p, 1, 1, 1, 1);
      a10 = madd(x, v0, a10);
      a11 = madd(x, v1, a11);
      x = v128.shuffle<f32>(p, p, 2, 2, 2, 2);
      a20 = madd(x, v0, a20);
      a21 = madd(x, v1, a21);
      x = v128.shuffle<f32>(p, p, 3, 3, 3, 3);
      a30 = madd(x, v0, a30);
      a31 = madd(x, v1, a31);
    }
    let x = v128.shuffle<f32>(inverse, inverse, 0, 0, 0, 0);
    v128.store(out + d, f32x4.mul(a00, x));
    v128.store(out + d, f32x4.mul(a01, x), 16);
    x = v128.shuffle<f32>(inverse, inverse, 1, 1, 1, 1);
    v128.store(o1 + d, f32x4.mul(a10, x));
    v128.store(o1 + d, f32x4.mul(a11, x), 16);
    x = v128.shuffle<f32>(inverse, inverse, 2, 2, 2, 2);
    v128.store(o2 + d, f32x4.mul(a20, x));
    v128.store(o2 + d, f32x4.mul(a21, x), 16);
    x = v128.shuffle<f32>(inverse, inverse, 3, 3, 3, 3);
    v128.store(o3 + d, f32x4.mul(a30, x));
    v128.store(o3 + d, f32x4.mul(a31, x), 16);
  }
  if (d < bytes) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
    for (let j = 0; j < total; j++) {
      const v = v128.load(keyAt(listed, keys, step, j) + toValue + d);
      const p = v128.load(scores + (<usize> j << 4));
      a0 = madd(v128.shuffle<f32>(p, p, 0, 0, 0, 0), v, a0);
      a1 = madd(v128.shuffle<f32>(p, p, 1, 1, 1, 1), v, a1);
      a2 = madd(v128.shuffle<f32>(p, p, 2, 2, 2, 2), v, a2);
      a3 = madd(v128.shuffle<f32>(p, p, 3, 3, 3, 3), v, a3);
    }
    v128.store(out + d, f32x4.mul(a0, v128.shuffle<f32>(inverse, inverse, 0, 0, 0, 0)));
    v128.store(o1 + d, f32x4.mul(a1, v128.shuffle<f32>(inverse, inverse, 1, 1, 1, 1)));
    v128.store(o2 + d, f32x4.mul(a2, v128.shuffle<f32>(inverse, inverse, 2, 2, 2, 2)));
    v128.store(o3 + d, f32x4.mul(a3, v128.shuffle<f32>(inverse, inverse, 3, 3, 3, 3)));
  }
}

/** Turns the scores of four queries into exponentials; returns 1 / their sums. */
function softmaxFour(scores: usize, total: i32): v128 {
  const end = scores + (<usize> (total + 3 & ~3) << 4);
  let top0 = f32x4.splat(-Infinity), top1 = top0;
  for (let p = scores; p < end; p += 64) {
    top0 = f32x4.pmax(v128.load(p), top0);
    top1 = f32x4.pmax(v128.load(p, 16), top1);
    top0 = f32x4.pmax(v128.load(p, 32), top0);
    top1 = f32x4.pmax(v128.load(p, 48), top1);
  }
  exponentials(scores, end, f32x4.pmax(top0, top1), scores);
  let sum0 = f32x4.splat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  for (let p = scores; p < end; p += 64) {
    sum0 = f32x4.add(sum0, v128.load(p));
    sum1 = f32x4.add(sum1, v128.load(p, 16));
    sum2 = f32x4.add(sum2, v128.load(p, 32));
    sum3 = f32x4.add(sum3, v128.load(p, 48));
  }
  const sum = f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3));
  return f32x4.div(f32x4.splat(1), sum);
}
