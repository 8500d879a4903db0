// The tiles: where nearly all of the time goes. int8 and float32 share them, because both have four
// bytes of a row of activations (four int8 or one float32) against 32 bytes of a panel in every step.
import { LINEAR_BIAS, LINEAR_CORRECTIONS, LINEAR_SCALES } from "../layout";
import { dot } from "./tile_int8";
import { madd } from "./simd";

/** Flags. */
export const RELU: i32 = 1;
export const ACCUMULATE: i32 = 2;

// @ts-ignore: decorator
@inline
function multiply<T>(x: v128, w: v128, s: v128): v128 {
  return isInteger<T>() ? dot(x, w, s) : madd(x, w, s);
}

/** What the sums of four outputs begin with; `column` is in bytes of a float32. */
// @ts-ignore: decorator
@inline
function start<T>(desc: usize, column: usize): v128 {
  if (isInteger<T>()) return v128.load(load<usize>(desc, LINEAR_CORRECTIONS) + column);
  return bias4(desc, column);
}

// @ts-ignore: decorator
@inline
function factor<T>(desc: usize, column: usize): v128 {
  if (isInteger<T>()) return v128.load(load<usize>(desc, LINEAR_SCALES) + column);
  return i32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function bias<T>(desc: usize, column: usize): v128 {
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

/** Stores the outputs that four sums stand for. */
// @ts-ignore: decorator
@inline
function finish<T>(
  sum: v128, factor: v128, bias: v128, scaleAt: usize, out: usize, flags: i32,
): void {
  let value = sum;
  if (isInteger<T>()) {
    const scale = f32x4.mul(v128.load32_splat(scaleAt), factor);
    value = madd(f32x4.convert_i32x4_s(sum), scale, bias);
  }
  if (flags & ACCUMULATE) value = f32x4.add(value, v128.load(out));
  if (flags & RELU) value = f32x4.pmax(value, f32x4.splat(0));
  v128.store(out, value);
}

export function tile1<T>(
  a: usize, aStride: usize, b: usize, depth: usize, out: usize, outStride: usize, scales: usize,
  desc: usize, column: usize, flags: i32,
): void {
  let s00 = start<T>(desc, column);
  let s01 = start<T>(desc, column + 16);
  let s02 = start<T>(desc, column + 32);
  let s03 = start<T>(desc, column + 48);
  let b1 = b + (depth << 5);
  for (const end = b + (depth << 5); b < end;) {
    let w: v128, x: v128;
    const v0 = v128.load(a);
    x = v128.shuffle<f32>(v0, v0, 0, 0, 0, 0);
    w = v128.load(b);
    s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 16);
    s01 = multiply<T>(x, w, s01);
    w = v128.load(b1);
    s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 16);
    s03 = multiply<T>(x, w, s03);
    x = v128.shuffle<f32>(v0, v0, 1, 1, 1, 1);
    w = v128.load(b, 32);
    s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 48);
    s01 = multiply<T>(x, w, s01);
    w = v128.load(b1, 32);
    s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 48);
    s03 = multiply<T>(x, w, s03);
    x = v128.shuffle<f32>(v0, v0, 2, 2, 2, 2);
    w = v128.load(b, 64);
    s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 80);
    s01 = multiply<T>(x, w, s01);
    w = v128.load(b1, 64);
    s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 80);
    s03 = multiply<T>(x, w, s03);
    x = v128.shuffle<f32>(v0, v0, 3, 3, 3, 3);
    w = v128.load(b, 96);
    s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 112);
    s01 = multiply<T>(x, w, s01);
    w = v128.load(b1, 96);
    s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 112);
    s03 = multiply<T>(x, w, s03);
    a += 16;
    b += 128;
    b1 += 128;
  }
  const f0 = factor<T>(desc, column), c0 = bias<T>(desc, column);
  const f1 = factor<T>(desc, column + 16), c1 = bias<T>(desc, column + 16);
  const f2 = factor<T>(desc, column + 32), c2 = bias<T>(desc, column + 32);
  const f3 = factor<T>(desc, column + 48), c3 = bias<T>(desc, column + 48);
  finish<T>(s00, f0, c0, scales + 0, out, flags);
  finish<T>(s01, f1, c1, scales + 0, out + 16, flags);
  finish<T>(s02, f2, c2, scales + 0, out + 32, flags);
  finish<T>(s03, f3, c3, scales + 0, out + 48, flags);
}

