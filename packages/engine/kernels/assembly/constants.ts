// Numbers of the vector loops. V8 would build a vector constant anew in every iteration; what a loop reads
// from memory before it begins stays in registers. `setConstants` writes them once.

/** Where they stand. */
let constants: usize = 0;

/** exp of less is taken for 0: products with it would be denormal numbers, which are slow. */
export const VANISHING: usize = 0;
export const LOG2E: usize = 4;
/** 1.5 * 2^23: adding it rounds to a whole number, which then stands in the low bits. */
export const MAGIC: usize = 8;
/** ln(2) in two parts: the product of the first with a small whole number is exact. */
export const LN2_HIGH: usize = 12;
export const LN2_LOW: usize = 16;
/** exp(r) = 1 + r + r^2 (EXP2 + EXP3 r + EXP4 r^2 + EXP5 r^3) for |r| <= ln(2) / 2, minimax: error 1.1e-7. */
export const EXP2: usize = 20;
export const EXP3: usize = 24;
export const EXP4: usize = 28;
export const EXP5: usize = 32;
export const ONE: usize = 36;
/** tanh near zero (Cephes tanhf). */
export const TANH0: usize = 40;
export const TANH1: usize = 44;
export const TANH2: usize = 48;
export const TANH3: usize = 52;
export const TANH4: usize = 56;
export const TANH_NEAR: usize = 60;
/** erfc by Abramowitz & Stegun 7.1.26, halved, of x / sqrt(2). */
export const ERF_SLOPE: usize = 64;
export const ERF0: usize = 68;
export const ERF1: usize = 72;
export const ERF2: usize = 76;
export const ERF3: usize = 80;
export const ERF4: usize = 84;
export const MINUS_HALF: usize = 88;
export const MINUS_TWO: usize = 92;
/** 2 sqrt(2 / pi) and its product with 0.044715: gelu_tanh(x) = x * sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)). */
export const GELU_LINEAR: usize = 96;
export const GELU_CUBIC: usize = 100;

/** Bytes of the table. */
export function constantBytes(): usize {
  return 128;
}

/** Four times the number at `offset`. */
// @ts-ignore: decorator
@inline
export function constant(offset: usize): v128 {
  return v128.load32_splat(constants + offset);
}

/** Writes the table to `p`, which must stay allocated as long as the instance is used. */
export function setConstants(p: usize): void {
  constants = p;
  store<f32>(p, -70.0, VANISHING);
  store<f32>(p, 1.44269504088896341, LOG2E);
  store<f32>(p, 12582912.0, MAGIC);
  store<f32>(p, 0.693359375, LN2_HIGH);
  store<f32>(p, -2.12194440e-4, LN2_LOW);
  store<f32>(p, 0.4999922811985016, EXP2);
  store<f32>(p, 0.16667117178440094, EXP3);
  store<f32>(p, 0.04189065098762512, EXP4);
  store<f32>(p, 0.008312467485666275, EXP5);
  store<f32>(p, 1.0, ONE);
  store<f32>(p, -5.70498872745e-3, TANH0);
  store<f32>(p, 2.06390887954e-2, TANH1);
  store<f32>(p, -5.37397155531e-2, TANH2);
  store<f32>(p, 1.33314422036e-1, TANH3);
  store<f32>(p, -3.33332819422e-1, TANH4);
  store<f32>(p, 0.625, TANH_NEAR);
  store<f32>(p, 0.3275911 * 0.7071067811865476, ERF_SLOPE);
  store<f32>(p, 0.5 * 1.061405429, ERF0);
  store<f32>(p, 0.5 * -1.453152027, ERF1);
  store<f32>(p, 0.5 * 1.421413741, ERF2);
  store<f32>(p, 0.5 * -0.284496736, ERF3);
  store<f32>(p, 0.5 * 0.254829592, ERF4);
  store<f32>(p, -0.5, MINUS_HALF);
  store<f32>(p, -2.0, MINUS_TWO);
  store<f32>(p, 2 * 0.7978845608028654, GELU_LINEAR);
  store<f32>(p, 2 * 0.7978845608028654 * 0.044715, GELU_CUBIC);
}
