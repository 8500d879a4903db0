// Tiles of one to three rows, over several panels at once: enough sums under way to hide the time that
// one takes. They read rows as they are.
import { bias, factor, finishRow, multiply, start } from "./tile";

/** One row by four panels. */
export function tile1<T>(
  a: usize, b: usize, depth: usize, out: usize, scales: usize, desc: usize,
  column: usize, flags: i32,
): void {
  const panelBytes = depth << 5, end = b + panelBytes;
  let b1 = b + panelBytes, b2 = b1 + panelBytes, b3 = b2 + panelBytes;
  let s00 = start<T>(desc, column), s01 = start<T>(desc, column + 16);
  let s02 = start<T>(desc, column + 32), s03 = start<T>(desc, column + 48);
  let s04 = start<T>(desc, column + 64), s05 = start<T>(desc, column + 80);
  let s06 = start<T>(desc, column + 96), s07 = start<T>(desc, column + 112);
  while (b < end) {
    let w: v128;
    const v = v128.load(a);
    let x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    w = v128.load(b); s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 16); s01 = multiply<T>(x, w, s01);
    w = v128.load(b1); s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 16); s03 = multiply<T>(x, w, s03);
    w = v128.load(b2); s04 = multiply<T>(x, w, s04);
    w = v128.load(b2, 16); s05 = multiply<T>(x, w, s05);
    w = v128.load(b3); s06 = multiply<T>(x, w, s06);
    w = v128.load(b3, 16); s07 = multiply<T>(x, w, s07);
    x = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    w = v128.load(b, 32); s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 48); s01 = multiply<T>(x, w, s01);
    w = v128.load(b1, 32); s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 48); s03 = multiply<T>(x, w, s03);
    w = v128.load(b2, 32); s04 = multiply<T>(x, w, s04);
    w = v128.load(b2, 48); s05 = multiply<T>(x, w, s05);
    w = v128.load(b3, 32); s06 = multiply<T>(x, w, s06);
    w = v128.load(b3, 48); s07 = multiply<T>(x, w, s07);
    x = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    w = v128.load(b, 64); s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 80); s01 = multiply<T>(x, w, s01);
    w = v128.load(b1, 64); s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 80); s03 = multiply<T>(x, w, s03);
    w = v128.load(b2, 64); s04 = multiply<T>(x, w, s04);
    w = v128.load(b2, 80); s05 = multiply<T>(x, w, s05);
    w = v128.load(b3, 64); s06 = multiply<T>(x, w, s06);
    w = v128.load(b3, 80); s07 = multiply<T>(x, w, s07);
    x = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    w = v128.load(b, 96); s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 112); s01 = multiply<T>(x, w, s01);
    w = v128.load(b1, 96); s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 112); s03 = multiply<T>(x, w, s03);
    w = v128.load(b2, 96); s04 = multiply<T>(x, w, s04);
    w = v128.load(b2, 112); s05 = multiply<T>(x, w, s05);
    w = v128.load(b3, 96); s06 = multiply<T>(x, w, s06);
    w = v128.load(b3, 112); s07 = multiply<T>(x, w, s07);
    a += 16;
    b += 128; b1 += 128; b2 += 128; b3 += 128;
  }
  let f0 = factor<T>(desc, column), f1 = factor<T>(desc, column + 16);
  let c0 = bias<T>(desc, column), c1 = bias<T>(desc, column + 16);
  finishRow<T>(s00, s01, f0, f1, c0, c1, scales, out, flags);
  f0 = factor<T>(desc, column + 32); f1 = factor<T>(desc, column + 48);
  c0 = bias<T>(desc, column + 32); c1 = bias<T>(desc, column + 48);
  finishRow<T>(s02, s03, f0, f1, c0, c1, scales, out + 32, flags);
  f0 = factor<T>(desc, column + 64); f1 = factor<T>(desc, column + 80);
  c0 = bias<T>(desc, column + 64); c1 = bias<T>(desc, column + 80);
  finishRow<T>(s04, s05, f0, f1, c0, c1, scales, out + 64, flags);
  f0 = factor<T>(desc, column + 96); f1 = factor<T>(desc, column + 112);
  c0 = bias<T>(desc, column + 96); c1 = bias<T>(desc, column + 112);
  finishRow<T>(s06, s07, f0, f1, c0, c1, scales, out + 96, flags);
}

