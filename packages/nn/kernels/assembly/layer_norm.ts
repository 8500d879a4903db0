import { horizontalSum, madd, nmadd } from "./simd";

/**
 * y = (h - mean) / sqrt(variance + eps) * weight + bias over rows of `size`, h = x + residual
 * (`residual` 0: none). Writes mean and 1 / sqrt(variance + eps) of every row to `stats` [rows, 2].
 */
export function layerNorm(
  x: usize, residual: usize, weight: usize, bias: usize, y: usize, stats: usize,
  rows: usize, size: usize, eps: f32,
): void {
  const bytes = size << 2, whole = size >> 2 << 4, inverse: f32 = 1.0 / <f32> size;
  for (let row: usize = 0; row < rows; row++) {
    let sum = f32x4.splat(0), tail: f32 = 0;
    // h goes to y first, and is normalised there.
    let j: usize = 0;
    if (residual) {
      for (; j < whole; j += 16) {
        const h = f32x4.add(v128.load(x + j), v128.load(residual + j));
        v128.store(y + j, h);
        sum = f32x4.add(sum, h);
      }
      for (; j < bytes; j += 4) {
        const h = load<f32>(x + j) + load<f32>(residual + j);
        store<f32>(y + j, h);
        tail += h;
      }
      residual += bytes;
    } else {
      for (; j < whole; j += 16) {
        const h = v128.load(x + j);
        v128.store(y + j, h);
        sum = f32x4.add(sum, h);
      }
      for (; j < bytes; j += 4) {
        const h = load<f32>(x + j);
        store<f32>(y + j, h);
        tail += h;
      }
    }
    const mean = (horizontalSum(sum) + tail) * inverse, means = f32x4.splat(mean);
    let squares = f32x4.splat(0);
    tail = 0;
    for (j = 0; j < whole; j += 16) {
      const d = f32x4.sub(v128.load(y + j), means);
      squares = madd(d, d, squares);
    }
    for (; j < bytes; j += 4) {
      const d = load<f32>(y + j) - mean;
      tail += d * d;
    }
    const scale: f32 = 1 / sqrt<f32>((horizontalSum(squares) + tail) * inverse + eps);
    const scales = f32x4.splat(scale);
    for (j = 0; j < whole; j += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(y + j), means), scales);
      v128.store(y + j, madd(normal, v128.load(weight + j), v128.load(bias + j)));
    }
    for (; j < bytes; j += 4) {
      store<f32>(
        y + j,
        (load<f32>(y + j) - mean) * scale * load<f32>(weight + j) + load<f32>(bias + j),
      );
    }
    store<f32>(stats, mean);
    store<f32>(stats, scale, 4);
    stats += 8;
    x += bytes;
    y += bytes;
  }
}

/**
 * Gradients of layerNorm: dx (which is the residual's too), and the sums over rows dWeight, dBias.
 */
export function layerNormGradient(
  dy: usize, x: usize, residual: usize, weight: usize, stats: usize,
  dx: usize, dWeight: usize, dBias: usize, rows: usize, size: usize,
): void {
  const bytes = size << 2, whole = size >> 2 << 4, inverse: f32 = 1.0 / <f32> size;
  memory.fill(dWeight, 0, bytes);
  memory.fill(dBias, 0, bytes);
  for (let row: usize = 0; row < rows; row++) {
    const mean = load<f32>(stats), scale = load<f32>(stats, 4);
    const means = f32x4.splat(mean), scales = f32x4.splat(scale);
    let sum = f32x4.splat(0), products = f32x4.splat(0), tail: f32 = 0, tailProducts: f32 = 0;
    let j: usize = 0;
    for (; j < whole; j += 16) {
      let h = v128.load(x + j);
      if (residual) h = f32x4.add(h, v128.load(residual + j));
      const normal = f32x4.mul(f32x4.sub(h, means), scales);
      const d = v128.load(dy + j), t = f32x4.mul(d, v128.load(weight + j));
      sum = f32x4.add(sum, t);
      products = madd(t, normal, products);
      v128.store(dWeight + j, madd(d, normal, v128.load(dWeight + j)));
      v128.store(dBias + j, f32x4.add(d, v128.load(dBias + j)));
      v128.store(dx + j, normal);
    }
    for (; j < bytes; j += 4) {
      let h = load<f32>(x + j);
      if (residual) h += load<f32>(residual + j);
      const normal = (h - mean) * scale, d = load<f32>(dy + j), t = d * load<f32>(weight + j);
      tail += t;
      tailProducts += t * normal;
      store<f32>(dWeight + j, load<f32>(dWeight + j) + d * normal);
      store<f32>(dBias + j, load<f32>(dBias + j) + d);
      store<f32>(dx + j, normal);
    }
    const a = (horizontalSum(sum) + tail) * inverse;
    const b = (horizontalSum(products) + tailProducts) * inverse;
    const as4 = f32x4.splat(a), bs4 = f32x4.splat(b);
    for (j = 0; j < whole; j += 16) {
      const t = f32x4.mul(v128.load(dy + j), v128.load(weight + j));
      const centred = nmadd(v128.load(dx + j), bs4, f32x4.sub(t, as4));
      v128.store(dx + j, f32x4.mul(centred, scales));
    }
    for (; j < bytes; j += 4) {
      const t = load<f32>(dy + j) * load<f32>(weight + j);
      store<f32>(dx + j, (t - a - load<f32>(dx + j) * b) * scale);
    }
    stats += 8;
    x += bytes;
    if (residual) residual += bytes;
    dy += bytes;
    dx += bytes;
  }
}
