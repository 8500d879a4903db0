/** Magic and version of an `.npy` file: NumPy's format 1.0. */
const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0);

/** A table of vectors. */
export interface VectorTable {
  /** Vectors, one after the other `[rows * size]`. */
  readonly values: Float32Array;
  /** How many there are. */
  readonly rows: number;
  /** Numbers of each. */
  readonly size: number;
}

/**
 * Writes vectors as NumPy's `.npy`: float32, little-endian, `[rows, size]`.
 *
 * @param vectors At least one, all of one length.
 * @returns The bytes of the file.
 * @throws {TypeError} When their lengths differ.
 *
 * @example
 * ```ts
 * import { parseNpy, serializeNpy } from "@heed/bert";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = serializeNpy([Float32Array.of(1, 2), Float32Array.of(3, 4)]);
 * const { rows, size, values } = parseNpy(bytes);
 * assertEquals([rows, size, ...values], [2, 2, 1, 2, 3, 4]);
 * ```
 */
export function serializeNpy(vectors: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const size = vectors[0]?.length ?? 0;
  const wrong = vectors.findIndex(({ length }) => length !== size);
  if (wrong >= 0) {
    throw new TypeError(
      `Cannot write vectors as one table: vector ${wrong} has ${
        vectors[wrong].length
      } numbers, not ${size}`,
    );
  }
  const shape = `(${vectors.length}, ${size})`;
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  // Data begins at a multiple of 64.
  const header = fields.padEnd(Math.ceil((fields.length + 11) / 64) * 64 - 11) + "\n";
  const start = 10 + header.length;
  const bytes = new Uint8Array(start + vectors.length * size * 4);
  bytes.set(MAGIC);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  let at = start;
  for (const vector of vectors) {
    for (const value of vector) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}

/**
 * Reads a table of numbers out of NumPy's `.npy`.
 *
 * @param bytes The file.
 * @returns The table; float64 becomes float32.
 * @throws {SyntaxError} When it is no such file, or holds something else than a table of floats.
 *
 * @example
 * ```ts
 * import { parseNpy, serializeNpy } from "@heed/bert";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const { values, rows, size } = parseNpy(serializeNpy([Float32Array.of(1, 2), Float32Array.of(3, 4)]));
 * assertEquals([rows, size, ...values], [2, 2, 1, 2, 3, 4]);
 * assertThrows(() => parseNpy(new Uint8Array(12)), SyntaxError, "does not begin as one");
 * ```
 */
export function parseNpy(bytes: Uint8Array): VectorTable {
  const fail = (what: string) => new SyntaxError(`Cannot read vectors of .npy: ${what}`);
  if (bytes.length < 12 || !MAGIC.subarray(0, 6).every((byte, i) => bytes[i] === byte)) {
    throw fail("the file does not begin as one");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFirst = bytes[6] === 1;
  const length = isFirst ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = (isFirst ? 10 : 12) + length;
  const header = new TextDecoder().decode(bytes.subarray(isFirst ? 10 : 12, start));
  const kind = /'descr': *'<f([48])'/.exec(header)?.[1];
  const shape = /'shape': *\((\d+), *(\d+),?\)/.exec(header);
  if (!kind || !shape || !/'fortran_order': *False/.test(header)) {
    throw fail(`it is not a table of little-endian floats: ${header.trim().slice(0, 120)}`);
  }
  const rows = Number(shape[1]), size = Number(shape[2]), width = Number(kind);
  if (bytes.length !== start + rows * size * width) {
    throw fail(`it has ${bytes.length - start} bytes of numbers, not ${rows * size * width}`);
  }
  const values = Float32Array.from(
    { length: rows * size },
    (_, i) =>
      width === 4 ? view.getFloat32(start + 4 * i, true) : view.getFloat64(start + 8 * i, true),
  );
  return { values, rows, size };
}
