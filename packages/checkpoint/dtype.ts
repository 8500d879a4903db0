/**
 * Element types of safetensors, by the format's names.
 *
 * `F32`, `F16`, `BF16` and `I8` can be read as float32; the others as their own values.
 */
export type DType =
  | "BOOL"
  | "U8"
  | "I8"
  | "F8_E5M2"
  | "F8_E4M3"
  | "I16"
  | "U16"
  | "F16"
  | "BF16"
  | "I32"
  | "U32"
  | "F32"
  | "F64"
  | "I64"
  | "U64";

/**
 * The values of a tensor in the array that fits its type: `F16` and `BF16` are the 16 bits of each
 * value in a `Uint16Array`, `BOOL` and the 8-bit floats are bytes.
 */
export type TensorValues =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

interface ArrayType {
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): TensorValues;
}

/** In the order of the reference implementation, which sorts a file's tensors by it. */
const ARRAYS: ReadonlyMap<DType, ArrayType> = new Map<DType, ArrayType>([
  ["BOOL", Uint8Array],
  ["U8", Uint8Array],
  ["I8", Int8Array],
  ["F8_E5M2", Uint8Array],
  ["F8_E4M3", Uint8Array],
  ["I16", Int16Array],
  ["U16", Uint16Array],
  ["F16", Uint16Array],
  ["BF16", Uint16Array],
  ["I32", Int32Array],
  ["U32", Uint32Array],
  ["F32", Float32Array],
  ["F64", Float64Array],
  ["I64", BigInt64Array],
  ["U64", BigUint64Array],
]);

const ORDER: DType[] = [...ARRAYS.keys()];

/**
 * Tells whether a word names an element type.
 *
 * @param name Word to look up, such as `"F32"`.
 * @returns True when this package can read the type.
 * @example
 * ```ts
 * import { isDType } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([isDType("BF16"), isDType("bfloat16")], [true, false]);
 * ```
 */
export function isDType(name: unknown): name is DType {
  return ARRAYS.has(name as DType);
}

/**
 * Tells how long one value is.
 *
 * @param dtype Element type.
 * @returns Bytes of one value.
 * @example
 * ```ts
 * import { dtypeBytes } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(dtypeBytes("BF16"), 2);
 * ```
 */
export function dtypeBytes(dtype: DType): number {
  return ARRAYS.get(dtype)!.BYTES_PER_ELEMENT;
}

/** Place of a type in the order in which files are laid out. */
export function dtypeRank(dtype: DType): number {
  return ORDER.indexOf(dtype);
}

/** Name of the array that holds values of a type. */
export function arrayName(dtype: DType): string {
  return ARRAYS.get(dtype)!.name;
}

/**
 * Looks at bytes as values of a type, without a copy when they are aligned. Little-endian, as every
 * platform here.
 */
export function valuesOf(dtype: DType, bytes: Uint8Array<ArrayBuffer>): TensorValues {
  const type = ARRAYS.get(dtype)!;
  const aligned = bytes.byteOffset % type.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new type(
    aligned.buffer,
    aligned.byteOffset,
    aligned.byteLength / type.BYTES_PER_ELEMENT,
  );
}
