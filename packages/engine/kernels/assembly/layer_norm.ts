import { horizontalSum, madd } from "./simd";

/**
 * out = (h - mean) / sqrt(variance + eps) * weight + bias over rows of `hidden` (a multiple of 16)
 * floats, h = x + residual (`residual` 0: none). Mean and variance are of the first `size` ones; the
 * rest is zero, and stays so where weight and bias are. `out` may be `x` or `residual`.
 */
export function layerNorm(
  x: usize, residual: usize, weight: usize, bias: usize, out: usize,
  rows: i32, hidden: i32, size: i32, eps: f32,
): void {
  const bytes = <usize> hidden << 2, inverse: f32 = 1.0 / <f32> size;
  const padding = <f32> (hidden - size);
  for (let row = 0; row < rows; row++) {
    let source = x;
    if (residual) {
      // The sum goes to `out` first, and is normalised there.
      for (let j: usize = 0; j < bytes; j += 32) {
        v128.store(out + j, f32x4.add(v128.load(x + j), v128.load(residual + j)));
        v128.store(out + j, f32x4.add(v128.load(x + j, 16), v128.load(residual + j, 16)), 16);
      }
      residual += bytes;
      source = out;
    }
    // Both sums in one pass: of the distances from something near the mean, lest the digits cancel.
    const near = horizontalSum(f32x4.add(
      f32x4.add(v128.load(source), v128.load(source, 16)),
      f32x4.add(v128.load(source, 32), v128.load(source, 48)),
    )) / <f32> min(size, 16);
    const shift = f32x4.splat(near);
    let sum0 = f32x4.splat(0), sum1 = sum0, square0 = sum0, square1 = sum0;
    for (let p = source, end = source + bytes; p < end; p += 32) {
      const a = f32x4.sub(v128.load(p), shift), b = f32x4.sub(v128.load(p, 16), shift);
      sum0 = f32x4.add(sum0, a);
      sum1 = f32x4.add(sum1, b);
      square0 = madd(a, a, square0);
      square1 = madd(b, b, square1);
    }
    // Numbers of the padding are 0, their distances -near.
    const offset = (horizontalSum(f32x4.add(sum0, sum1)) + padding * near) * inverse;
    const squares = horizontalSum(f32x4.add(square0, square1)) - padding * near * near;
    const variance = max<f32>(squares * inverse - offset * offset, 0);
    const means = f32x4.splat(near + offset), scales = f32x4.splat(1 / sqrt<f32>(variance + eps));
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
