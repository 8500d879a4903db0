// exp and log without tables: a table would be a data segment.
import {
  constants, HIGHEST, LN2_HIGH, LN2_LOW, LOG2E, LOWEST, MAGIC, ONE, P0, P1, P2, P3, P4, P5,
  VANISHING,
} from "./constants";
import { madd, nmadd } from "./simd";

/** exp(r) for |r| <= ln(2) / 2: the polynomial of Cephes, degree 7, relative error below 1e-7. */
// @ts-ignore: decorator
@inline
function reducedExp(r: v128): v128 {
  let p = madd(v128.load32_splat(constants, P0), r, v128.load32_splat(constants, P1));
  p = madd(p, r, v128.load32_splat(constants, P2));
  p = madd(p, r, v128.load32_splat(constants, P3));
  p = madd(p, r, v128.load32_splat(constants, P4));
  p = madd(p, r, v128.load32_splat(constants, P5));
  return f32x4.add(madd(f32x4.mul(p, r), r, r), v128.load32_splat(constants, ONE));
}

/**
 * exp of four numbers. Results below the least normal number are 0, above the greatest infinite; NaN
 * stays NaN.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const lowest = v128.load32_splat(constants, LOWEST);
  const clamped = f32x4.pmin(f32x4.pmax(x, lowest), v128.load32_splat(constants, HIGHEST));
  const magic = v128.load32_splat(constants, MAGIC);
  const shifted = madd(clamped, v128.load32_splat(constants, LOG2E), magic);
  const r = remainder(clamped, f32x4.sub(shifted, magic));
  // 2^n in two factors, because 2^128 is not a number but exp(88.7) is.
  const n = i32x4.sub(shifted, magic);
  const half = i32x4.shr_s(n, 1), rest = i32x4.sub(n, half);
  const y = f32x4.mul(
    i32x4.add(reducedExp(r), i32x4.shl(half, 23)),
    i32x4.add(v128.load32_splat(constants, ONE), i32x4.shl(rest, 23)),
  );
  return v128.andnot(y, f32x4.lt(x, lowest));
}

/** exp of four numbers that are at most zero, 0 below -70: shorter, for softmax and activations. */
// @ts-ignore: decorator
@inline
export function expNegative4(x: v128): v128 {
  const lowest = v128.load32_splat(constants, VANISHING);
  const clamped = f32x4.pmax(x, lowest);
  const magic = v128.load32_splat(constants, MAGIC);
  const shifted = madd(clamped, v128.load32_splat(constants, LOG2E), magic);
  const r = remainder(clamped, f32x4.sub(shifted, magic));
  // Adding n to the exponent bits multiplies by 2^n.
  const y = i32x4.add(reducedExp(r), i32x4.shl(shifted, 23));
  return v128.andnot(y, f32x4.lt(x, lowest));
}

/** x - n ln(2), with ln(2) in two parts so that the product with the first is exact. */
// @ts-ignore: decorator
@inline
function remainder(x: v128, n: v128): v128 {
  return nmadd(
    n, v128.load32_splat(constants, LN2_LOW),
    nmadd(n, v128.load32_splat(constants, LN2_HIGH), x),
  );
}

/** exp of every element; exported for the accuracy test and tfjs's Exp. */
export function exp(x: usize, out: usize, size: usize): void {
  const end = x + (size << 2), whole = x + (size >> 2 << 4);
  while (x < whole) {
    v128.store(out, exp4(v128.load(x)));
    x += 16;
    out += 16;
  }
  while (x < end) {
    store<f32>(out, f32x4.extract_lane(exp4(v128.load32_splat(x)), 0));
    x += 4;
    out += 4;
  }
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
