// Numbers of the vector loops. They are read from memory, one load each, because V8 would build a vector
// constant anew in every iteration; `setConstants` writes them once.

/** Where they stand. */
export let constants: usize = 0;

/** The logarithm of the least normal number. */
export const LOWEST: usize = 0;
export const HIGHEST: usize = 4;
export const LOG2E: usize = 8;
export const LN2_HIGH: usize = 12;
export const LN2_LOW: usize = 16;
/** exp near zero (Cephes expf). */
export const P0: usize = 20;
export const P1: usize = 24;
export const P2: usize = 28;
export const P3: usize = 32;
export const P4: usize = 36;
export const P5: usize = 40;
export const ONE: usize = 44;
/** 1.5 * 2^23: adding it rounds to a whole number, which then stands in the low bits. */
export const MAGIC: usize = 48;
/** tanh near zero (Cephes tanhf). */
export const TANH0: usize = 52;
export const TANH1: usize = 56;
export const TANH2: usize = 60;
export const TANH3: usize = 64;
export const TANH4: usize = 68;
export const TANH_NEAR: usize = 72;
/** erfc by Abramowitz & Stegun 7.1.26, halved, of x / sqrt(2). */
export const ERF_SLOPE: usize = 76;
export const ERF0: usize = 80;
export const ERF1: usize = 84;
export const ERF2: usize = 88;
export const ERF3: usize = 92;
export const ERF4: usize = 96;
export const MINUS_HALF: usize = 100;
export const NORMAL: usize = 104;
export const MINUS_TWO: usize = 108;
/** The hash of random.ts. */
export const GOLDEN: usize = 112;
export const HASH1: usize = 116;
export const HASH2: usize = 120;
export const SIGN: usize = 124;
/** exp of less is taken for 0 in softmax: products with it would be denormal numbers, which are slow. */
export const VANISHING: usize = 128;
/** Moments of Adam below it are taken for 0, for the same reason. */
export const TINY: usize = 132;

/**
 * gelu_tanh(x) = x * sigmoid(GELU_LINEAR x + GELU_CUBIC x^3): 2 sqrt(2 / pi), its product with 0.044715, and three times
 * that.
 */
export const GELU_LINEAR: usize = 136;
export const GELU_CUBIC: usize = 140;
export const GELU_CUBIC_SLOPE: usize = 144;

/** Bytes of the table. */
export function constantBytes(): usize {
  return 148;
}

/** Writes the table to `p`, which must stay allocated as long as the module is used. */
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
  store<f32>(p, 12582912.0, MAGIC);
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
  store<f32>(p, 0.3989422804014327, NORMAL);
  store<f32>(p, -2.0, MINUS_TWO);
  store<f32>(p, -70.0, VANISHING);
  store<f32>(p, 1e-36, TINY);
  store<u32>(p, 0x9e3779b9, GOLDEN);
  store<u32>(p, 0x21f0aaad, HASH1);
  store<u32>(p, 0x735a2d97, HASH2);
  store<u32>(p, 0x80000000, SIGN);
  store<f32>(p, 1.5957691216057308, GELU_LINEAR);
  store<f32>(p, 1.5957691216057308 * 0.044715, GELU_CUBIC);
  store<f32>(p, 1.5957691216057308 * 0.134145, GELU_CUBIC_SLOPE);
}
