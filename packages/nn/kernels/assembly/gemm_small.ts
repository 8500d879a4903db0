// Products with few rows, as in decoding: packing B would cost more than the product.
import { horizontalSum, madd } from "./simd";

/** The finished number for (row, j): plus what was there or the bias, ReLU. */
// @ts-ignore: decorator
@inline
function finish(at: usize, sum: f32, bias: usize, flags: i32): void {
  let value = sum;
  if (flags & 1) value += load<f32>(at);
  else if (bias) value += load<f32>(bias);
  if (flags & 2) value = value < 0 ? 0 : value;
  store<f32>(at, value);
}

/**
 * C = A B^T where both have contiguous rows (`ars`, `bcs` floats apart): inner products, two rows of A
 * by four of B at a time. The parameters are those of gemm.
 */
export function gemmDot(
  a: usize, ars: usize, b: usize, bcs: usize, c: usize, ldc: usize,
  m: usize, n: usize, k: usize, bias: usize, flags: i32,
): void {
  const whole = k >> 2 << 4, bytes = k << 2, bStride = bcs << 2, aStride = ars << 2;
  for (let j: usize = 0; j < n; j += 4) {
    // Columns that do not exist repeat the last one.
    const left = n - j - 1;
    const b0 = b + j * bStride, b1 = b0 + min<usize>(1, left) * bStride;
    const b2 = b0 + min<usize>(2, left) * bStride, b3 = b0 + min<usize>(3, left) * bStride;
    for (let i: usize = 0; i < m; i += 2) {
      const a0 = a + i * aStride, second = i + 1 < m, a1 = second ? a0 + aStride : a0;
      let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00;
      let s10 = s00, s11 = s00, s12 = s00, s13 = s00;
      let p: usize = 0;
      while (p < whole) {
        const x0 = v128.load(a0 + p), x1 = v128.load(a1 + p);
        let y = v128.load(b0 + p);
        s00 = madd(x0, y, s00); s10 = madd(x1, y, s10);
        y = v128.load(b1 + p);
        s01 = madd(x0, y, s01); s11 = madd(x1, y, s11);
        y = v128.load(b2 + p);
        s02 = madd(x0, y, s02); s12 = madd(x1, y, s12);
        y = v128.load(b3 + p);
        s03 = madd(x0, y, s03); s13 = madd(x1, y, s13);
        p += 16;
      }
      let t00 = horizontalSum(s00), t01 = horizontalSum(s01), t02 = horizontalSum(s02);
      let t03 = horizontalSum(s03), t10 = horizontalSum(s10), t11 = horizontalSum(s11);
      let t12 = horizontalSum(s12), t13 = horizontalSum(s13);
      for (; p < bytes; p += 4) {
        const x0 = load<f32>(a0 + p), x1 = load<f32>(a1 + p);
        const y0 = load<f32>(b0 + p), y1 = load<f32>(b1 + p);
        const y2 = load<f32>(b2 + p), y3 = load<f32>(b3 + p);
        t00 += x0 * y0; t01 += x0 * y1; t02 += x0 * y2; t03 += x0 * y3;
        t10 += x1 * y0; t11 += x1 * y1; t12 += x1 * y2; t13 += x1 * y3;
      }
      const at = c + (i * ldc + j << 2), biasAt = bias ? bias + (j << 2) : 0;
      const bias1 = bias ? biasAt + 4 : 0, bias2 = bias ? biasAt + 8 : 0;
      const bias3 = bias ? biasAt + 12 : 0;
      finish(at, t00, biasAt, flags);
      if (left > 0) finish(at + 4, t01, bias1, flags);
      if (left > 1) finish(at + 8, t02, bias2, flags);
      if (left > 2) finish(at + 12, t03, bias3, flags);
      if (second) {
        const next = at + (ldc << 2);
        finish(next, t10, biasAt, flags);
        if (left > 0) finish(next + 4, t11, bias1, flags);
        if (left > 1) finish(next + 8, t12, bias2, flags);
        if (left > 2) finish(next + 12, t13, bias3, flags);
      }
    }
  }
}

/** Stores four finished numbers. */
// @ts-ignore: decorator
@inline
function finish4(at: usize, sum: v128, bias: usize, flags: i32): void {
  let value = sum;
  if (flags & 1) value = f32x4.add(value, v128.load(at));
  else if (bias) value = f32x4.add(value, v128.load(bias));
  if (flags & 2) value = f32x4.pmax(value, f32x4.splat(0));
  v128.store(at, value);
}

/**
 * C = A B where the rows of both are contiguous (`ars`, `brs` floats apart): every row of C is a sum of
 * rows of B, two by sixteen columns at a time. The parameters are those of gemm.
 */
export function gemmRows(
  a: usize, ars: usize, b: usize, brs: usize, c: usize, ldc: usize,
  m: usize, n: usize, k: usize, bias: usize, flags: i32,
): void {
  const bStride = brs << 2, aStride = ars << 2, bytes = k << 2;
  for (let i: usize = 0; i < m; i += 2) {
    const a0 = a + i * aStride, step = i + 1 < m ? aStride : 0, out = c + (i * ldc << 2);
    // A row that does not exist repeats the last one, and is not stored.
    const a1 = a0 + step, next = step ? out + (ldc << 2) : out;
    let j: usize = 0;
    for (; j + 16 <= n; j += 16) {
      let row = b + (j << 2);
      let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00;
      let s10 = s00, s11 = s00, s12 = s00, s13 = s00;
      for (let p: usize = 0; p < bytes; p += 4) {
        const x0 = v128.load32_splat(a0 + p), x1 = v128.load32_splat(a1 + p);
        let y = v128.load(row);
        s00 = madd(x0, y, s00); s10 = madd(x1, y, s10);
        y = v128.load(row, 16);
        s01 = madd(x0, y, s01); s11 = madd(x1, y, s11);
        y = v128.load(row, 32);
        s02 = madd(x0, y, s02); s12 = madd(x1, y, s12);
        y = v128.load(row, 48);
        s03 = madd(x0, y, s03); s13 = madd(x1, y, s13);
        row += bStride;
      }
      const at = j << 2, biasAt = bias ? bias + at : 0;
      finish4(out + at, s00, biasAt, flags);
      finish4(out + at + 16, s01, bias ? biasAt + 16 : 0, flags);
      finish4(out + at + 32, s02, bias ? biasAt + 32 : 0, flags);
      finish4(out + at + 48, s03, bias ? biasAt + 48 : 0, flags);
      if (step) {
        finish4(next + at, s10, biasAt, flags);
        finish4(next + at + 16, s11, bias ? biasAt + 16 : 0, flags);
        finish4(next + at + 32, s12, bias ? biasAt + 32 : 0, flags);
        finish4(next + at + 48, s13, bias ? biasAt + 48 : 0, flags);
      }
    }
    for (; j < n; j++) {
      let row = b + (j << 2), t0: f32 = 0, t1: f32 = 0;
      for (let p: usize = 0; p < bytes; p += 4) {
        const y = load<f32>(row);
        t0 += load<f32>(a0 + p) * y;
        t1 += load<f32>(a1 + p) * y;
        row += bStride;
      }
      finish(out + (j << 2), t0, bias ? bias + (j << 2) : 0, flags);
      if (step) finish(next + (j << 2), t1, bias ? bias + (j << 2) : 0, flags);
    }
  }
}
