// The counter-based generator of ../../random.ts, four counters at a time; the same words bit by bit.
import { constants, GOLDEN, HASH1, HASH2, SIGN } from "./constants";

/** The part of the second round that depends on the seed only. */
// @ts-ignore: decorator
@inline
export function seedKey(seed: u32): u32 {
  return seed * 0x85ebca6b;
}

/** Words for four counters. `key` is seedKey(seed), splat like the seed. */
// @ts-ignore: decorator
@inline
export function randomWords(seed: v128, key: v128, counters: v128): v128 {
  const m1 = v128.load32_splat(constants, HASH1), m2 = v128.load32_splat(constants, HASH2);
  let x = i32x4.add(i32x4.mul(counters, v128.load32_splat(constants, GOLDEN)), seed);
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), m1);
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), m2);
  x = i32x4.add(v128.xor(x, i32x4.shr_u(x, 15)), key);
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), m1);
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), m2);
  return v128.xor(x, i32x4.shr_u(x, 15));
}

/** Factors of dropout for the elements numbered in `counters`: `scale` where kept, else 0. */
// @ts-ignore: decorator
@inline
export function keepFactors(
  seed: v128, key: v128, counters: v128, threshold: v128, scale: v128,
): v128 {
  // There is no unsigned comparison of 32-bit lanes that is fast everywhere: flip the sign bits.
  const words = v128.xor(
    randomWords(seed, key, counters), v128.load32_splat(constants, SIGN),
  );
  return v128.and(i32x4.ge_s(words, threshold), scale);
}

/** The threshold as keepFactors wants it: word >= threshold keeps the element. */
// @ts-ignore: decorator
@inline
export function flipped(threshold: u32): v128 {
  return i32x4.splat(threshold ^ 0x80000000);
}
