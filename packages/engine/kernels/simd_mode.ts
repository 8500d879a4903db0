/**
 * How int8 products are computed: by the dot product of relaxed SIMD with activations in the range that
 * the hardware takes exactly (unsigned 8 bits, signed 8 bits, or 7 bits), or by plain SIMD.
 */
export type SimdMode = "relaxed-u8" | "relaxed-s8" | "relaxed-i7" | "plain";

/** Which integers activations are quantised to: `round(x * max / largest) + zero`. */
export interface ActivationRange {
  /** Greatest distance from `zero`. */
  readonly max: number;
  /** What 0 becomes. */
  readonly zero: number;
}

/** The range of each mode. */
export const ACTIVATION_RANGES: Readonly<Record<SimdMode, ActivationRange>> = {
  "relaxed-u8": { max: 127, zero: 128 },
  "relaxed-s8": { max: 127, zero: 0 },
  "relaxed-i7": { max: 63, zero: 64 },
  "plain": { max: 127, zero: 0 },
};

/**
 * A module of one function: lane 0 of `i32x4.relaxed_dot_i8x16_i7x16_add_s(splat(a), splat(b), 0)`.
 * The second operand is defined for 7 bits only; what happens with 8 depends on the hardware.
 */
const PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version
  ...[0x01, 0x07, 0x01, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f], // (i32, i32) -> i32
  ...[0x03, 0x02, 0x01, 0x00], // one function of that type
  ...[0x07, 0x07, 0x01, 0x03, 0x64, 0x6f, 0x74, 0x00, 0x00], // export "dot"
  ...[0x0a, 0x16, 0x01, 0x14, 0x00, 0x20, 0x00, 0xfd, 0x0f, 0x20, 0x01, 0xfd, 0x0f],
  ...[0x41, 0x00, 0xfd, 0x11, 0xfd, 0x93, 0x02, 0xfd, 0x1b, 0x00, 0x0b],
);

/**
 * Finds the best mode of this runtime and its hardware.
 *
 * @returns The mode; `plain` where there is no relaxed SIMD.
 */
export function probeSimdMode(): SimdMode {
  if (!WebAssembly.validate(PROBE)) return "plain";
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(PROBE));
  const dot = exports.dot as (weight: number, activation: number) => number;
  const isExact = (activation: number, value: number) =>
    [127, -127, 1].every((weight) => dot(weight, activation) === 4 * weight * value);
  if (isExact(255, 255) && isExact(1, 1)) return "relaxed-u8";
  if (isExact(129, -127) && isExact(127, 127)) return "relaxed-s8";
  return "relaxed-i7";
}
