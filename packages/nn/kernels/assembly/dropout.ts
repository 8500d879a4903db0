import { flipped, keepFactors, seedKey } from "./random";

/** out[i] = x[i] * (word(seed, first + i) >= threshold ? scale : 0); `out` may be `x`. */
export function dropout(
  x: usize, out: usize, size: usize, first: u32, seed: u32, threshold: u32, scale: f32,
): void {
  const s = i32x4.splat(seed), key = i32x4.splat(seedKey(seed));
  const t = flipped(threshold), factor = f32x4.splat(scale);
  let i: usize = 0;
  for (; i + 4 <= size; i += 4) {
    const keep = keepFactors(s, key, first + <u32> i, t, factor);
    v128.store(out + (i << 2), f32x4.mul(v128.load(x + (i << 2)), keep));
  }
  for (; i < size; i++) {
    const keep = f32x4.extract_lane(keepFactors(s, key, first + <u32> i, t, factor), 0);
    store<f32>(out + (i << 2), load<f32>(x + (i << 2)) * keep);
  }
}
