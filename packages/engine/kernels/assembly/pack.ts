// Weights packed into panels of 8 outputs, in the order in which the tiles read them.
import { activationZero } from "./quantize";

/** Four rows of four lanes transposed to `out`, rows 32 bytes apart. */
// @ts-ignore: decorator
@inline
export function transposeLanes(r0: v128, r1: v128, r2: v128, r3: v128, out: usize, stride: usize): void {
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(out + stride, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
  v128.store(out + 2 * stride, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
  v128.store(out + 3 * stride, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
}

/** Packs the float32 weights `source` (n x k, n and k multiples of 16) into panels [n/8][k][8]. */
export function packFloat(source: usize, n: i32, k: i32, weights: usize): void {
  const stride = <usize> k << 2;
  for (let row = 0; row < n; row += 4) {
    let p0 = source, out = weights + <usize> (row >> 3) * (stride << 3) + ((row & 4) << 2);
    for (const end = p0 + stride; p0 < end; p0 += 16, out += 128) {
      const p1 = p0 + stride, p2 = p1 + stride, p3 = p2 + stride;
      transposeLanes(v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), out, 32);
    }
    source += stride << 2;
  }
}

/** Sixteen weights as bytes. */
// @ts-ignore: decorator
@inline
function quantize16(x: usize, factor: v128): v128 {
  const a = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x), factor)));
  const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x, 16), factor)));
  const c = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x, 32), factor)));
  const d = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x, 48), factor)));
  return i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
}

/** The factor that brings a row of weights into [-127, 127]; its inverse goes to `scaleAt`. */
// @ts-ignore: decorator
@inline
function rowFactor(x: usize, bytes: usize, scaleAt: usize): v128 {
  let m0 = f32x4.splat(0), m1 = m0;
  for (const end = x + bytes; x < end; x += 32) {
    m0 = f32x4.pmax(m0, f32x4.abs(v128.load(x)));
    m1 = f32x4.pmax(m1, f32x4.abs(v128.load(x, 16)));
  }
  m0 = f32x4.pmax(m0, m1);
  m0 = f32x4.pmax(m0, v128.shuffle<f32>(m0, m0, 2, 3, 0, 1));
  const most = max(f32x4.extract_lane(m0, 0), f32x4.extract_lane(m0, 1));
  // Below it the reciprocal overflows.
  const zero = !(most > 1e-30);
  store<f32>(scaleAt, zero ? 0 : most / 127);
  return f32x4.splat(zero ? 0 : 127 / most);
}

/** The sums of the four bytes of every lane. */
// @ts-ignore: decorator
@inline
function laneSums(v: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_s(i16x8.extadd_pairwise_i8x16_s(v));
}

// @ts-ignore: decorator
@inline
function sumLanes(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) +
    i32x4.extract_lane(v, 3);
}

/**
 * Quantises the float32 weights `source` (n x k, n and k multiples of 16), one scale per output, and packs
 * them into panels [n/8][k/4][8][4]. scales: float32 [n]; corrections: i32 [n], see layout.ts. The
 * activations' range must be set before.
 */
export function packInt8(
  source: usize, n: i32, k: i32, weights: usize, scales: usize, corrections: usize,
): void {
  const stride = <usize> k << 2;
  for (let row = 0; row < n; row += 4) {
    let p0 = source, out = weights + <usize> (row >> 3) * (stride << 1) + ((row & 4) << 2);
    const f0 = rowFactor(p0, stride, scales), f1 = rowFactor(p0 + stride, stride, scales + 4);
    const f2 = rowFactor(p0 + 2 * stride, stride, scales + 8);
    const f3 = rowFactor(p0 + 3 * stride, stride, scales + 12);
    let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (const end = p0 + stride; p0 < end; p0 += 64, out += 128) {
      const p1 = p0 + stride, p2 = p1 + stride, p3 = p2 + stride;
      const r0 = quantize16(p0, f0), r1 = quantize16(p1, f1);
      const r2 = quantize16(p2, f2), r3 = quantize16(p3, f3);
      s0 = i32x4.add(s0, laneSums(r0));
      s1 = i32x4.add(s1, laneSums(r1));
      s2 = i32x4.add(s2, laneSums(r2));
      s3 = i32x4.add(s3, laneSums(r3));
      transposeLanes(r0, r1, r2, r3, out, 32);
    }
    store<i32>(corrections, -activationZero * sumLanes(s0));
    store<i32>(corrections, -activationZero * sumLanes(s1), 4);
    store<i32>(corrections, -activationZero * sumLanes(s2), 8);
    store<i32>(corrections, -activationZero * sumLanes(s3), 12);
    source += stride << 2;
    scales += 16;
    corrections += 16;
  }
}

/**
 * Packs weights that are bytes already: `source` (n x k, n and k multiples of 16) as `packInt8` does, without the scales.
 * `kept` is how much of the activations' zero the sums keep: the bias takes it out again.
 */
export function packBytes(
  source: usize, n: i32, k: i32, weights: usize, corrections: usize, kept: i32,
): void {
  const stride = <usize> k, factor = kept - activationZero;
  for (let row = 0; row < n; row += 4) {
    let p0 = source, out = weights + <usize> (row >> 3) * (stride << 3) + ((row & 4) << 2);
    let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (const end = p0 + stride; p0 < end; p0 += 16, out += 128) {
      const r0 = v128.load(p0), r1 = v128.load(p0 + stride);
      const r2 = v128.load(p0 + 2 * stride), r3 = v128.load(p0 + 3 * stride);
      s0 = i32x4.add(s0, laneSums(r0));
      s1 = i32x4.add(s1, laneSums(r1));
      s2 = i32x4.add(s2, laneSums(r2));
      s3 = i32x4.add(s3, laneSums(r3));
      transposeLanes(r0, r1, r2, r3, out, 32);
    }
    store<i32>(corrections, factor * sumLanes(s0));
    store<i32>(corrections, factor * sumLanes(s1), 4);
    store<i32>(corrections, factor * sumLanes(s2), 8);
    store<i32>(corrections, factor * sumLanes(s3), 12);
    source += stride << 2;
    corrections += 16;
  }
}
