import { horizontalSum, madd } from "./simd";

/**
 * out = (h - mean) / sqrt(variance + eps) * weight + bias over rows of `hidden` (a multiple of 16)
 * floats, h = x + residual (`residual` 0: none). Mean and variance are of the first `size` ones, the
 * rest is zero and stays so where weight and bias are. `out` may be `x` or `residual`.
 */
export function layerNorm(
  x: usize, residual: usize, weight: usize, bias: usize, out: usize,
  rows: i32, hidden: i32, size: i32, eps: f32,
): void {
  const bytes = <usize> hidden << 2, inverse: f32 = 1.0 / <f32> size;
  const padding = <f32> (hidden - size);
  for (let row = 0; row < rows; row++) {
    let sum0 = f32x4.splat(0), sum1 = sum0;
    let source = x;
    if (residual) {
      // The sum goes to `out` first, and is normalised there.
      for (let j: usize = 0; j < bytes; j += 32) {
        const a = f32x4.add(v128.load(x + j), v128.load(residual + j));
        const b = f32x4.add(v128.load(x + j, 16), v128.load(residual + j, 16));
        v128.store(out + j, a);
        v128.store(out + j, b, 16);
        sum0 = f32x4.add(sum0, a);
        sum1 = f32x4.add(sum1, b);
      }
      residual += bytes;
      source = out;
    } else {
      for (let p = x, end = x + bytes; p < end; p += 32) {
        sum0 = f32x4.add(sum0, v128.load(p));
        sum1 = f32x4.add(sum1, v128.load(p, 16));
      }
    }
    const mean = horizontalSum(f32x4.add(sum0, sum1)) * inverse, means = f32x4.splat(mean);
    let square0 = f32x4.splat(0), square1 = square0;
    for (let p = source, end = source + bytes; p < end; p += 32) {
      const a = f32x4.sub(v128.load(p), means), b = f32x4.sub(v128.load(p, 16), means);
      square0 = madd(a, a, square0);
      square1 = madd(b, b, square1);
    }
    const squares = horizontalSum(f32x4.add(square0, square1)) - padding * mean * mean;
    const scales = f32x4.splat(1 / sqrt<f32>(max<f32>(squares, 0) * inverse + eps));
    for (let j: usize = 0; j < bytes; j += 32) {
      const a = f32x4.mul(f32x4.sub(v128.load(source + j), means), scales);
      const b = f32x4.mul(f32x4.sub(v128.load(source + j, 16), means), scales);
      v128.store(out + j, madd(a, v128.load(weight + j), v128.load(bias + j)));
      v128.store(out + j, madd(b, v128.load(weight + j, 16), v128.load(bias + j, 16)), 16);
    }
    x += bytes;
    out += bytes;
  }
}
