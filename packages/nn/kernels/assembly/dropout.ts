import { flipped, keepFactors, seedKey } from "./random";

/** out[i] = x[i] * (word(seed, first + i) >= threshold ? scale : 0); `out` may be `x`. */
export function dropout(
  x: usize, out: usize, size: usize, first: u32, seed: u32, threshold: u32, scale: f32,
): void {
  const s = i32x4.splat(seed), key = i32x4.splat(seedKey(seed));
  const t = flipped(threshold), factor = f32x4.splat(scale), four = i32x4.splat(4);
  let counters = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  const end = x + (size << 2), whole = x + (size >> 2 << 4);
  while (x < whole) {
    v128.store(out, f32x4.mul(v128.load(x), keepFactors(s, key, counters, t, factor)));
    counters = i32x4.add(counters, four);
    x += 16;
    out += 16;
  }
  let lane = keepFactors(s, key, counters, t, factor);
  while (x < end) {
    store<f32>(out, load<f32>(x) * f32x4.extract_lane(lane, 0));
    lane = v128.shuffle<f32>(lane, lane, 1, 2, 3, 0);
    x += 4;
    out += 4;
  }
}
