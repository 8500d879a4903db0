import { expNegative4 } from "./exp";
import { horizontalMax, horizontalSum, madd } from "./simd";

/**
 * softmax(scale * x) over a row of `size`, where `mask` (0: none) has 0 at hidden elements; `out` may be
 * `x`. Hidden elements are 0; a row that is hidden altogether is 0.
 */
export function softmaxRow(
  x: usize, mask: usize, out: usize, size: usize, scale: f32,
): void {
  const bytes = size << 2, whole = size >> 2 << 4;
  const scales = f32x4.splat(scale), lowest = f32x4.splat(-Infinity), zero = f32x4.splat(0);
  let tops = lowest, top: f32 = -Infinity;
  let j: usize = 0;
  if (mask) {
    for (; j < whole; j += 16) {
      const shown = f32x4.ne(v128.load(mask + j), zero);
      const v = v128.bitselect(f32x4.mul(v128.load(x + j), scales), lowest, shown);
      v128.store(out + j, v);
      tops = f32x4.max(tops, v);
    }
    for (; j < bytes; j += 4) {
      const v = load<f32>(mask + j) != 0 ? load<f32>(x + j) * scale : <f32> -Infinity;
      store<f32>(out + j, v);
      top = max(top, v);
    }
  } else {
    for (; j < whole; j += 16) {
      const v = f32x4.mul(v128.load(x + j), scales);
      v128.store(out + j, v);
      tops = f32x4.max(tops, v);
    }
    for (; j < bytes; j += 4) {
      const v = load<f32>(x + j) * scale;
      store<f32>(out + j, v);
      top = max(top, v);
    }
  }
  top = max(top, horizontalMax(tops));
  if (top == -Infinity) {
    memory.fill(out, 0, bytes);
    return;
  }
  const shift = f32x4.splat(top);
  let sums = zero, sum: f32 = 0;
  for (j = 0; j < whole; j += 16) {
    const e = expNegative4(f32x4.sub(v128.load(out + j), shift));
    v128.store(out + j, e);
    sums = f32x4.add(sums, e);
  }
  for (; j < bytes; j += 4) {
    const e = f32x4.extract_lane(
      expNegative4(f32x4.sub(v128.load32_splat(out + j), shift)),
      0,
    );
    store<f32>(out + j, e);
    sum += e;
  }
  const inverse: f32 = 1 / (horizontalSum(sums) + sum), inverses = f32x4.splat(inverse);
  for (j = 0; j < whole; j += 16) v128.store(out + j, f32x4.mul(v128.load(out + j), inverses));
  for (; j < bytes; j += 4) store<f32>(out + j, load<f32>(out + j) * inverse);
}

/** softmax over the rows of x [rows, size]. */
export function softmax(x: usize, out: usize, rows: usize, size: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    softmaxRow(x, 0, out, size, 1);
    x += size << 2;
    out += size << 2;
  }
}

/**
 * softmax of scores [batch, heads, qLen, kLen] where `mask` (0: none) [batch, kLen] is not 0 and, when
 * `causal`, key j is at most i + kLen - qLen for query i.
 */
export function maskedSoftmax(
  x: usize, mask: usize, out: usize, batch: usize, heads: usize, qLen: usize, kLen: usize,
  causal: i32, scale: f32,
): void {
  const bytes = kLen << 2;
  for (let b: usize = 0; b < batch; b++) {
    for (let h: usize = 0; h < heads; h++) {
      for (let i: usize = 0; i < qLen; i++) {
        const seen = causal ? min(kLen, max<isize>(0, <isize> (i + kLen + 1 - qLen))) : kLen;
        if (seen) softmaxRow(x, mask, out, seen, scale);
        if (seen < kLen) memory.fill(out + (seen << 2), 0, kLen - seen << 2);
        x += bytes;
        out += bytes;
      }
    }
    if (mask) mask += bytes;
  }
}

/** dx = scale * p * (dp - sum(p * dp)) over the rows of [rows, size]; `dx` may be `dp`. */
export function softmaxGradient(
  dp: usize, p: usize, dx: usize, rows: usize, size: usize, scale: f32,
): void {
  const bytes = size << 2, whole = size >> 2 << 4, scales = f32x4.splat(scale);
  for (let row: usize = 0; row < rows; row++) {
    let sums = f32x4.splat(0), sum: f32 = 0;
    let j: usize = 0;
    for (; j < whole; j += 16) sums = madd(v128.load(p + j), v128.load(dp + j), sums);
    for (; j < bytes; j += 4) sum += load<f32>(p + j) * load<f32>(dp + j);
    sum += horizontalSum(sums);
    sums = f32x4.splat(sum);
    for (j = 0; j < whole; j += 16) {
      const d = f32x4.sub(v128.load(dp + j), sums);
      v128.store(dx + j, f32x4.mul(f32x4.mul(d, v128.load(p + j)), scales));
    }
    for (; j < bytes; j += 4) {
      store<f32>(dx + j, (load<f32>(dp + j) - sum) * load<f32>(p + j) * scale);
    }
    dp += bytes;
    p += bytes;
    dx += bytes;
  }
}
