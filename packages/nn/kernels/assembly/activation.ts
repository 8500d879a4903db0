// Activation functions and their gradients; the numbers of the kinds are those of ../activation.ts.
import {
  constants, ERF0, ERF1, ERF2, ERF3, ERF4, ERF_SLOPE, GELU_CUBIC, GELU_CUBIC_SLOPE, GELU_LINEAR, MINUS_HALF, MINUS_TWO, NORMAL, ONE, SIGN,
  TANH0, TANH1, TANH2, TANH3, TANH4, TANH_NEAR,
} from "./constants";
import { expNegative4 } from "./exp";
import { madd } from "./simd";

const RELU: i32 = 0;
const GELU: i32 = 1;
const SILU: i32 = 2;
const TANH: i32 = 3;
const SIGMOID: i32 = 4;
const GELU_TANH: i32 = 5;

/** 1 / (1 + exp(-x)), from exp(-|x|) so that nothing overflows. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const one = v128.load32_splat(constants, ONE);
  const e = expNegative4(f32x4.neg(f32x4.abs(x)));
  const negative = f32x4.lt(x, f32x4.splat(0));
  return f32x4.div(v128.bitselect(e, one, negative), f32x4.add(one, e));
}

/** tanh: a polynomial (Cephes) near zero, where the quotient would lose digits. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const one = v128.load32_splat(constants, ONE), magnitude = f32x4.abs(x);
  const e = expNegative4(f32x4.mul(magnitude, v128.load32_splat(constants, MINUS_TWO)));
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  const signed = v128.or(far, v128.and(x, v128.load32_splat(constants, SIGN)));
  const z = f32x4.mul(x, x);
  let p = madd(v128.load32_splat(constants, TANH0), z, v128.load32_splat(constants, TANH1));
  p = madd(p, z, v128.load32_splat(constants, TANH2));
  p = madd(p, z, v128.load32_splat(constants, TANH3));
  p = madd(p, z, v128.load32_splat(constants, TANH4));
  const near = madd(f32x4.mul(p, z), x, x);
  return v128.bitselect(near, signed, f32x4.lt(magnitude, v128.load32_splat(constants, TANH_NEAR)));
}

/** Half of erfc(|x| / sqrt(2)) by Abramowitz & Stegun 7.1.26, given exp(-x^2 / 2); error below 1e-7. */
// @ts-ignore: decorator
@inline
function upperTail(magnitude: v128, e: v128): v128 {
  const one = v128.load32_splat(constants, ONE);
  const t = f32x4.div(one, madd(magnitude, v128.load32_splat(constants, ERF_SLOPE), one));
  let p = madd(v128.load32_splat(constants, ERF0), t, v128.load32_splat(constants, ERF1));
  p = madd(p, t, v128.load32_splat(constants, ERF2));
  p = madd(p, t, v128.load32_splat(constants, ERF3));
  p = madd(p, t, v128.load32_splat(constants, ERF4));
  return f32x4.mul(f32x4.mul(p, t), e);
}

/** The normal distribution function at x, given exp(-x^2 / 2). */
// @ts-ignore: decorator
@inline
function normalCdf(x: v128, e: v128): v128 {
  const tail = upperTail(f32x4.abs(x), e);
  return v128.bitselect(
    tail,
    f32x4.sub(v128.load32_splat(constants, ONE), tail),
    f32x4.lt(x, f32x4.splat(0)),
  );
}

// @ts-ignore: decorator
@inline
function gelu4(x: v128): v128 {
  const e = expNegative4(f32x4.mul(f32x4.mul(x, x), v128.load32_splat(constants, MINUS_HALF)));
  return f32x4.mul(x, normalCdf(x, e));
}

// @ts-ignore: decorator
@inline
function geluGradient4(x: v128): v128 {
  const e = expNegative4(f32x4.mul(f32x4.mul(x, x), v128.load32_splat(constants, MINUS_HALF)));
  return madd(f32x4.mul(x, v128.load32_splat(constants, NORMAL)), e, normalCdf(x, e));
}

/** sigmoid(u), u = 2 sqrt(2 / pi) (x + 0.044715 x^3): half of 1 + tanh(u / 2). */
// @ts-ignore: decorator
@inline
function geluTanhShare4(x: v128, square: v128): v128 {
  const cubic = v128.load32_splat(constants, GELU_CUBIC), linear = v128.load32_splat(constants, GELU_LINEAR);
  return sigmoid4(f32x4.mul(x, madd(square, cubic, linear)));
}

/** s + x s (1 - s) u'. */
// @ts-ignore: decorator
@inline
function geluTanhGradient4(x: v128): v128 {
  const square = f32x4.mul(x, x), s = geluTanhShare4(x, square);
  const cubic = v128.load32_splat(constants, GELU_CUBIC_SLOPE), linear = v128.load32_splat(constants, GELU_LINEAR);
  const slope = f32x4.mul(x, madd(square, cubic, linear)), one = v128.load32_splat(constants, ONE);
  return f32x4.mul(s, madd(slope, f32x4.sub(one, s), one));
}

// @ts-ignore: decorator
@inline
function siluGradient4(x: v128): v128 {
  const s = sigmoid4(x);
  return f32x4.mul(s, madd(x, f32x4.sub(v128.load32_splat(constants, ONE), s), v128.load32_splat(constants, ONE)));
}

// @ts-ignore: decorator
@inline
function apply4(kind: i32, x: v128): v128 {
  if (kind == RELU) return f32x4.pmax(x, f32x4.splat(0));
  if (kind == GELU) return gelu4(x);
  if (kind == SILU) return f32x4.mul(x, sigmoid4(x));
  if (kind == TANH) return tanh4(x);
  if (kind == GELU_TANH) return f32x4.mul(x, geluTanhShare4(x, f32x4.mul(x, x)));
  return sigmoid4(x);
}

/** The derivative at x (for RELU at the result or at x: the sign is the same; TANH at the result). */
// @ts-ignore: decorator
@inline
function derivative4(kind: i32, x: v128): v128 {
  if (kind == RELU) return v128.and(f32x4.gt(x, f32x4.splat(0)), v128.load32_splat(constants, ONE));
  if (kind == GELU) return geluGradient4(x);
  if (kind == SILU) return siluGradient4(x);
  if (kind == GELU_TANH) return geluTanhGradient4(x);
  return f32x4.sub(v128.load32_splat(constants, ONE), f32x4.mul(x, x));
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
  else if (kind == GELU_TANH) applyAll(GELU_TANH, x, out, size);
  else applyAll(SIGMOID, x, out, size);
}

/**
 * dx = dy * kind'(x); `dx` may be `dy`. RELU also takes the result for `x`; TANH takes only the result.
 */
export function activateGradient(kind: i32, dy: usize, x: usize, dx: usize, size: usize): void {
  if (kind == RELU) gradientAll(RELU, dy, x, dx, size);
  else if (kind == GELU) gradientAll(GELU, dy, x, dx, size);
  else if (kind == SILU) gradientAll(SILU, dy, x, dx, size);
  else if (kind == GELU_TANH) gradientAll(GELU_TANH, dy, x, dx, size);
  else gradientAll(TANH, dy, x, dx, size);
}
