import { constants, TINY } from "./constants";

/** x, or 0 where it is tiny: averages of a weight without gradient would decay to denormal numbers. */
// @ts-ignore: decorator
@inline
function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), v128.load32_splat(constants, TINY))); // NaN stays
}

/**
 * One step of Adam with decoupled weight decay, in place:
 * m = beta1 m + (1 - beta1) s g; v = beta2 v + (1 - beta2) (s g)^2;
 * w -= rate (m / correction1 / (sqrt(v / correction2) + epsilon) + decay w).
 * `keep1` and `keep2` are 1 - beta, computed by the caller in double precision.
 */
export function adam(
  w: usize, g: usize, m: usize, v: usize, size: usize, scale: f32,
  beta1: f32, keep1: f32, beta2: f32, keep2: f32,
  rate: f32, correction1: f32, correction2: f32, epsilon: f32, decay: f32,
): void {
  const bytes = size << 2;
  const scales = f32x4.splat(scale), rates = f32x4.splat(rate), decays = f32x4.splat(decay);
  const betas1 = f32x4.splat(beta1), keeps1 = f32x4.splat(keep1);
  const betas2 = f32x4.splat(beta2), keeps2 = f32x4.splat(keep2);
  const first = f32x4.splat(1 / correction1), second = f32x4.splat(1 / correction2);
  const epsilons = f32x4.splat(epsilon);
  let j: usize = 0;
  for (; j + 16 <= bytes; j += 16) {
    const gradient = f32x4.mul(v128.load(g + j), scales);
    const m1 = flushed(
      f32x4.add(f32x4.mul(v128.load(m + j), betas1), f32x4.mul(gradient, keeps1)),
    );
    const v1 = flushed(f32x4.add(
      f32x4.mul(v128.load(v + j), betas2),
      f32x4.mul(f32x4.mul(gradient, gradient), keeps2),
    ));
    v128.store(m + j, m1);
    v128.store(v + j, v1);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v1, second)), epsilons);
    const weight = v128.load(w + j);
    const update = f32x4.add(f32x4.div(f32x4.mul(m1, first), root), f32x4.mul(weight, decays));
    v128.store(w + j, f32x4.sub(weight, f32x4.mul(update, rates)));
  }
  for (; j < bytes; j += 4) {
    const gradient = load<f32>(g + j) * scale;
    const m1 = load<f32>(m + j) * beta1 + gradient * keep1;
    const v1 = load<f32>(v + j) * beta2 + gradient * gradient * keep2;
    store<f32>(m + j, m1);
    store<f32>(v + j, v1);
    const root = sqrt<f32>(v1 * (1 / correction2)) + epsilon, weight = load<f32>(w + j);
    store<f32>(w + j, weight - (m1 * (1 / correction1) / root + weight * decay) * rate);
  }
}
