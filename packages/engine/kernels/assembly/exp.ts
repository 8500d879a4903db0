// exp and log without tables: a table would be a data segment.
import {
  constant, EXP0, EXP1, EXP2, EXP3, EXP4, EXP5, LN2_HIGH, LN2_LOW, LOG2E, MAGIC, ONE, VANISHING,
} from "./constants";
import { madd, nmadd } from "./simd";

/**
 * exp of four numbers that are at most zero, relative error below 2e-7; 0 below -70; NaN stays NaN. By
 * the polynomial of Cephes (degree 7) on what is left after taking out powers of two.
 */
// @ts-ignore: decorator
@inline
export function expNegative4(x: v128): v128 {
  const lowest = constant(VANISHING), magic = constant(MAGIC);
  const clamped = f32x4.pmax(x, lowest);
  const shifted = madd(clamped, constant(LOG2E), magic);
  const n = f32x4.sub(shifted, magic);
  // ln(2) in two parts, so that the product with the first is exact.
  const r = nmadd(n, constant(LN2_LOW), nmadd(n, constant(LN2_HIGH), clamped));
  let p = madd(constant(EXP0), r, constant(EXP1));
  p = madd(p, r, constant(EXP2));
  p = madd(p, r, constant(EXP3));
  p = madd(p, r, constant(EXP4));
  p = madd(p, r, constant(EXP5));
  const near = f32x4.add(madd(f32x4.mul(p, r), r, r), constant(ONE));
  // Adding n to the exponent bits multiplies by 2^n.
  return v128.andnot(i32x4.add(near, i32x4.shl(shifted, 23)), f32x4.lt(x, lowest));
}

/** exp of `count` (a multiple of 4) numbers that are at most zero; for the accuracy test. */
export function expNegative(x: usize, count: i32): void {
  const end = x + (<usize> count << 2);
  for (; x < end; x += 16) v128.store(x, expNegative4(v128.load(x)));
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