/** One row by two panels: what is left where the panels are no multiple of four. */
export function tile1Rest<T>(
  a: usize, b: usize, depth: usize, out: usize, scales: usize, desc: usize,
  column: usize, flags: i32,
): void {
  const panelBytes = depth << 5, end = b + panelBytes;
  let b1 = b + panelBytes;
  let s00 = start<T>(desc, column), s01 = start<T>(desc, column + 16);
  let s02 = start<T>(desc, column + 32), s03 = start<T>(desc, column + 48);
  while (b < end) {
    let w: v128;
    const v = v128.load(a);
    let x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    w = v128.load(b); s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 16); s01 = multiply<T>(x, w, s01);
    w = v128.load(b1); s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 16); s03 = multiply<T>(x, w, s03);
    x = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    w = v128.load(b, 32); s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 48); s01 = multiply<T>(x, w, s01);
    w = v128.load(b1, 32); s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 48); s03 = multiply<T>(x, w, s03);
    x = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    w = v128.load(b, 64); s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 80); s01 = multiply<T>(x, w, s01);
    w = v128.load(b1, 64); s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 80); s03 = multiply<T>(x, w, s03);
    x = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    w = v128.load(b, 96); s00 = multiply<T>(x, w, s00);
    w = v128.load(b, 112); s01 = multiply<T>(x, w, s01);
    w = v128.load(b1, 96); s02 = multiply<T>(x, w, s02);
    w = v128.load(b1, 112); s03 = multiply<T>(x, w, s03);
    a += 16;
    b += 128; b1 += 128;
  }
  let f0 = factor<T>(desc, column), f1 = factor<T>(desc, column + 16);
  let c0 = bias<T>(desc, column), c1 = bias<T>(desc, column + 16);
  finishRow<T>(s00, s01, f0, f1, c0, c1, scales, out, flags);
  f0 = factor<T>(desc, column + 32); f1 = factor<T>(desc, column + 48);
  c0 = bias<T>(desc, column + 32); c1 = bias<T>(desc, column + 48);
  finishRow<T>(s02, s03, f0, f1, c0, c1, scales, out + 32, flags);
}

/** Two rows by two panels. */
export function tile2<T>(
  a: usize, aStride: usize, b: usize, depth: usize, out: usize, outStride: usize, scales: usize, desc: usize,
  column: usize, flags: i32,
): void {
  const panelBytes = depth << 5, end = b + panelBytes;
  let b1 = b + panelBytes;
  let a1 = a + aStride;
  let s00 = start<T>(desc, column), s01 = start<T>(desc, column + 16);
  let s02 = start<T>(desc, column + 32), s03 = start<T>(desc, column + 48);
  let s10 = s00, s11 = s01, s12 = s02, s13 = s03;
  while (b < end) {
    let w: v128;
    let x0 = v128.load32_splat(a), x1 = v128.load32_splat(a1);
    w = v128.load(b); s00 = multiply<T>(x0, w, s00); s10 = multiply<T>(x1, w, s10);
    w = v128.load(b, 16); s01 = multiply<T>(x0, w, s01); s11 = multiply<T>(x1, w, s11);
    w = v128.load(b1); s02 = multiply<T>(x0, w, s02); s12 = multiply<T>(x1, w, s12);
    w = v128.load(b1, 16); s03 = multiply<T>(x0, w, s03); s13 = multiply<T>(x1, w, s13);
    x0 = v128.load32_splat(a, 4); x1 = v128.load32_splat(a1, 4);
    w = v128.load(b, 32); s00 = multiply<T>(x0, w, s00); s10 = multiply<T>(x1, w, s10);
    w = v128.load(b, 48); s01 = multiply<T>(x0, w, s01); s11 = multiply<T>(x1, w, s11);
    w = v128.load(b1, 32); s02 = multiply<T>(x0, w, s02); s12 = multiply<T>(x1, w, s12);
    w = v128.load(b1, 48); s03 = multiply<T>(x0, w, s03); s13 = multiply<T>(x1, w, s13);
    x0 = v128.load32_splat(a, 8); x1 = v128.load32_splat(a1, 8);
    w = v128.load(b, 64); s00 = multiply<T>(x0, w, s00); s10 = multiply<T>(x1, w, s10);
    w = v128.load(b, 80); s01 = multiply<T>(x0, w, s01); s11 = multiply<T>(x1, w, s11);
    w = v128.load(b1, 64); s02 = multiply<T>(x0, w, s02); s12 = multiply<T>(x1, w, s12);
    w = v128.load(b1, 80); s03 = multiply<T>(x0, w, s03); s13 = multiply<T>(x1, w, s13);
    x0 = v128.load32_splat(a, 12); x1 = v128.load32_splat(a1, 12);
    w = v128.load(b, 96); s00 = multiply<T>(x0, w, s00); s10 = multiply<T>(x1, w, s10);
    w = v128.load(b, 112); s01 = multiply<T>(x0, w, s01); s11 = multiply<T>(x1, w, s11);
    w = v128.load(b1, 96); s02 = multiply<T>(x0, w, s02); s12 = multiply<T>(x1, w, s12);
    w = v128.load(b1, 112); s03 = multiply<T>(x0, w, s03); s13 = multiply<T>(x1, w, s13);
    a += 16; a1 += 16;
    b += 128; b1 += 128;
  }
  let to: usize;
  let f0 = factor<T>(desc, column), f1 = factor<T>(desc, column + 16);
  let c0 = bias<T>(desc, column), c1 = bias<T>(desc, column + 16);
  to = out;
  finishRow<T>(s00, s01, f0, f1, c0, c1, scales, to, flags);
  to += outStride;
  finishRow<T>(s10, s11, f0, f1, c0, c1, scales + 4, to, flags);
  f0 = factor<T>(desc, column + 32); f1 = factor<T>(desc, column + 48);
  c0 = bias<T>(desc, column + 32); c1 = bias<T>(desc, column + 48);
  to = out + 32;
  finishRow<T>(s02, s03, f0, f1, c0, c1, scales, to, flags);
  to += outStride;
  finishRow<T>(s12, s13, f0, f1, c0, c1, scales + 4, to, flags);
}

