/**
 * How far results may lie from the reference (tfjs's `cpu` backend), relative to the largest number of
 * the expected tensor and absolute below one. WASM differs by the order of sums and fused
 * multiply-adds; WebGPU also by the accuracy that its drivers give to exp, tanh and division.
 */
export const TOLERANCE: Readonly<Record<"wasm" | "webgpu", { value: number; gradient: number }>> = {
  wasm: { value: 2e-6, gradient: 1e-5 },
  webgpu: { value: 1e-4, gradient: 1e-3 },
};
