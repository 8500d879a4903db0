import type { DType } from "../dtype.ts";

/** What the header of a `.npy` file says. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** True when the first dimension varies fastest, as in Fortran. */
  readonly isColumnMajor: boolean;
  /** Where the values begin. */
  readonly dataStart: number;
}

/** numpy's letters for types, with the bytes of a value; `<` for little-endian, `|` where there is no order. */
const TYPES: Readonly<Record<string, DType>> = {
  b1: "BOOL",
  i1: "I8",
  i2: "I16",
  i4: "I32",
  i8: "I64",
  u1: "U8",
  u2: "U16",
  u4: "U32",
  u8: "U64",
  f2: "F16",
  f4: "F32",
  f8: "F64",
};

/** numpy allows 64 dimensions. */
const MAX_DIMENSIONS = 64;

/** Enough for 64 dimensions, and little for what an archive has hundreds of. */
export const MAX_NPY_HEADER_BYTES = 4096;

/**
 * Reads the header of numpy's format, versions 1 to 3: `\x93NUMPY`, version, length, and a dict of Python as text.
 *
 * @param bytes The beginning of the file: all of it, or `MAX_NPY_HEADER_BYTES`.
 * @returns The header.
 * @throws {SyntaxError} When there is none, or the values are of a type that is not read. The message is to follow
 * "Cannot read FILE: it".
 */
export function parseNpyHeader(bytes: Uint8Array): NpyHeader {
  const fail = (what: string) => new SyntaxError(what);
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw fail("does not begin like a .npy file");
  }
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw fail(`has version ${version} of .npy, and 1 to 3 are read`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textStart = version === 1 ? 10 : 12;
  const dataStart = textStart + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (dataStart > bytes.length) {
    throw fail(`has a header of ${dataStart} bytes, and ${bytes.length} are there to be read`);
  }
  const text = new TextDecoder("latin1").decode(bytes.subarray(textStart, dataStart));
  const field = (pattern: string) => {
    const found = [...text.matchAll(new RegExp(pattern, "g"))];
    return found.length === 1 ? found[0]![1] : undefined;
  };
  const type = field(`'descr'\\s*:\\s*'([^']*)'`);
  const order = field(`'fortran_order'\\s*:\\s*(True|False)`);
  const sizes = field(`'shape'\\s*:\\s*\\(([0-9L, ]*)\\)`);
  if (type === undefined || order === undefined || sizes === undefined) {
    throw fail("has a header without descr, fortran_order or shape");
  }
  const [, byteOrder, letters] = /^([<>|=]?)(.*)$/s.exec(type)!;
  if (letters === "O") throw fail("holds Python objects, which are refused");
  const dtype = Object.hasOwn(TYPES, letters!) ? TYPES[letters!] : undefined;
  if (dtype === undefined || (byteOrder !== "<" && !letters!.endsWith("1"))) {
    throw fail(`has values of type ${JSON.stringify(type.slice(0, 80))}, which is not read`);
  }
  const shape = sizes.split(",").map((size) => size.trim()).filter((size) => size !== "")
    .map((size) => /^\d+L?$/.test(size) ? Number.parseInt(size) : NaN);
  if (shape.length > MAX_DIMENSIONS || !shape.every(Number.isSafeInteger)) {
    throw fail(`has the shape (${sizes.slice(0, 80)}), which is not of natural numbers`);
  }
  return { dtype, shape, isColumnMajor: order === "True", dataStart };
}