/** Three rows by two panels. */
export function tile3<T>(
  a: usize, aStride: usize, b: usize, depth: usize, out: usize, outStride: usize, scales: usize, desc: usize,
  column: usize, flags: i32,
): void {
  const panelBytes = depth << 5, end = b + panelBytes;
  let b1 = b + panelBytes;
  let a1 = a + aStride, a2 = a1 + aStride;
  let s00 = start<T>(desc, column), s01 = start<T>(desc, column + 16);
  let s02 = start<T>(desc, column + 32), s03 = start<T>(desc, column + 48);
  let s10 = s00, s11 = s01, s12 = s02, s13 = s03;
  let s20 = s00, s21 = s01, s22 = s02, s23 = s03;
  while (b < end) {
    let w: v128;
    let x0 = v128.load32_splat(a), x1 = v128.load32_splat(a1), x2 = v128.load32_splat(a2);
    w = v128.load(b); s00 = multiply<T>(x0, w, s00); s10 = multiply<T>(x1, w, s10); s20 = multiply<T>(x2, w, s20);
    w = v128.load(b, 16); s01 = multiply<T>(x0, w, s01); s11 = multiply<T>(x1, w, s11); s21 = multiply<T>(x2, w, s21);
    w = v128.load(b1); s02 = multiply<T>(x0, w, s02); s12 = multiply<T>(x1, w, s12); s22 = multiply<T>(x2, w, s22);
    w = v128.load(b1, 16); s03 = multiply<T>(x0, w, s03); s13 = multiply<T>(x1, w, s13); s23 = multiply<T>(x2, w, s23);
    x0 = v128.load32_splat(a, 4); x1 = v128.load32_splat(a1, 4); x2 = v128.load32_splat(a2, 4);
    w = v128.load(b, 32); s00 = multiply<T>(x0, w, s00); s10 = multiply<T>(x1, w, s10); s20 = multiply<T>(x2, w, s20);
    w = v128.load(b, 48); s01 = multiply<T>(x0, w, s01); s11 = multiply<T>(x1, w, s11); s21 = multiply<T>(x2, w, s21);
    w = v128.load(b1, 32); s02 = multiply<T>(x0, w, s02); s12 = multiply<T>(x1, w, s12); s22 = multiply<T>(x2, w, s22);
    w = v128.load(b1, 48); s03 = multiply<T>(x0, w, s03); s13 = multiply<T>(x1, w, s13); s23 = multiply<T>(x2, w, s23);
    a += 8; a1 += 8; a2 += 8;
    b += 64; b1 += 64;
  }
  let to: usize;
  let f0 = factor<T>(desc, column), f1 = factor<T>(desc, column + 16);
  let c0 = bias<T>(desc, column), c1 = bias<T>(desc, column + 16);
  to = out;
  finishRow<T>(s00, s01, f0, f1, c0, c1, scales, to, flags);
  to += outStride;
  finishRow<T>(s10, s11, f0, f1, c0, c1, scales + 4, to, flags);
  to += outStride;
  finishRow<T>(s20, s21, f0, f1, c0, c1, scales + 8, to, flags);
  f0 = factor<T>(desc, column + 32); f1 = factor<T>(desc, column + 48);
  c0 = bias<T>(desc, column + 32); c1 = bias<T>(desc, column + 48);
  to = out + 32;
  finishRow<T>(s02, s03, f0, f1, c0, c1, scales, to, flags);
  to += outStride;
  finishRow<T>(s12, s13, f0, f1, c0, c1, scales + 4, to, flags);
  to += outStride;
  finishRow<T>(s22, s23, f0, f1, c0, c1, scales + 8, to, flags);
}
