import { type DType, dtypeBytes } from "./dtype.ts";
import { elementCount } from "./safetensors_header.ts";

/** How the values of a tensor lie in memory. */
export interface StridedView {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** How many values lie between neighbours, by dimension. */
  readonly strides: readonly number[];
}

/**
 * Puts the values of a view one after the other.
 *
 * @param tensor The view.
 * @param bytes What it spans, from its first value to its last.
 * @returns The bytes of its values in row-major order; those given, where they are that.
 */
export function rowMajor(
  { dtype, shape, strides }: StridedView,
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  if (isRowMajor(shape, strides)) return bytes;
  const width = dtypeBytes(dtype);
  const ordered = new Uint8Array(elementCount(shape) * width);
  const place = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < ordered.length; to += width) {
    for (let i = 0; i < width; i++) ordered[to + i] = bytes[from + i]!;
    // Counts up, the last dimension first.
    for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
      from += strides[dimension]! * width;
      if (++place[dimension]! < shape[dimension]!) break;
      from -= place[dimension]! * strides[dimension]! * width;
      place[dimension] = 0;
    }
  }
  return ordered;
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== stride) return shape.includes(0);
    stride *= shape[i]!;
  }
  return true;
}
