// Products of signed bytes of weights and quantised bytes of activations.

/** s + the dot products of the groups of four bytes of the activations `x` and the weights `w`. */
// @ts-ignore: decorator
@inline
export function dot(x: v128, w: v128, s: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, x, s);
  // Exact for signed bytes, by way of 16 bits: pairs of products, then pairs of pairs.
  const low = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(x), i16x8.extend_low_i8x16_s(w));
  const high = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(x), i16x8.extend_high_i8x16_s(w));
  const even = v128.shuffle<i32>(low, high, 0, 2, 4, 6), odd = v128.shuffle<i32>(low, high, 1, 3, 5, 7);
  return i32x4.add(s, i32x4.add(even, odd));
}
