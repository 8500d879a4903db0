import { madd, wideSum } from "./simd";

/** out[size] = (keep ? out : 0) + the sum over rows of x [rows, size]. */
export function sumRows(x: usize, out: usize, rows: usize, size: usize, keep: i32): void {
  const bytes = size << 2;
  if (!keep) memory.fill(out, 0, bytes);
  // Four rows a pass: a quarter of the traffic to `out`.
  let row: usize = 0;
  for (; row + 4 <= rows; row += 4) {
    const x1 = x + bytes, x2 = x1 + bytes, x3 = x2 + bytes;
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) {
      const low = f32x4.add(v128.load(x + j), v128.load(x1 + j));
      const high = f32x4.add(v128.load(x2 + j), v128.load(x3 + j));
      v128.store(out + j, f32x4.add(v128.load(out + j), f32x4.add(low, high)));
    }
    for (; j < bytes; j += 4) {
      const low = load<f32>(x + j) + load<f32>(x1 + j);
      store<f32>(out + j, load<f32>(out + j) + (low + (load<f32>(x2 + j) + load<f32>(x3 + j))));
    }
    x = x3 + bytes;
  }
  for (; row < rows; row++) {
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) {
      v128.store(out + j, f32x4.add(v128.load(out + j), v128.load(x + j)));
    }
    for (; j < bytes; j += 4) store<f32>(out + j, load<f32>(out + j) + load<f32>(x + j));
    x += bytes;
  }
}

/** out[rows] = the sum over the last dimension of x [rows, size]. */
export function sumLast(x: usize, out: usize, rows: usize, size: usize): void {
  const bytes = size << 2, whole = size >> 2 << 4;
  for (let row: usize = 0; row < rows; row++) {
    let total: f64 = 0;
    let j: usize = 0;
    // In pieces of 1024 numbers, whose sums add up in double precision.
    while (j < whole) {
      const stop = min(whole, j + 4096);
      let s = f32x4.splat(0);
      for (; j < stop; j += 16) s = f32x4.add(s, v128.load(x + j));
      total += wideSum(s);
    }
    for (; j < bytes; j += 4) total += load<f32>(x + j);
    store<f32>(out + (row << 2), <f32> total);
    x += bytes;
  }
}

/** The sum of the squares of x. */
export function sumSquares(x: usize, size: usize): f64 {
  const bytes = size << 2, whole = size >> 2 << 4;
  let total: f64 = 0;
  let j: usize = 0;
  while (j < whole) {
    const stop = min(whole, j + 4096);
    let s = f32x4.splat(0);
    for (; j < stop; j += 16) {
      const v = v128.load(x + j);
      s = madd(v, v, s);
    }
    total += wideSum(s);
  }
  for (; j < bytes; j += 4) {
    const v = <f64> load<f32>(x + j);
    total += v * v;
  }
  return total;
}

/** x = x * factor; `out` may be `x`. */
export function multiply(x: usize, factor: f32, out: usize, size: usize): void {
  const bytes = size << 2, factors = f32x4.splat(factor);
  let j: usize = 0;
  for (; j + 16 <= bytes; j += 16) v128.store(out + j, f32x4.mul(v128.load(x + j), factors));
  for (; j < bytes; j += 4) store<f32>(out + j, load<f32>(x + j) * factor);
}