export function tile2<T>(
  a: usize, aStride: usize, b: usize, depth: usize, out: usize, outStride: usize, scales: usize,
  desc: usize, column: usize, flags: i32,
): void {
  let s00 = start<T>(desc, column);
  let s01 = start<T>(desc, column + 16);
  let s02 = start<T>(desc, column + 32);
  let s03 = start<T>(desc, column + 48);
  let s10 = s00, s11 = s01, s12 = s02, s13 = s03;
  let a1 = a + aStride;
  let b1 = b + (depth << 5);
  for (const end = b + (depth << 5); b < end;) {
    let w: v128, x: v128;
    const v0 = v128.load(a);
    const v1 = v128.load(a1);
    const x00 = v128.shuffle<f32>(v0, v0, 0, 0, 0, 0);
    const x01 = v128.shuffle<f32>(v1, v1, 0, 0, 0, 0);
    w = v128.load(b);
    s00 = multiply<T>(x00, w, s00);
    s10 = multiply<T>(x01, w, s10);
    w = v128.load(b, 16);
    s01 = multiply<T>(x00, w, s01);
    s11 = multiply<T>(x01, w, s11);
    w = v128.load(b1);
    s02 = multiply<T>(x00, w, s02);
    s12 = multiply<T>(x01, w, s12);
    w = v128.load(b1, 16);
    s03 = multiply<T>(x00, w, s03);
    s13 = multiply<T>(x01, w, s13);
    const x10 = v128.shuffle<f32>(v0, v0, 1, 1, 1, 1);
    const x11 = v128.shuffle<f32>(v1, v1, 1, 1, 1, 1);
    w = v128.load(b, 32);
    s00 = multiply<T>(x10, w, s00);
    s10 = multiply<T>(x11, w, s10);
    w = v128.load(b, 48);
    s01 = multiply<T>(x10, w, s01);
    s11 = multiply<T>(x11, w, s11);
    w = v128.load(b1, 32);
    s02 = multiply<T>(x10, w, s02);
    s12 = multiply<T>(x11, w, s12);
    w = v128.load(b1, 48);
    s03 = multiply<T>(x10, w, s03);
    s13 = multiply<T>(x11, w, s13);
    const x20 = v128.shuffle<f32>(v0, v0, 2, 2, 2, 2);
    const x21 = v128.shuffle<f32>(v1, v1, 2, 2, 2, 2);
    w = v128.load(b, 64);
    s00 = multiply<T>(x20, w, s00);
    s10 = multiply<T>(x21, w, s10);
    w = v128.load(b, 80);
    s01 = multiply<T>(x20, w, s01);
    s11 = multiply<T>(x21, w, s11);
    w = v128.load(b1, 64);
    s02 = multiply<T>(x20, w, s02);
    s12 = multiply<T>(x21, w, s12);
    w = v128.load(b1, 80);
    s03 = multiply<T>(x20, w, s03);
    s13 = multiply<T>(x21, w, s13);
    const x30 = v128.shuffle<f32>(v0, v0, 3, 3, 3, 3);
    const x31 = v128.shuffle<f32>(v1, v1, 3, 3, 3, 3);
    w = v128.load(b, 96);
    s00 = multiply<T>(x30, w, s00);
    s10 = multiply<T>(x31, w, s10);
    w = v128.load(b, 112);
    s01 = multiply<T>(x30, w, s01);
    s11 = multiply<T>(x31, w, s11);
    w = v128.load(b1, 96);
    s02 = multiply<T>(x30, w, s02);
    s12 = multiply<T>(x31, w, s12);
    w = v128.load(b1, 112);
    s03 = multiply<T>(x30, w, s03);
    s13 = multiply<T>(x31, w, s13);
    a += 16;
    a1 += 16;
    b += 128;
    b1 += 128;
  }
  const f0 = factor<T>(desc, column), c0 = bias<T>(desc, column);
  const f1 = factor<T>(desc, column + 16), c1 = bias<T>(desc, column + 16);
  const f2 = factor<T>(desc, column + 32), c2 = bias<T>(desc, column + 32);
  const f3 = factor<T>(desc, column + 48), c3 = bias<T>(desc, column + 48);
  finish<T>(s00, f0, c0, scales + 0, out, flags);
  finish<T>(s01, f1, c1, scales + 0, out + 16, flags);
  finish<T>(s02, f2, c2, scales + 0, out + 32, flags);
  finish<T>(s03, f3, c3, scales + 0, out + 48, flags);
  out += outStride;
  finish<T>(s10, f0, c0, scales + 4, out, flags);
  finish<T>(s11, f1, c1, scales + 4, out + 16, flags);
  finish<T>(s12, f2, c2, scales + 4, out + 32, flags);
  finish<T>(s13, f3, c3, scales + 4, out + 48, flags);
}

