/**
 * Activation functions in WGSL. Slopes take the argument or the result, as the WASM kernels do. They let NaN pass, so that a broken training step is noticed; `max` and `clamp`
 * alone would hide it.
 */
export const ACTIVATIONS = `
fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn relu(x: f32) -> f32 { return select(x, 0.0, x < 0.0); }
fn reluSlope(y: f32) -> f32 { return select(0.0, 1.0, y > 0.0); }
fn tanhOf(x: f32) -> f32 { return select(tanh(clamp(x, -15.0, 15.0)), x, isNan(x)); }
fn tanhSlope(y: f32) -> f32 { return 1.0 - y * y; }
fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(x, -80.0, 80.0))); }
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn siluSlope(x: f32) -> f32 { let s = sigmoid(x); return s * (1.0 + x * (1.0 - s)); }
// Abramowitz & Stegun 7.1.26: the error is below 1.5e-7.
fn erfOf(x: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let s = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return sign(x) * (1.0 - s * exp(-x * x));
}
fn gelu(x: f32) -> f32 { return 0.5 * x * (1.0 + erfOf(x * 0.70710678)); }
fn geluSlope(x: f32) -> f32 {
  return 0.5 * (1.0 + erfOf(x * 0.70710678)) + x * 0.39894228 * exp(-0.5 * x * x);
}
fn gelu_tanh(x: f32) -> f32 { return x * sigmoid(x * (1.5957691 + 0.07135482 * x * x)); }
fn gelu_tanhSlope(x: f32) -> f32 {
  let s = sigmoid(x * (1.5957691 + 0.07135482 * x * x));
  return s * (1.0 + x * (1.5957691 + 0.21406446 * x * x) * (1.0 - s));
}
`;

/** The function of a kind; `tanh` alone is WGSL's, which some drivers get wrong for large numbers. */
export function activationName(kind: string): string {
  return kind === "tanh" ? "tanhOf" : kind;
}
