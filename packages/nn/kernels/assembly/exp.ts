// exp and log without tables (a table would be a data segment). Constants are read from memory, since
// V8 builds vector constants anew in every loop iteration; `setConstants` writes them once.
import { madd, nmadd } from "./simd";

let constants: usize = 0;

const LOWEST: usize = 0;
const HIGHEST: usize = 4;
const LOG2E: usize = 8;
const LN2_HIGH: usize = 12;
const LN2_LOW: usize = 16;
const P0: usize = 20;
const P1: usize = 24;
const P2: usize = 28;
const P3: usize = 32;
const P4: usize = 36;
const P5: usize = 40;
const ONE: usize = 44;
export const HALF: usize = 48;

/** Bytes of the table of constants. */
export function constantBytes(): usize {
  return 256;
}

/** Writes the constants to `p`, which must stay allocated as long as the module is used. */
export function setConstants(p: usize): void {
  constants = p;
  store<f32>(p, -87.33654, LOWEST);
  store<f32>(p, 89.0, HIGHEST);
  store<f32>(p, 1.44269504088896341, LOG2E);
  store<f32>(p, 0.693359375, LN2_HIGH);
  store<f32>(p, -2.12194440e-4, LN2_LOW);
  store<f32>(p, 1.9875691500e-4, P0);
  store<f32>(p, 1.3981999507e-3, P1);
  store<f32>(p, 8.3334519073e-3, P2);
  store<f32>(p, 4.1665795894e-2, P3);
  store<f32>(p, 1.6666665459e-1, P4);
  store<f32>(p, 5.0000001201e-1, P5);
  store<f32>(p, 1.0, ONE);
  store<f32>(p, 0.5, HALF);
}

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
  const n = f32x4.nearest(f32x4.mul(clamped, v128.load32_splat(constants, LOG2E)));
  const r = nmadd(
    n, v128.load32_splat(constants, LN2_LOW),
    nmadd(n, v128.load32_splat(constants, LN2_HIGH), clamped),
  );
  // 2^n in two factors, because 2^128 is not a number but exp(88.7) is.
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1), rest = i32x4.sub(whole, half);
  const bias = i32x4.splat(127);
  const y = f32x4.mul(
    f32x4.mul(reducedExp(r), i32x4.shl(i32x4.add(half, bias), 23)),
    i32x4.shl(i32x4.add(rest, bias), 23),
  );
  return v128.andnot(y, f32x4.lt(x, lowest));
}

/** exp of four numbers that are at most zero: shorter, for softmax and the activations. */
// @ts-ignore: decorator
@inline
export function expNegative4(x: v128): v128 {
  const lowest = v128.load32_splat(constants, LOWEST);
  const clamped = f32x4.pmax(x, lowest);
  const n = f32x4.nearest(f32x4.mul(clamped, v128.load32_splat(constants, LOG2E)));
  const r = nmadd(
    n, v128.load32_splat(constants, LN2_LOW),
    nmadd(n, v128.load32_splat(constants, LN2_HIGH), clamped),
  );
  // Adding n to the exponent bits multiplies by 2^n; the result is a normal number or the mask's 0.
  const y = i32x4.add(reducedExp(r), i32x4.shl(i32x4.trunc_sat_f32x4_s(n), 23));
  return v128.andnot(y, f32x4.lt(x, lowest));
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
