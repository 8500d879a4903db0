/** Each of the 65,536 half-precision values as float32; made at the first use, 256 KiB. */
let halves: Float32Array | undefined;

function halfTable(): Float32Array {
  const table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >>> 10) & 31;
    const mantissa = bits & 1023;
    table[bits] = exponent === 31
      ? (mantissa === 0 ? sign * Infinity : NaN)
      : exponent === 0
      ? sign * mantissa * 2 ** -24
      : sign * (1024 + mantissa) * 2 ** (exponent - 25);
  }
  return table;
}

/**
 * Turns half-precision values into float32, exactly.
 *
 * @param halfBits IEEE 754 binary16 bits, one value each.
 * @returns As many float32 values.
 * @example
 * ```ts
 * import { halfToFloat } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...halfToFloat(Uint16Array.of(0x3c00, 0xc000))], [1, -2]);
 * ```
 */
export function halfToFloat(halfBits: Uint16Array): Float32Array<ArrayBuffer> {
  const table = halves ??= halfTable();
  const floats = new Float32Array(halfBits.length);
  for (let i = 0; i < floats.length; i++) floats[i] = table[halfBits[i]!]!;
  return floats;
}

/**
 * Rounds float32 values to half precision, to nearest and ties to even; values past 65,504 become
 * infinite.
 *
 * @param floats Values to round.
 * @returns IEEE 754 binary16 bits, one value each.
 * @example
 * ```ts
 * import { floatToHalf } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const infinity = 0x7c00; // the largest number is 65504
 * assertEquals([...floatToHalf(Float32Array.of(1, -2, 65520))], [0x3c00, 0xc000, infinity]);
 * ```
 */
export function floatToHalf(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const source = bitsOf(floats);
  const target = new Uint16Array(source.length);
  for (let i = 0; i < source.length; i++) {
    const bits = source[i]!;
    const sign = (bits >>> 16) & 0x8000;
    const size = bits & 0x7fffffff;
    let half: number;
    if (size >= 0x38800000 && size < 0x47800000) {
      // Normal in both: drop 13 bits of the mantissa; a carry goes on into the exponent as it
      // should, up to infinity.
      half = (size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13;
    } else if (size > 0x7f800000) {
      half = 0x7e00 | ((size >>> 13) & 0x3ff);
    } else if (size >= 0x47800000) {
      half = 0x7c00;
    } else if (size <= 0x33000000) {
      half = 0; // 2^-25 is halfway to the smallest value and goes to even.
    } else {
      // Subnormal: the mantissa counts steps of 2^-24.
      const shift = 126 - (size >>> 23);
      const mantissa = (size & 0x7fffff) | 0x800000;
      const rest = mantissa & ((1 << shift) - 1);
      const middle = 1 << (shift - 1);
      half = mantissa >>> shift;
      if (rest > middle || (rest === middle && (half & 1) === 1)) half++;
    }
    target[i] = sign | half;
  }
  return target;
}

/**
 * Turns bfloat16 values into float32, exactly.
 *
 * @param brainBits The upper 16 bits of each float32 value.
 * @returns As many float32 values.
 * @example
 * ```ts
 * import { brainToFloat } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...brainToFloat(Uint16Array.of(0x3f80, 0xc000))], [1, -2]);
 * ```
 */
export function brainToFloat(brainBits: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(brainBits.length);
  for (let i = 0; i < bits.length; i++) bits[i] = brainBits[i]! << 16;
  return new Float32Array(bits.buffer);
}

/**
 * Rounds float32 values to bfloat16, to nearest and ties to even.
 *
 * @param floats Values to round.
 * @returns The upper 16 bits of each rounded value.
 * @example
 * ```ts
 * import { brainToFloat, floatToBrain } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...floatToBrain(Float32Array.of(1, -2))], [0x3f80, 0xc000]);
 * assertEquals([...brainToFloat(floatToBrain(Float32Array.of(1.001)))], [1]);
 * ```
 */
export function floatToBrain(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const source = bitsOf(floats);
  const target = new Uint16Array(source.length);
  for (let i = 0; i < source.length; i++) {
    const bits = source[i]!;
    target[i] = (bits & 0x7fffffff) > 0x7f800000
      ? (bits >>> 16) | 0x40 // rounding could carry a NaN into infinity
      : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  }
  return target;
}

function bitsOf(floats: Float32Array): Uint32Array {
  return new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
}