export function tile3<T>(
  a: usize, aStride: usize, b: usize, depth: usize, out: usize, outStride: usize, scales: usize,
  desc: usize, column: usize, flags: i32,
): void {
  let s00 = start<T>(desc, column);
  let s01 = start<T>(desc, column + 16);
  let s10 = s00, s11 = s01;
  let s20 = s00, s21 = s01;
  let a1 = a + aStride, a2 = a1 + aStride;
  for (const end = b + (depth << 5); b < end;) {
    let w: v128, x: v128;
    const v0 = v128.load(a);
    const v1 = v128.load(a1);
    const v2 = v128.load(a2);
    const w00 = v128.load(b), w01 = v128.load(b, 16);
    x = v128.shuffle<f32>(v0, v0, 0, 0, 0, 0);
    s00 = multiply<T>(x, w00, s00);
    s01 = multiply<T>(x, w01, s01);
    x = v128.shuffle<f32>(v1, v1, 0, 0, 0, 0);
    s10 = multiply<T>(x, w00, s10);
    s11 = multiply<T>(x, w01, s11);
    x = v128.shuffle<f32>(v2, v2, 0, 0, 0, 0);
    s20 = multiply<T>(x, w00, s20);
    s21 = multiply<T>(x, w01, s21);
    const w10 = v128.load(b, 32), w11 = v128.load(b, 48);
    x = v128.shuffle<f32>(v0, v0, 1, 1, 1, 1);
    s00 = multiply<T>(x, w10, s00);
    s01 = multiply<T>(x, w11, s01);
    x = v128.shuffle<f32>(v1, v1, 1, 1, 1, 1);
    s10 = multiply<T>(x, w10, s10);
    s11 = multiply<T>(x, w11, s11);
    x = v128.shuffle<f32>(v2, v2, 1, 1, 1, 1);
    s20 = multiply<T>(x, w10, s20);
    s21 = multiply<T>(x, w11, s21);
    const w20 = v128.load(b, 64), w21 = v128.load(b, 80);
    x = v128.shuffle<f32>(v0, v0, 2, 2, 2, 2);
    s00 = multiply<T>(x, w20, s00);
    s01 = multiply<T>(x, w21, s01);
    x = v128.shuffle<f32>(v1, v1, 2, 2, 2, 2);
    s10 = multiply<T>(x, w20, s10);
    s11 = multiply<T>(x, w21, s11);
    x = v128.shuffle<f32>(v2, v2, 2, 2, 2, 2);
    s20 = multiply<T>(x, w20, s20);
    s21 = multiply<T>(x, w21, s21);
    const w30 = v128.load(b, 96), w31 = v128.load(b, 112);
    x = v128.shuffle<f32>(v0, v0, 3, 3, 3, 3);
    s00 = multiply<T>(x, w30, s00);
    s01 = multiply<T>(x, w31, s01);
    x = v128.shuffle<f32>(v1, v1, 3, 3, 3, 3);
    s10 = multiply<T>(x, w30, s10);
    s11 = multiply<T>(x, w31, s11);
    x = v128.shuffle<f32>(v2, v2, 3, 3, 3, 3);
    s20 = multiply<T>(x, w30, s20);
    s21 = multiply<T>(x, w31, s21);
    a += 16;
    a1 += 16;
    a2 += 16;
    b += 128;
  }
  const f0 = factor<T>(desc, column), c0 = bias<T>(desc, column);
  const f1 = factor<T>(desc, column + 16), c1 = bias<T>(desc, column + 16);
  finish<T>(s00, f0, c0, scales + 0, out, flags);
  finish<T>(s01, f1, c1, scales + 0, out + 16, flags);
  out += outStride;
  finish<T>(s10, f0, c0, scales + 4, out, flags);
  finish<T>(s11, f1, c1, scales + 4, out + 16, flags);
  out += outStride;
  finish<T>(s20, f0, c0, scales + 8, out, flags);
  finish<T>(s21, f1, c1, scales + 8, out + 16, flags);
}

