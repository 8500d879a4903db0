// Tiles of four to six rows: where nearly all of the time of an encoder goes. 12 sums of 6 rows leave no
// register for whole vectors of the rows, so 5 rows are the fastest.
import { bias, factor, finishRow, multiply, multiplyApart, start } from "./tile";

/** Four rows by a panel. */
export function tile4<T>(
  a: usize, aStride: usize, b: usize, depth: usize, out: usize, outStride: usize, scales: usize,
  desc: usize, column: usize, flags: i32,
): void {
  const end = b + (depth << 5);
  let p = b, a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride;
  let s00 = start<T>(desc, column), s01 = start<T>(desc, column + 16);
  let s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01;
  let w0: v128, w1: v128, x: v128;
  for (; p + 256 <= end; p += 256) {
    const v00 = v128.load(a), v10 = v128.load(a1);
    w0 = v128.load(p); w1 = v128.load(p, 16);
    x = v128.shuffle<f32>(v00, v00, 0, 0, 0, 0); s00 = multiplyApart<T>(x, w0, s00); s01 = multiplyApart<T>(x, w1, s01);
    x = v128.shuffle<f32>(v10, v10, 0, 0, 0, 0); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    w0 = v128.load(p, 32); w1 = v128.load(p, 48);
    x = v128.shuffle<f32>(v00, v00, 1, 1, 1, 1); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.shuffle<f32>(v10, v10, 1, 1, 1, 1); s10 = multiplyApart<T>(x, w0, s10); s11 = multiplyApart<T>(x, w1, s11);
    x = v128.load32_splat(a2, 4); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 4); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    w0 = v128.load(p, 64); w1 = v128.load(p, 80);
    x = v128.shuffle<f32>(v00, v00, 2, 2, 2, 2); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.shuffle<f32>(v10, v10, 2, 2, 2, 2); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 8); s20 = multiplyApart<T>(x, w0, s20); s21 = multiplyApart<T>(x, w1, s21);
    x = v128.load32_splat(a3, 8); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    w0 = v128.load(p, 96); w1 = v128.load(p, 112);
    x = v128.shuffle<f32>(v00, v00, 3, 3, 3, 3); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.shuffle<f32>(v10, v10, 3, 3, 3, 3); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 12); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 12); s30 = multiplyApart<T>(x, w0, s30); s31 = multiplyApart<T>(x, w1, s31);
    const v01 = v128.load(a, 16), v11 = v128.load(a1, 16);
    w0 = v128.load(p, 128); w1 = v128.load(p, 144);
    x = v128.shuffle<f32>(v01, v01, 0, 0, 0, 0); s00 = multiplyApart<T>(x, w0, s00); s01 = multiplyApart<T>(x, w1, s01);
    x = v128.shuffle<f32>(v11, v11, 0, 0, 0, 0); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 16); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 16); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    w0 = v128.load(p, 160); w1 = v128.load(p, 176);
    x = v128.shuffle<f32>(v01, v01, 1, 1, 1, 1); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.shuffle<f32>(v11, v11, 1, 1, 1, 1); s10 = multiplyApart<T>(x, w0, s10); s11 = multiplyApart<T>(x, w1, s11);
    x = v128.load32_splat(a2, 20); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 20); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    w0 = v128.load(p, 192); w1 = v128.load(p, 208);
    x = v128.shuffle<f32>(v01, v01, 2, 2, 2, 2); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.shuffle<f32>(v11, v11, 2, 2, 2, 2); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 24); s20 = multiplyApart<T>(x, w0, s20); s21 = multiplyApart<T>(x, w1, s21);
    x = v128.load32_splat(a3, 24); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    w0 = v128.load(p, 224); w1 = v128.load(p, 240);
    x = v128.shuffle<f32>(v01, v01, 3, 3, 3, 3); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.shuffle<f32>(v11, v11, 3, 3, 3, 3); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 28); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 28); s30 = multiplyApart<T>(x, w0, s30); s31 = multiplyApart<T>(x, w1, s31);
    a += 32; a1 += 32; a2 += 32; a3 += 32;
  }
  for (; p < end; p += 32) {
    w0 = v128.load(p); w1 = v128.load(p, 16);
    x = v128.load32_splat(a); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.load32_splat(a1); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    a += 4; a1 += 4; a2 += 4; a3 += 4;
  }
  const f0 = factor<T>(desc, column), f1 = factor<T>(desc, column + 16);
  const c0 = bias<T>(desc, column), c1 = bias<T>(desc, column + 16);
  finishRow<T>(s00, s01, f0, f1, c0, c1, scales, out, flags);
  out += outStride;
  finishRow<T>(s10, s11, f0, f1, c0, c1, scales + 4, out, flags);
  out += outStride;
  finishRow<T>(s20, s21, f0, f1, c0, c1, scales + 8, out, flags);
  out += outStride;
  finishRow<T>(s30, s31, f0, f1, c0, c1, scales + 12, out, flags);
}

