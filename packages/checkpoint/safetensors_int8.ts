import { showText, showValue } from "./show_value.ts";
import type { SafetensorsHeader, TensorEntry } from "./safetensors_header.ts";

/** What a tensor's scales are called: the name of the tensor and this. */
export const SCALE_SUFFIX = ".scale";

/** The note in the header that says that every `I8` tensor has scales, and nothing else is named like them. */
export const INT8_NOTE: readonly [string, string] = ["quantization", "int8-per-row"];

/** A matrix as bytes: each value is its byte times the scale of its row. */
export interface QuantizedRows {
  /** From -127 to 127, in row-major order. */
  readonly values: Int8Array<ArrayBuffer>;
  /** One for each row; 0 for a row of zeros. */
  readonly scales: Float32Array<ArrayBuffer>;
}

/**
 * Rounds a matrix to bytes, each row with a scale of its own: its largest magnitude / 127.
 *
 * Values go to the nearest step, ties to even, so that none is off by more than half a scale (and the rounding of
 * float32). The engine of `@heed/engine` packs float32 weights by the same arithmetic: packing what this gives finds the
 * same bytes again.
 *
 * @param matrix Finite values in row-major order.
 * @param rows How many rows it has.
 * @returns Bytes and scales.
 * @throws {RangeError} When a value is not finite.
 * @example
 * ```ts
 * import { dequantizeRows, quantizeRows } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const { values, scales } = quantizeRows(new Float32Array([0.5, -1, 0, 0]), 2);
 * assertEquals([...values], [64, -127, 0, 0]);
 * assertEquals([...scales], [Math.fround(1 / 127), 0]);
 * assertEquals(dequantizeRows(values, scales)[1], -1);
 * ```
 */
export function quantizeRows(matrix: Float32Array, rows: number): QuantizedRows {
  const columns = rows === 0 ? 0 : matrix.length / rows;
  const values = new Int8Array(matrix.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const begin = row * columns, end = begin + columns;
    let most = 0;
    for (let i = begin; i < end; i++) {
      const size = Math.abs(matrix[i]!);
      // Also catches NaN, for which every comparison is false.
      if (!(size < Infinity)) {
        throw new RangeError(
          `Cannot round a matrix to bytes: it holds ${matrix[i]} at element ${i}`,
        );
      }
      if (size > most) most = size;
    }
    if (most <= 1e-30) continue; // As the engine: below it the reciprocal overflows.
    scales[row] = most / 127;
    const factor = Math.fround(127 / most);
    for (let i = begin; i < end; i++) values[i] = nearest(Math.fround(matrix[i]! * factor));
  }
  return { values, scales };
}

/**
 * Gives the float32 values of a matrix of bytes: each byte times the scale of its row, rounded once.
 *
 * @param values Bytes in row-major order.
 * @param scales One for each row.
 * @returns As many float32 values.
 *
 * @example
 * ```ts
 * import { dequantizeRows } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const floats = dequantizeRows(new Int8Array([127, -64, 3, 0]), new Float32Array([0.5, 2]));
 * assertEquals([...floats], [63.5, -32, 6, 0]);
 * ```
 */
export function dequantizeRows(
  values: Int8Array,
  scales: Float32Array,
): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(values.length);
  const columns = values.length / scales.length;
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row]!;
    for (let i = row * columns; i < (row + 1) * columns; i++) floats[i] = values[i]! * scale;
  }
  return floats;
}

/** Rounds to the nearest integer, ties to even. */
function nearest(value: number): number {
  const floor = Math.floor(value), rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/**
 * Finds the `I8` tensors that have scales, over all files of a checkpoint.
 *
 * @param headers Their headers, and the notes of the index if there is one.
 * @param file Name for the errors.
 * @returns The name of the scales by the name of the tensor.
 * @throws {SyntaxError} When the two do not fit, or one is missing where the notes promise it.
 */
export function pairScales(
  headers: readonly SafetensorsHeader[],
  { metadata, file }: { metadata: Readonly<Record<string, string>>; file: string },
): Map<string, string> {
  const entries = new Map<string, TensorEntry>();
  for (const { tensors } of headers) for (const [name, entry] of tensors) entries.set(name, entry);
  const [key, value] = INT8_NOTE;
  const isPromised = [metadata, ...headers.map((header) => header.metadata)]
    .some((notes) => notes[key] === value);
  const wrong = (name: string, what: string) =>
    new SyntaxError(`Cannot read tensor ${showValue(name)} of ${file}: ${what}`);

  const pairs = new Map<string, string>();
  for (const [name, { dtype, shape }] of entries) {
    if (dtype !== "I8") continue;
    const scaleName = name + SCALE_SUFFIX;
    const scale = entries.get(scaleName);
    if (scale === undefined) {
      // Without the note it may be a tensor of integers.
      if (!isPromised) continue;
      throw wrong(name, `it is I8, and its scales, ${showValue(scaleName)}, are missing`);
    }
    if (shape.length !== 2) {
      throw wrong(
        name,
        `it has scales for its rows, but its shape is [${showText(shape.join(", "))}]`,
      );
    }
    if (scale.dtype !== "F32" || scale.shape.length !== 1 || scale.shape[0] !== shape[0]) {
      throw wrong(
        scaleName,
        `it is ${scale.dtype} [${showText(scale.shape.join(", "))}] and must be F32 [${
          shape[0]
        }], ` +
          `one scale for each row of ${showValue(name)}`,
      );
    }
    pairs.set(name, scaleName);
  }
  if (isPromised) {
    for (const name of entries.keys()) {
      if (!name.endsWith(SCALE_SUFFIX)) continue;
      const owner = name.slice(0, -SCALE_SUFFIX.length);
      if (pairs.has(owner)) continue;
      const found = entries.get(owner);
      throw wrong(
        name,
        `it holds scales, but ${showValue(owner)} is ${found ? found.dtype : "missing"}, not I8`,
      );
    }
  }
  return pairs;
}

/** Checks scales as they are read. */
export function assertScales(scales: Float32Array, name: string, file: string): void {
  const row = scales.findIndex((scale) => !(scale >= 0 && scale < Infinity));
  if (row < 0) return;
  throw new SyntaxError(
    `Cannot read tensor ${showValue(name)} of ${file}: the scale of row ${row} is ${
      scales[row]
    } and must be a finite number from 0 on`,
  );
}
