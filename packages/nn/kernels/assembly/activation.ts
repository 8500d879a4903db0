// Activation functions and their gradients; the numbers of the kinds are those of ../activation.ts.
import { expNegative4 } from "./exp";
import { madd } from "./simd";

const RELU: i32 = 0;
const GELU: i32 = 1;
const SILU: i32 = 2;
const TANH: i32 = 3;
const SIGMOID: i32 = 4;

/** 1 / (1 + exp(-x)), from exp(-|x|) so that nothing overflows. */
// @ts-ignore: decorator
@inline
function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = expNegative4(f32x4.neg(f32x4.abs(x)));
  const negative = f32x4.lt(x, f32x4.splat(0));
  return f32x4.div(v128.bitselect(e, one, negative), f32x4.add(one, e));
}

/** tanh: a polynomial (Cephes) near zero, where the quotient would lose digits. */
// @ts-ignore: decorator
@inline
function tanh4(x: v128): v128 {
  const one = f32x4.splat(1), magnitude = f32x4.abs(x);
  const e = expNegative4(f32x4.mul(magnitude, f32x4.splat(-2)));
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  const signed = v128.or(far, v128.and(x, i32x4.splat(0x80000000)));
  const z = f32x4.mul(x, x);
  let p = madd(f32x4.splat(-5.70498872745e-3), z, f32x4.splat(2.06390887954e-2));
  p = madd(p, z, f32x4.splat(-5.37397155531e-2));
  p = madd(p, z, f32x4.splat(1.33314422036e-1));
  p = madd(p, z, f32x4.splat(-3.33332819422e-1));
  const near = madd(f32x4.mul(p, z), x, x);
  return v128.bitselect(near, signed, f32x4.lt(magnitude, f32x4.splat(0.625)));
}

/** Half of erfc(|x| / sqrt(2)) by Abramowitz & Stegun 7.1.26, given exp(-x^2 / 2); error below 1e-7. */
// @ts-ignore: decorator
@inline
function upperTail(magnitude: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.div(one, madd(magnitude, f32x4.splat(0.3275911 * 0.7071067811865476), one));
  let p = madd(f32x4.splat(0.5 * 1.061405429), t, f32x4.splat(0.5 * -1.453152027));
  p = madd(p, t, f32x4.splat(0.5 * 1.421413741));
  p = madd(p, t, f32x4.splat(0.5 * -0.284496736));
  p = madd(p, t, f32x4.splat(0.5 * 0.254829592));
  return f32x4.mul(f32x4.mul(p, t), e);
}

/** The normal distribution function at x, given exp(-x^2 / 2). */
// @ts-ignore: decorator
@inline
function normalCdf(x: v128, e: v128): v128 {
  const tail = upperTail(f32x4.abs(x), e);
  return v128.bitselect(
    tail,
    f32x4.sub(f32x4.splat(1), tail),
    f32x4.lt(x, f32x4.splat(0)),
  );
}

// @ts-ignore: decorator
@inline
function gelu4(x: v128): v128 {
  const e = expNegative4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
  return f32x4.mul(x, normalCdf(x, e));
}

// @ts-ignore: decorator
@inline
function geluGradient4(x: v128): v128 {
  const e = expNegative4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
  return madd(f32x4.mul(x, f32x4.splat(0.3989422804014327)), e, normalCdf(x, e));
}

// @ts-ignore: decorator
@inline
function siluGradient4(x: v128): v128 {
  const s = sigmoid4(x);
  return f32x4.mul(s, madd(x, f32x4.sub(f32x4.splat(1), s), f32x4.splat(1)));
}

// @ts-ignore: decorator
@inline
function apply4(kind: i32, x: v128): v128 {
  if (kind == RELU) return f32x4.pmax(x, f32x4.splat(0));
  if (kind == GELU) return gelu4(x);
  if (kind == SILU) return f32x4.mul(x, sigmoid4(x));
  if (kind == TANH) return tanh4(x);
  return sigmoid4(x);
}

/** The derivative at x (for RELU at the result or at x: the sign is the same; TANH at the result). */
// @ts-ignore: decorator
@inline
function derivative4(kind: i32, x: v128): v128 {
  if (kind == RELU) return v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1));
  if (kind == GELU) return geluGradient4(x);
  if (kind == SILU) return siluGradient4(x);
  return f32x4.sub(f32x4.splat(1), f32x4.mul(x, x));
}

// @ts-ignore: decorator
@inline
function applyAll(kind: i32, x: usize, out: usize, size: usize): void {
  const end = x + (size << 2), whole = x + (size >> 2 << 4);
  while (x < whole) {
    v128.store(out, apply4(kind, v128.load(x)));
    x += 16;
    out += 16;
  }
  while (x < end) {
    store<f32>(out, f32x4.extract_lane(apply4(kind, v128.load32_splat(x)), 0));
    x += 4;
    out += 4;
  }
}

// @ts-ignore: decorator
@inline
function gradientAll(kind: i32, dy: usize, x: usize, dx: usize, size: usize): void {
  const end = x + (size << 2), whole = x + (size >> 2 << 4);
  while (x < whole) {
    v128.store(dx, f32x4.mul(v128.load(dy), derivative4(kind, v128.load(x))));
    dy += 16;
    x += 16;
    dx += 16;
  }
  while (x < end) {
    const d = f32x4.mul(v128.load32_splat(dy), derivative4(kind, v128.load32_splat(x)));
    store<f32>(dx, f32x4.extract_lane(d, 0));
    dy += 4;
    x += 4;
    dx += 4;
  }
}

/** out = kind(x); `out` may be `x`. */
export function activate(kind: i32, x: usize, out: usize, size: usize): void {
  if (kind == RELU) applyAll(RELU, x, out, size);
  else if (kind == GELU) applyAll(GELU, x, out, size);
  else if (kind == SILU) applyAll(SILU, x, out, size);
  else if (kind == TANH) applyAll(TANH, x, out, size);
  else applyAll(SIGMOID, x, out, size);
}

/**
 * dx = dy * kind'(x); `dx` may be `dy`. RELU also takes the result for `x`; TANH takes only the result.
 */
export function activateGradient(kind: i32, dy: usize, x: usize, dx: usize, size: usize): void {
  if (kind == RELU) gradientAll(RELU, dy, x, dx, size);
  else if (kind == GELU) gradientAll(GELU, dy, x, dx, size);
  else if (kind == SILU) gradientAll(SILU, dy, x, dx, size);
  else gradientAll(TANH, dy, x, dx, size);
}
