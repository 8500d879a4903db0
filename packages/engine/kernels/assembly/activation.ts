// Activation functions; the numbers of the kinds are those of ../layout.ts.
import {
  ACTIVATION_GELU, ACTIVATION_GELU_TANH, ACTIVATION_RELU, ACTIVATION_SWISH, ACTIVATION_TANH,
} from "../layout";
import {
  constant, ERF0, ERF1, ERF2, ERF3, ERF4, ERF_SLOPE, GELU_CUBIC, GELU_LINEAR, MINUS_HALF, MINUS_TWO,
  ONE, SIGN, TANH0, TANH1, TANH2, TANH3, TANH4, TANH_NEAR,
} from "./constants";
import { expNegative4 } from "./exp";
import { madd } from "./simd";

/** 1 / (1 + exp(-x)), from exp(-|x|) so that nothing overflows. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const one = constant(ONE);
  const e = expNegative4(f32x4.neg(f32x4.abs(x)));
  const negative = f32x4.lt(x, f32x4.splat(0));
  return f32x4.div(v128.bitselect(e, one, negative), f32x4.add(one, e));
}

/** tanh: a polynomial (Cephes) near zero, where the quotient would lose digits. */
// @ts-ignore: decorator
@inline
function tanh4(x: v128): v128 {
  const one = constant(ONE), magnitude = f32x4.abs(x);
  const e = expNegative4(f32x4.mul(magnitude, constant(MINUS_TWO)));
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  const signed = v128.or(far, v128.and(x, constant(SIGN)));
  const z = f32x4.mul(x, x);
  let p = madd(constant(TANH0), z, constant(TANH1));
  p = madd(p, z, constant(TANH2));
  p = madd(p, z, constant(TANH3));
  p = madd(p, z, constant(TANH4));
  const near = madd(f32x4.mul(p, z), x, x);
  return v128.bitselect(near, signed, f32x4.lt(magnitude, constant(TANH_NEAR)));
}

/** x times the normal distribution function at x: erfc by Abramowitz & Stegun 7.1.26, error below 1e-7. */
// @ts-ignore: decorator
@inline
function gelu4(x: v128): v128 {
  const one = constant(ONE);
  const e = expNegative4(f32x4.mul(f32x4.mul(x, x), constant(MINUS_HALF)));
  const t = f32x4.div(one, madd(f32x4.abs(x), constant(ERF_SLOPE), one));
  let p = madd(constant(ERF0), t, constant(ERF1));
  p = madd(p, t, constant(ERF2));
  p = madd(p, t, constant(ERF3));
  p = madd(p, t, constant(ERF4));
  const tail = f32x4.mul(f32x4.mul(p, t), e), negative = f32x4.lt(x, f32x4.splat(0));
  return f32x4.mul(x, v128.bitselect(tail, f32x4.sub(one, tail), negative));
}

// @ts-ignore: decorator
@inline
function geluTanh4(x: v128): v128 {
  const slope = madd(f32x4.mul(x, x), constant(GELU_CUBIC), constant(GELU_LINEAR));
  return f32x4.mul(x, sigmoid4(f32x4.mul(x, slope)));
}

/** x = kind(x) for `count` (a multiple of 4) floats. */
export function activate(kind: i32, x: usize, count: i32): void {
  const end = x + (<usize> count << 2);
  if (kind == ACTIVATION_RELU) {
    for (; x < end; x += 16) v128.store(x, f32x4.pmax(v128.load(x), f32x4.splat(0)));
  } else if (kind == ACTIVATION_GELU) {
    for (; x < end; x += 16) v128.store(x, gelu4(v128.load(x)));
  } else if (kind == ACTIVATION_SWISH) {
    for (; x < end; x += 16) {
      const v = v128.load(x);
      v128.store(x, f32x4.mul(v, sigmoid4(v)));
    }
  } else if (kind == ACTIVATION_GELU_TANH) {
    for (; x < end; x += 16) v128.store(x, geluTanh4(v128.load(x)));
  } else if (kind == ACTIVATION_TANH) {
    for (; x < end; x += 16) v128.store(x, tanh4(v128.load(x)));
  }
}