export function tile4<T>(
  a: usize, aStride: usize, b: usize, depth: usize, out: usize, outStride: usize, scales: usize,
  desc: usize, column: usize, flags: i32,
): void {
  let s00 = start<T>(desc, column);
  let s01 = start<T>(desc, column + 16);
  let s10 = s00, s11 = s01;
  let s20 = s00, s21 = s01;
  let s30 = s00, s31 = s01;
  let a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride;
  for (const end = b + (depth << 5); b < end;) {
    let w: v128, x: v128;
    const v0 = v128.load(a);
    const v1 = v128.load(a1);
    const v2 = v128.load(a2);
    const v3 = v128.load(a3);
    const w00 = v128.load(b), w01 = v128.load(b, 16);
    x = v128.shuffle<f32>(v0, v0, 0, 0, 0, 0);
    s00 = multiply<T>(x, w00, s00);
    s01 = multiply<T>(x, w01, s01);
    x = v128.shuffle<f32>(v1, v1, 0, 0, 0, 0);
    s10 = multiply<T>(x, w00, s10);
    s11 = multiply<T>(x, w01, s11);
    x = v128.shuffle<f32>(v2, v2, 0, 0, 0, 0);
    s20 = multiply<T>(x, w00, s20);
    s21 = multiply<T>(x, w01, s21);
    x = v128.shuffle<f32>(v3, v3, 0, 0, 0, 0);
    s30 = multiply<T>(x, w00, s30);
    s31 = multiply<T>(x, w01, s31);
    const w10 = v128.load(b, 32), w11 = v128.load(b, 48);
    x = v128.shuffle<f32>(v0, v0, 1, 1, 1, 1);
    s00 = multiply<T>(x, w10, s00);
    s01 = multiply<T>(x, w11, s01);
    x = v128.shuffle<f32>(v1, v1, 1, 1, 1, 1);
    s10 = multiply<T>(x, w10, s10);
    s11 = multiply<T>(x, w11, s11);
    x = v128.shuffle<f32>(v2, v2, 1, 1, 1, 1);
    s20 = multiply<T>(x, w10, s20);
    s21 = multiply<T>(x, w11, s21);
    x = v128.shuffle<f32>(v3, v3, 1, 1, 1, 1);
    s30 = multiply<T>(x, w10, s30);
    s31 = multiply<T>(x, w11, s31);
    const w20 = v128.load(b, 64), w21 = v128.load(b, 80);
    x = v128.shuffle<f32>(v0, v0, 2, 2, 2, 2);
    s00 = multiply<T>(x, w20, s00);
    s01 = multiply<T>(x, w21, s01);
    x = v128.shuffle<f32>(v1, v1, 2, 2, 2, 2);
    s10 = multiply<T>(x, w20, s10);
    s11 = multiply<T>(x, w21, s11);
    x = v128.shuffle<f32>(v2, v2, 2, 2, 2, 2);
    s20 = multiply<T>(x, w20, s20);
    s21 = multiply<T>(x, w21, s21);
    x = v128.shuffle<f32>(v3, v3, 2, 2, 2, 2);
    s30 = multiply<T>(x, w20, s30);
    s31 = multiply<T>(x, w21, s31);
    const w30 = v128.load(b, 96), w31 = v128.load(b, 112);
    x = v128.shuffle<f32>(v0, v0, 3, 3, 3, 3);
    s00 = multiply<T>(x, w30, s00);
    s01 = multiply<T>(x, w31, s01);
    x = v128.shuffle<f32>(v1, v1, 3, 3, 3, 3);
    s10 = multiply<T>(x, w30, s10);
    s11 = multiply<T>(x, w31, s11);
    x = v128.shuffle<f32>(v2, v2, 3, 3, 3, 3);
    s20 = multiply<T>(x, w30, s20);
    s21 = multiply<T>(x, w31, s21);
    x = v128.shuffle<f32>(v3, v3, 3, 3, 3, 3);
    s30 = multiply<T>(x, w30, s30);
    s31 = multiply<T>(x, w31, s31);
    a += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    b += 128;
  }
  const f0 = factor<T>(desc, column), c0 = bias<T>(desc, column);
  const f1 = factor<T>(desc, column + 16), c1 = bias<T>(desc, column + 16);
  finish<T>(s00, f0, c0, scales + 0, out, flags);
  finish<T>(s01, f1, c1, scales + 0, out + 16, flags);
  out += outStride;
  finish<T>(s10, f0, c0, scales + 4, out, flags);
  finish<T>(s11, f1, c1, scales + 4, out + 16, flags);
  out += outStride;
  finish<T>(s20, f0, c0, scales + 8, out, flags);
  finish<T>(s21, f1, c1, scales + 8, out + 16, flags);
  out += outStride;
  finish<T>(s30, f0, c0, scales + 12, out, flags);
  finish<T>(s31, f1, c1, scales + 12, out + 16, flags);
}

