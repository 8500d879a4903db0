// exp and log without tables: a table would be a data segment.
import {
  constant, EXP2, EXP3, EXP4, EXP5, LN2_HIGH, LN2_LOW, LOG2E, MAGIC, ONE, VANISHING,
} from "./constants";
import { madd, nmadd } from "./simd";

/**
 * exp of four numbers below 80, relative error below 3e-7; 0 below -70; NaN stays NaN. The other
 * parameters are the constants of these names: a loop reads them before it begins.
 */
// @ts-ignore: decorator
@inline
export function exp4(
  x: v128, vanishing: v128, log2e: v128, magic: v128, high: v128, low: v128, c2: v128, c3: v128,
  c4: v128, c5: v128, one: v128,
): v128 {
  const clamped = f32x4.pmax(x, vanishing);
  const shifted = madd(clamped, log2e, magic), n = f32x4.sub(shifted, magic);
  const r = nmadd(n, low, nmadd(n, high, clamped));
  let p = madd(c5, r, c4);
  p = madd(p, r, c3);
  p = madd(p, r, c2);
  p = madd(p, r, one);
  p = madd(p, r, one);
  // Adding n to the exponent bits multiplies by 2^n.
  return v128.andnot(i32x4.add(p, i32x4.shl(shifted, 23)), f32x4.lt(x, vanishing));
}

/** `out` = exp(x - shift) for the vectors from `x` to `end`; returns their sum. `out` may be `x`. */
export function exponentials(x: usize, end: usize, shift: v128, out: usize): v128 {
  const vanishing = constant(VANISHING), log2e = constant(LOG2E), magic = constant(MAGIC);
  const high = constant(LN2_HIGH), low = constant(LN2_LOW), c2 = constant(EXP2);
  const c3 = constant(EXP3), c4 = constant(EXP4), c5 = constant(EXP5), one = constant(ONE);
  let sum = f32x4.splat(0);
  for (; x < end; x += 16, out += 16) {
    const v = f32x4.sub(v128.load(x), shift);
    const e = exp4(v, vanishing, log2e, magic, high, low, c2, c3, c4, c5, one);
    v128.store(out, e);
    sum = f32x4.add(sum, e);
  }
  return sum;
}

/** x = exp(x) for `count` (a multiple of 4) numbers that are at most zero; for the accuracy test. */
export function expNegative(x: usize, count: i32): void {
  exponentials(x, x + (<usize> count << 2), f32x4.splat(0), x);
}

/** Natural logarithm of a positive normal number, by the series of artanh; error below 1e-11. */
export function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <i32> (bits >> 52) - 1023;
  let mantissa = reinterpret<f64>(bits & 0x000fffffffffffff | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  const s = (mantissa - 1) / (mantissa + 1), z = s * s;
  let p: f64 = 1.0 / 15;
  p = p * z + 1.0 / 13;
  p = p * z + 1.0 / 11;
  p = p * z + 1.0 / 9;
  p = p * z + 1.0 / 7;
  p = p * z + 1.0 / 5;
  p = p * z + 1.0 / 3;
  p = p * z + 1;
  return <f64> exponent * 0.6931471805599453 + 2 * s * p;
}
