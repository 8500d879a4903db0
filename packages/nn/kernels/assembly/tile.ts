// The tile: where nearly all of the time goes.
import { madd } from "./simd";

/**
 * C (height x 8, rows `stride` bytes apart) = or += one panel of A times one of B, `depth` (a multiple
 * of four) steps long. Every row starts from the 8 floats at `start` unless flag 1 (accumulate) is
 * set; flag 2 applies ReLU. Rows from `height` on repeat the last one: the panel repeats its numbers,
 * so they are stored over themselves.
 */
export function tile(
  a: usize, b: usize, depth: usize, c: usize, stride: usize, height: usize, start: usize, flags: i32,
): void {
  const last = height - 1;
  const c1 = c + min<usize>(1, last) * stride, c2 = c + min<usize>(2, last) * stride;
  const c3 = c + min<usize>(3, last) * stride, c4 = c + last * stride;
  let s00: v128, s01: v128, s10: v128, s11: v128, s20: v128, s21: v128, s30: v128, s31: v128;
  let s40: v128, s41: v128;
  if (flags & 1) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
    s40 = v128.load(c4);
    s41 = v128.load(c4, 16);
  } else {
    s00 = v128.load(start);
    s01 = v128.load(start, 16);
    s10 = s00;
    s11 = s01;
    s20 = s00;
    s21 = s01;
    s30 = s00;
    s31 = s01;
    s40 = s00;
    s41 = s01;
  }
  const end = b + (depth << 5);
  while (b < end) {
    let b0: v128, b1: v128, v: v128, x: v128;
    const w = v128.load(a, 64); // the fifth row
    v = v128.load(a); // step 0 of the first four rows
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    x = v128.shuffle<f32>(w, w, 0, 0, 0, 0);
    s40 = madd(x, b0, s40);
    s41 = madd(x, b1, s41);
    v = v128.load(a, 16); // step 1 of the first four rows
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    x = v128.shuffle<f32>(w, w, 1, 1, 1, 1);
    s40 = madd(x, b0, s40);
    s41 = madd(x, b1, s41);
    v = v128.load(a, 32); // step 2 of the first four rows
    b0 = v128.load(b, 64);
    b1 = v128.load(b, 80);
    x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    x = v128.shuffle<f32>(w, w, 2, 2, 2, 2);
    s40 = madd(x, b0, s40);
    s41 = madd(x, b1, s41);
    v = v128.load(a, 48); // step 3 of the first four rows
    b0 = v128.load(b, 96);
    b1 = v128.load(b, 112);
    x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    x = v128.shuffle<f32>(w, w, 3, 3, 3, 3);
    s40 = madd(x, b0, s40);
    s41 = madd(x, b1, s41);
    a += 80;
    b += 128;
  }
  if (flags & 2) {
    const zero = f32x4.splat(0);
    s00 = f32x4.pmax(s00, zero);
    s01 = f32x4.pmax(s01, zero);
    s10 = f32x4.pmax(s10, zero);
    s11 = f32x4.pmax(s11, zero);
    s20 = f32x4.pmax(s20, zero);
    s21 = f32x4.pmax(s21, zero);
    s30 = f32x4.pmax(s30, zero);
    s31 = f32x4.pmax(s31, zero);
    s40 = f32x4.pmax(s40, zero);
    s41 = f32x4.pmax(s41, zero);
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
  v128.store(c4, s40);
  v128.store(c4, s41, 16);
}
