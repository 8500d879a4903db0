import { showValue } from "./show_value.ts";
import type { DType, TensorValues } from "./dtype.ts";
import { brainToFloat, halfToFloat } from "./half.ts";
import type { TensorInfo } from "./safetensors_header.ts";
import { dequantizeRows } from "./safetensors_int8.ts";

/** A tensor as it is stored. */
export interface TensorData {
  /** Element type. */
  readonly dtype: DType;
  /** Dimensions, the slowest first. */
  readonly shape: readonly number[];
  /** Values in row-major order; the bits of each value for `F16` and `BF16`. */
  readonly data: TensorValues;
  /** Of an `I8` matrix that has them: what the bytes of each row are multiplied by. */
  readonly scales?: Float32Array<ArrayBuffer>;
  /** Of an `I8` matrix that its file keeps column by column: the same bytes in that order, without copying them. */
  readonly columns?: Int8Array<ArrayBuffer>;
}

/** Weights in one file or several, of any format, open for reading one tensor at a time. */
export interface WeightsReader {
  /**
   * Names of all tensors, in the order of the file or files. `NAME.scale` of a safetensors file is no tensor of its own
   * where it holds the scales of the rows of the `I8` matrix `NAME`.
   */
  readonly names: readonly string[];
  /** The writer's notes: of the file, or of the index. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Tells what is stored under a name, without reading it.
   *
   * @param name Name of the tensor.
   * @returns Its type, shape and length; the length of an `I8` matrix is that with its scales.
   * @throws {RangeError} When there is no such tensor.
   */
  info(name: string): TensorInfo;
  /**
   * Reads one tensor as it is stored.
   *
   * @param name Name of the tensor.
   * @returns Its values in an array that the caller owns.
   * @throws {RangeError} When there is no such tensor.
   * @throws {SyntaxError} When a scale is negative or not finite.
   */
  read(name: string): Promise<TensorData>;
  /**
   * Reads one tensor as float32: `F32` as it is, `F16`, `BF16` and `I8` converted exactly; the bytes of an `I8` matrix
   * with scales times the scale of their row.
   *
   * @param name Name of the tensor.
   * @returns Its values in row-major order, in an array that the caller owns.
   * @throws {RangeError} When there is no such tensor.
   * @throws {TypeError} When the tensor has another type.
   * @throws {SyntaxError} When a scale is negative or not finite.
   */
  readFloat32(name: string): Promise<Float32Array<ArrayBuffer>>;
  /** Closes the files; closing twice is allowed. */
  close(): Promise<void>;
  /** Closes the files at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A tensor that a format has found in its file, and how to read it. */
export interface StoredTensor {
  readonly info: TensorInfo;
  read(): Promise<TensorData>;
}

/** What a reader is made of. */
export interface ReaderParts {
  /** Name of the file or of the index, for the errors. */
  readonly file: string;
  readonly metadata: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Makes a reader of what a format has found. */
export function readerOf(
  tensors: ReadonlyMap<string, StoredTensor>,
  { file, metadata, close }: ReaderParts,
): WeightsReader {
  function find(name: string): StoredTensor {
    const tensor = tensors.get(name);
    if (tensor !== undefined) return tensor;
    throw new RangeError(
      `Cannot read tensor ${showValue(name)}: ${file} has no tensor of that name`,
    );
  }
  return {
    names: [...tensors.keys()],
    metadata,
    info: (name) => find(name).info,
    read: async (name) => await find(name).read(),
    readFloat32: async (name) => {
      const { dtype, data, scales } = await find(name).read();
      if (dtype === "F32") return data as Float32Array<ArrayBuffer>;
      if (dtype === "F16") return halfToFloat(data as Uint16Array);
      if (dtype === "BF16") return brainToFloat(data as Uint16Array);
      if (scales !== undefined) return dequantizeRows(data as Int8Array, scales);
      if (dtype === "I8") return new Float32Array(data as Int8Array);
      throw new TypeError(
        `Cannot read tensor ${showValue(name)} of ${file} as float32: it is ${dtype}`,
      );
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