/** `blocks` blocks of five packed rows by a panel. */
export function tile5<T>(
  a: usize, blocks: i32, b: usize, depth: usize, out: usize, outStride: usize, scales: usize, desc: usize,
  column: usize, flags: i32,
): void {
  const end = b + (depth << 5);
  const f0 = factor<T>(desc, column), f1 = factor<T>(desc, column + 16);
  const c0 = bias<T>(desc, column), c1 = bias<T>(desc, column + 16);
  const z0 = start<T>(desc, column), z1 = start<T>(desc, column + 16);
  for (; blocks > 0; blocks--) {
    let p = b;
    let s00 = z0, s01 = z1, s10 = z0, s11 = z1, s20 = z0, s21 = z1,
      s30 = z0, s31 = z1, s40 = z0, s41 = z1;
    let w0: v128, w1: v128, x: v128, v: v128;
    for (; p + 256 <= end; p += 256) {
      w0 = v128.load(p); w1 = v128.load(p, 16); v = v128.load(a);
      x = v128.shuffle<f32>(v, v, 0, 0, 0, 0); s00 = multiplyApart<T>(x, w0, s00); s01 = multiplyApart<T>(x, w1, s01);
      x = v128.shuffle<f32>(v, v, 1, 1, 1, 1); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
      x = v128.shuffle<f32>(v, v, 2, 2, 2, 2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
      x = v128.load32_splat(a, 12); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
      x = v128.load32_splat(a, 64); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
      w0 = v128.load(p, 32); w1 = v128.load(p, 48); v = v128.load(a, 16);
      x = v128.shuffle<f32>(v, v, 0, 0, 0, 0); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
      x = v128.shuffle<f32>(v, v, 1, 1, 1, 1); s10 = multiplyApart<T>(x, w0, s10); s11 = multiplyApart<T>(x, w1, s11);
      x = v128.shuffle<f32>(v, v, 2, 2, 2, 2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
      x = v128.load32_splat(a, 28); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
      x = v128.load32_splat(a, 68); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
      w0 = v128.load(p, 64); w1 = v128.load(p, 80); v = v128.load(a, 32);
      x = v128.shuffle<f32>(v, v, 0, 0, 0, 0); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
      x = v128.shuffle<f32>(v, v, 1, 1, 1, 1); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
      x = v128.shuffle<f32>(v, v, 2, 2, 2, 2); s20 = multiplyApart<T>(x, w0, s20); s21 = multiplyApart<T>(x, w1, s21);
      x = v128.load32_splat(a, 44); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
      x = v128.load32_splat(a, 72); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
      w0 = v128.load(p, 96); w1 = v128.load(p, 112); v = v128.load(a, 48);
      x = v128.shuffle<f32>(v, v, 0, 0, 0, 0); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
      x = v128.shuffle<f32>(v, v, 1, 1, 1, 1); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
      x = v128.shuffle<f32>(v, v, 2, 2, 2, 2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
      x = v128.load32_splat(a, 60); s30 = multiplyApart<T>(x, w0, s30); s31 = multiplyApart<T>(x, w1, s31);
      x = v128.load32_splat(a, 76); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
      w0 = v128.load(p, 128); w1 = v128.load(p, 144); v = v128.load(a, 80);
      x = v128.shuffle<f32>(v, v, 0, 0, 0, 0); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
      x = v128.shuffle<f32>(v, v, 1, 1, 1, 1); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
      x = v128.shuffle<f32>(v, v, 2, 2, 2, 2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
      x = v128.load32_splat(a, 92); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
      x = v128.load32_splat(a, 144); s40 = multiplyApart<T>(x, w0, s40); s41 = multiplyApart<T>(x, w1, s41);
      w0 = v128.load(p, 160); w1 = v128.load(p, 176); v = v128.load(a, 96);
      x = v128.shuffle<f32>(v, v, 0, 0, 0, 0); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
      x = v128.shuffle<f32>(v, v, 1, 1, 1, 1); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
      x = v128.shuffle<f32>(v, v, 2, 2, 2, 2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
      x = v128.load32_splat(a, 108); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
      x = v128.load32_splat(a, 148); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
      w0 = v128.load(p, 192); w1 = v128.load(p, 208); v = v128.load(a, 112);
      x = v128.shuffle<f32>(v, v, 0, 0, 0, 0); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
      x = v128.shuffle<f32>(v, v, 1, 1, 1, 1); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
      x = v128.shuffle<f32>(v, v, 2, 2, 2, 2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
      x = v128.load32_splat(a, 124); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
      x = v128.load32_splat(a, 152); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
      w0 = v128.load(p, 224); w1 = v128.load(p, 240); v = v128.load(a, 128);
      x = v128.shuffle<f32>(v, v, 0, 0, 0, 0); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
      x = v128.shuffle<f32>(v, v, 1, 1, 1, 1); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
      x = v128.shuffle<f32>(v, v, 2, 2, 2, 2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
      x = v128.load32_splat(a, 140); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
      x = v128.load32_splat(a, 156); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
      a += 160;
    }
    if (p < end) {
      for (let fifth = a + 64; p < end; p += 32, a += 16, fifth += 4) {
        w0 = v128.load(p); w1 = v128.load(p, 16);
        x = v128.load32_splat(a); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
        x = v128.load32_splat(a, 4); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
        x = v128.load32_splat(a, 8); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
        x = v128.load32_splat(a, 12); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
        x = v128.load32_splat(fifth); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
      }
      a += 16;
    }
    finishRow<T>(s00, s01, f0, f1, c0, c1, scales, out, flags);
    out += outStride;
    finishRow<T>(s10, s11, f0, f1, c0, c1, scales + 4, out, flags);
    out += outStride;
    finishRow<T>(s20, s21, f0, f1, c0, c1, scales + 8, out, flags);
    out += outStride;
    finishRow<T>(s30, s31, f0, f1, c0, c1, scales + 12, out, flags);
    out += outStride;
    finishRow<T>(s40, s41, f0, f1, c0, c1, scales + 16, out, flags);
    out += outStride;
    scales += 20;
  }
}

/** Six rows by a panel. */
export function tile6<T>(
  a: usize, aStride: usize, b: usize, depth: usize, out: usize, outStride: usize, scales: usize,
  desc: usize, column: usize, flags: i32,
): void {
  const end = b + (depth << 5);
  let p = b, a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride, a4 = a3 + aStride, a5 = a4 + aStride;
  let s00 = start<T>(desc, column), s01 = start<T>(desc, column + 16);
  let s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01, s40 = s00, s41 = s01, s50 = s00, s51 = s01;
  let w0: v128, w1: v128, x: v128;
  for (; p + 256 <= end; p += 256) {
    w0 = v128.load(p); w1 = v128.load(p, 16);
    x = v128.load32_splat(a); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.load32_splat(a1); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    x = v128.load32_splat(a4); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
    x = v128.load32_splat(a5); s50 = multiply<T>(x, w0, s50); s51 = multiply<T>(x, w1, s51);
    w0 = v128.load(p, 32); w1 = v128.load(p, 48);
    x = v128.load32_splat(a, 4); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.load32_splat(a1, 4); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 4); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 4); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    x = v128.load32_splat(a4, 4); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
    x = v128.load32_splat(a5, 4); s50 = multiply<T>(x, w0, s50); s51 = multiply<T>(x, w1, s51);
    w0 = v128.load(p, 64); w1 = v128.load(p, 80);
    x = v128.load32_splat(a, 8); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.load32_splat(a1, 8); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 8); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 8); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    x = v128.load32_splat(a4, 8); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
    x = v128.load32_splat(a5, 8); s50 = multiply<T>(x, w0, s50); s51 = multiply<T>(x, w1, s51);
    w0 = v128.load(p, 96); w1 = v128.load(p, 112);
    x = v128.load32_splat(a, 12); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.load32_splat(a1, 12); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 12); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 12); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    x = v128.load32_splat(a4, 12); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
    x = v128.load32_splat(a5, 12); s50 = multiply<T>(x, w0, s50); s51 = multiply<T>(x, w1, s51);
    w0 = v128.load(p, 128); w1 = v128.load(p, 144);
    x = v128.load32_splat(a, 16); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.load32_splat(a1, 16); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 16); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 16); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    x = v128.load32_splat(a4, 16); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
    x = v128.load32_splat(a5, 16); s50 = multiply<T>(x, w0, s50); s51 = multiply<T>(x, w1, s51);
    w0 = v128.load(p, 160); w1 = v128.load(p, 176);
    x = v128.load32_splat(a, 20); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.load32_splat(a1, 20); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 20); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 20); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    x = v128.load32_splat(a4, 20); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
    x = v128.load32_splat(a5, 20); s50 = multiply<T>(x, w0, s50); s51 = multiply<T>(x, w1, s51);
    w0 = v128.load(p, 192); w1 = v128.load(p, 208);
    x = v128.load32_splat(a, 24); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.load32_splat(a1, 24); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 24); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 24); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    x = v128.load32_splat(a4, 24); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
    x = v128.load32_splat(a5, 24); s50 = multiply<T>(x, w0, s50); s51 = multiply<T>(x, w1, s51);
    w0 = v128.load(p, 224); w1 = v128.load(p, 240);
    x = v128.load32_splat(a, 28); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.load32_splat(a1, 28); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2, 28); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3, 28); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    x = v128.load32_splat(a4, 28); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
    x = v128.load32_splat(a5, 28); s50 = multiply<T>(x, w0, s50); s51 = multiply<T>(x, w1, s51);
    a += 32; a1 += 32; a2 += 32; a3 += 32; a4 += 32; a5 += 32;
  }
  for (; p < end; p += 32) {
    w0 = v128.load(p); w1 = v128.load(p, 16);
    x = v128.load32_splat(a); s00 = multiply<T>(x, w0, s00); s01 = multiply<T>(x, w1, s01);
    x = v128.load32_splat(a1); s10 = multiply<T>(x, w0, s10); s11 = multiply<T>(x, w1, s11);
    x = v128.load32_splat(a2); s20 = multiply<T>(x, w0, s20); s21 = multiply<T>(x, w1, s21);
    x = v128.load32_splat(a3); s30 = multiply<T>(x, w0, s30); s31 = multiply<T>(x, w1, s31);
    x = v128.load32_splat(a4); s40 = multiply<T>(x, w0, s40); s41 = multiply<T>(x, w1, s41);
    x = v128.load32_splat(a5); s50 = multiply<T>(x, w0, s50); s51 = multiply<T>(x, w1, s51);
    a += 4; a1 += 4; a2 += 4; a3 += 4; a4 += 4; a5 += 4;
  }
  const f0 = factor<T>(desc, column), f1 = factor<T>(desc, column + 16);
  const c0 = bias<T>(desc, column), c1 = bias<T>(desc, column + 16);
  finishRow<T>(s00, s01, f0, f1, c0, c1, scales, out, flags);
  out += outStride;
  finishRow<T>(s10, s11, f0, f1, c0, c1, scales + 4, out, flags);
  out += outStride;
  finishRow<T>(s20, s21, f0, f1, c0, c1, scales + 8, out, flags);
  out += outStride;
  finishRow<T>(s30, s31, f0, f1, c0, c1, scales + 12, out, flags);
  out += outStride;
  finishRow<T>(s40, s41, f0, f1, c0, c1, scales + 16, out, flags);
  out += outStride;
  finishRow<T>(s50, s51, f0, f1, c0, c1, scales + 20, out, flags);
}