export function tile5<T>(
  a: usize, aStride: usize, b: usize, depth: usize, out: usize, outStride: usize, scales: usize,
  desc: usize, column: usize, flags: i32,
): void {
  let s00 = start<T>(desc, column);
  let s01 = start<T>(desc, column + 16);
  let s10 = s00, s11 = s01;
  let s20 = s00, s21 = s01;
  let s30 = s00, s31 = s01;
  let s40 = s00, s41 = s01;
  for (const end = b + (depth << 5); b < end;) {
    let w: v128, x: v128, v: v128;
    const v4 = v128.load(a, 64);
    v = v128.load(a);
    const w00 = v128.load(b), w01 = v128.load(b, 16);
    x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    s00 = multiply<T>(x, w00, s00);
    s01 = multiply<T>(x, w01, s01);
    x = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    s10 = multiply<T>(x, w00, s10);
    s11 = multiply<T>(x, w01, s11);
    x = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    s20 = multiply<T>(x, w00, s20);
    s21 = multiply<T>(x, w01, s21);
    x = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    s30 = multiply<T>(x, w00, s30);
    s31 = multiply<T>(x, w01, s31);
    x = v128.shuffle<f32>(v4, v4, 0, 0, 0, 0);
    s40 = multiply<T>(x, w00, s40);
    s41 = multiply<T>(x, w01, s41);
    v = v128.load(a, 16);
    const w10 = v128.load(b, 32), w11 = v128.load(b, 48);
    x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    s00 = multiply<T>(x, w10, s00);
    s01 = multiply<T>(x, w11, s01);
    x = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    s10 = multiply<T>(x, w10, s10);
    s11 = multiply<T>(x, w11, s11);
    x = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    s20 = multiply<T>(x, w10, s20);
    s21 = multiply<T>(x, w11, s21);
    x = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    s30 = multiply<T>(x, w10, s30);
    s31 = multiply<T>(x, w11, s31);
    x = v128.shuffle<f32>(v4, v4, 1, 1, 1, 1);
    s40 = multiply<T>(x, w10, s40);
    s41 = multiply<T>(x, w11, s41);
    v = v128.load(a, 32);
    const w20 = v128.load(b, 64), w21 = v128.load(b, 80);
    x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    s00 = multiply<T>(x, w20, s00);
    s01 = multiply<T>(x, w21, s01);
    x = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    s10 = multiply<T>(x, w20, s10);
    s11 = multiply<T>(x, w21, s11);
    x = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    s20 = multiply<T>(x, w20, s20);
    s21 = multiply<T>(x, w21, s21);
    x = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    s30 = multiply<T>(x, w20, s30);
    s31 = multiply<T>(x, w21, s31);
    x = v128.shuffle<f32>(v4, v4, 2, 2, 2, 2);
    s40 = multiply<T>(x, w20, s40);
    s41 = multiply<T>(x, w21, s41);
    v = v128.load(a, 48);
    const w30 = v128.load(b, 96), w31 = v128.load(b, 112);
    x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    s00 = multiply<T>(x, w30, s00);
    s01 = multiply<T>(x, w31, s01);
    x = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    s10 = multiply<T>(x, w30, s10);
    s11 = multiply<T>(x, w31, s11);
    x = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    s20 = multiply<T>(x, w30, s20);
    s21 = multiply<T>(x, w31, s21);
    x = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    s30 = multiply<T>(x, w30, s30);
    s31 = multiply<T>(x, w31, s31);
    x = v128.shuffle<f32>(v4, v4, 3, 3, 3, 3);
    s40 = multiply<T>(x, w30, s40);
    s41 = multiply<T>(x, w31, s41);
    a += 80;
    b += 128;
  }
  const f0 = factor<T>(desc, column), c0 = bias<T>(desc, column);
  const f1 = factor<T>(desc, column + 16), c1 = bias<T>(desc, column + 16);
  finish<T>(s00, f0, c0, scales + 0, out, flags);
  finish<T>(s01, f1, c1, scales + 0, out + 16, flags);
  out += outStride;
  finish<T>(s10, f0, c0, scales + 4, out, flags);
  finish<T>(s11, f1, c1, scales + 4, out + 16, flags);
  out += outStride;
  finish<T>(s20, f0, c0, scales + 8, out, flags);
  finish<T>(s21, f1, c1, scales + 8, out + 16, flags);
  out += outStride;
  finish<T>(s30, f0, c0, scales + 12, out, flags);
  finish<T>(s31, f1, c1, scales + 12, out + 16, flags);
  out += outStride;
  finish<T>(s40, f0, c0, scales + 16, out, flags);
  finish<T>(s41, f1, c1, scales + 16, out + 16, flags);
}
