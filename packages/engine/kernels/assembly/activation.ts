// Activation functions; the numbers of the kinds are those of ../layout.ts.
import {
  ACTIVATION_GELU, ACTIVATION_GELU_TANH, ACTIVATION_RELU, ACTIVATION_SWISH, ACTIVATION_TANH,
} from "../layout";
import {
  constant, ERF0, ERF1, ERF2, ERF3, ERF4, ERF_SLOPE, EXP2, EXP3, EXP4, EXP5, GELU_CUBIC,
  GELU_LINEAR, LN2_HIGH, LN2_LOW, LOG2E, MAGIC, MINUS_HALF, MINUS_TWO, ONE, TANH0, TANH1, TANH2,
  TANH3, TANH4, TANH_NEAR, VANISHING,
} from "./constants";
import { exp4 } from "./exp";
import { madd } from "./simd";

/** -x held below 80: 1 / (1 + exp of it) is the sigmoid of x, and nothing overflows. */
// @ts-ignore: decorator
@inline
export function bounded(x: v128): v128 {
  return f32x4.pmin(f32x4.neg(x), f32x4.splat(80));
}

/** x = kind(x) for `count` (a multiple of 4) floats. */
export function activate(kind: i32, x: usize, count: i32): void {
  const end = x + (<usize> count << 2);
  if (kind == ACTIVATION_RELU) {
    for (; x < end; x += 16) v128.store(x, f32x4.pmax(v128.load(x), f32x4.splat(0)));
  } else if (kind == ACTIVATION_GELU) gelu(x, end);
  else if (kind == ACTIVATION_SWISH) swish(x, end);
  else if (kind == ACTIVATION_GELU_TANH) geluTanh(x, end);
  else if (kind == ACTIVATION_TANH) tanh(x, end);
}

/** x times the normal distribution function at x: erfc by Abramowitz & Stegun 7.1.26, error below 1e-7. */
function gelu(x: usize, end: usize): void {
  const vanishing = constant(VANISHING), log2e = constant(LOG2E), magic = constant(MAGIC);
  const high = constant(LN2_HIGH), low = constant(LN2_LOW), c2 = constant(EXP2);
  const c3 = constant(EXP3), c4 = constant(EXP4), c5 = constant(EXP5), one = constant(ONE);
  const slope = constant(ERF_SLOPE), p0 = constant(ERF0), p1 = constant(ERF1), p2 = constant(ERF2);
  const p3 = constant(ERF3), p4 = constant(ERF4), half = constant(MINUS_HALF);
  for (; x < end; x += 16) {
    const v = v128.load(x), square = f32x4.mul(f32x4.mul(v, v), half);
    const e = exp4(square, vanishing, log2e, magic, high, low, c2, c3, c4, c5, one);
    const t = f32x4.div(one, madd(f32x4.abs(v), slope, one));
    let p = madd(p0, t, p1);
    p = madd(p, t, p2);
    p = madd(p, t, p3);
    p = madd(p, t, p4);
    const tail = f32x4.mul(f32x4.mul(p, t), e), negative = f32x4.lt(v, f32x4.splat(0));
    v128.store(x, f32x4.mul(v, v128.bitselect(tail, f32x4.sub(one, tail), negative)));
  }
}

function swish(x: usize, end: usize): void {
  const vanishing = constant(VANISHING), log2e = constant(LOG2E), magic = constant(MAGIC);
  const high = constant(LN2_HIGH), low = constant(LN2_LOW), c2 = constant(EXP2);
  const c3 = constant(EXP3), c4 = constant(EXP4), c5 = constant(EXP5), one = constant(ONE);
  for (; x < end; x += 16) {
    const v = v128.load(x);
    const e = exp4(bounded(v), vanishing, log2e, magic, high, low, c2, c3, c4, c5, one);
    v128.store(x, f32x4.div(v, f32x4.add(e, one)));
  }
}

/** 0.5 (1 + tanh(u)) is sigmoid(2 u). */
function geluTanh(x: usize, end: usize): void {
  const vanishing = constant(VANISHING), log2e = constant(LOG2E), magic = constant(MAGIC);
  const high = constant(LN2_HIGH), low = constant(LN2_LOW), c2 = constant(EXP2);
  const c3 = constant(EXP3), c4 = constant(EXP4), c5 = constant(EXP5), one = constant(ONE);
  const cubic = constant(GELU_CUBIC), linear = constant(GELU_LINEAR);
  for (; x < end; x += 16) {
    const v = v128.load(x), u = f32x4.mul(v, madd(f32x4.mul(v, v), cubic, linear));
    const e = exp4(bounded(u), vanishing, log2e, magic, high, low, c2, c3, c4, c5, one);
    v128.store(x, f32x4.div(v, f32x4.add(e, one)));
  }
}

/** A polynomial (Cephes) near zero, where the quotient would lose digits. */
function tanh(x: usize, end: usize): void {
  const vanishing = constant(VANISHING), log2e = constant(LOG2E), magic = constant(MAGIC);
  const high = constant(LN2_HIGH), low = constant(LN2_LOW), c2 = constant(EXP2);
  const c3 = constant(EXP3), c4 = constant(EXP4), c5 = constant(EXP5), one = constant(ONE);
  for (; x < end; x += 16) {
    const v = v128.load(x), magnitude = f32x4.abs(v), doubled = f32x4.mul(magnitude, constant(MINUS_TWO));
    const e = exp4(doubled, vanishing, log2e, magic, high, low, c2, c3, c4, c5, one);
    const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
    const signed = v128.bitselect(f32x4.neg(far), far, f32x4.lt(v, f32x4.splat(0)));
    const z = f32x4.mul(v, v);
    let p = madd(constant(TANH0), z, constant(TANH1));
    p = madd(p, z, constant(TANH2));
    p = madd(p, z, constant(TANH3));
    p = madd(p, z, constant(TANH4));
    const near = madd(f32x4.mul(p, z), v, v);
    v128.store(x, v128.bitselect(near, signed, f32x4.lt(magnitude, constant(TANH_NEAR))));
  }
}
