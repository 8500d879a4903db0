import { showPath } from "./_location.ts";
import { arrayName, type DType, dtypeBytes, dtypeRank, isDType } from "./dtype.ts";
import type { TensorValues } from "./dtype.ts";
import { files, type Path } from "./files.ts";
import { floatToBrain, floatToHalf } from "./half.ts";
import { elementCount } from "./safetensors_header.ts";
import { INT8_NOTE, type QuantizedRows, quantizeRows, SCALE_SUFFIX } from "./safetensors_int8.ts";

/** A tensor to write. */
export interface TensorToWrite {
  /** Name, unique in the file. */
  readonly name: string;
  /** Element type in the file. */
  readonly dtype: DType;
  /** Dimensions, the slowest first; empty for a single number. */
  readonly shape: readonly number[];
  /**
   * Values in row-major order, in the array of the type; `F16` and `BF16` also take a
   * `Float32Array`, which is rounded.
   *
   * A function is called when its turn comes, so that only one tensor needs to be in memory.
   */
  readonly data: TensorValues | (() => TensorValues | Promise<TensorValues>);
  /**
   * For an `I8` matrix whose data are a `Float32Array`: rounds them to bytes with a scale for each row
   * ({@linkcode quantizeRows}), which becomes the `F32` tensor `NAME.scale`. A file with such a matrix has the note
   * `quantization: int8-per-row`; every `I8` tensor in it must be made so, and no other name may end in `.scale`.
   *
   * The data are asked for early, as scales come first in the file, and the bytes kept until their turn.
   */
  readonly quantize?: "rows";
}

/** What Python's transformers wants to find before it loads a file. */
const PYTORCH: Readonly<Record<string, string>> = { format: "pt" };

/**
 * Writes a safetensors file in one step: readers see the old file or the new one.
 *
 * The bytes equal those of the reference implementation: tensors of longer types first and then by
 * name, the header padded to 8 bytes.
 *
 * @param path File to write; its folder must exist.
 * @param tensors Tensors in any order.
 * @param metadata Notes for the header; `{ format: "pt" }` by default, which Python's transformers
 * needs.
 * @throws {RangeError} When a name is given twice or kept for the format or for scales, a shape is not of
 * natural numbers, or a value to be rounded to a byte is not finite.
 * @throws {TypeError} When the values do not fit type or shape.
 * @example
 * ```ts
 * import { files, joinPath, openSafetensors, writeSafetensors } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * const path = joinPath(directory, "model.safetensors");
 * const bias = new Float32Array([0.5, 1, 2]);
 * await writeSafetensors(path, [{ name: "bias", dtype: "F16", shape: [3], data: bias }]);
 *
 * const reader = await openSafetensors(path);
 * assertEquals([...await reader.readFloat32("bias")], [0.5, 1, 2]);
 * await reader.close();
 * await files.remove(directory);
 * ```
 */
export async function writeSafetensors(
  path: Path,
  tensors: Iterable<TensorToWrite>,
  metadata: Readonly<Record<string, string>> = PYTORCH,
): Promise<void> {
  const file = showPath(path);
  const given = [...tensors];
  const isQuantized = given.some(({ quantize }) => quantize !== undefined);
  const sorted = (isQuantized ? given.flatMap(withScales) : given).sort((a, b) =>
    dtypeRank(b.dtype) - dtypeRank(a.dtype) || compareBytes(a.name, b.name)
  );
  const header: [string, unknown][] = [];
  const notes = isQuantized ? { ...metadata, [INT8_NOTE[0]]: INT8_NOTE[1] } : metadata;
  if (Object.keys(notes).length > 0) header.push(["__metadata__", notes]);
  const names = new Set<string>();
  let end = 0;
  for (const { name, dtype, shape } of sorted) {
    if (names.has(name) || name === "__metadata__") {
      throw new RangeError(
        `Cannot write tensor ${JSON.stringify(name)} to ${file}: the name is ${
          names.has(name) ? "given twice" : "kept for the header's notes"
        }`,
      );
    }
    names.add(name);
    if (!isDType(dtype)) {
      throw new TypeError(`Cannot write tensor ${JSON.stringify(name)}: no dtype ${dtype}`);
    }
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
      throw new RangeError(
        `Cannot write tensor ${JSON.stringify(name)} of shape [${shape.join(", ")}]: ` +
          "dimensions must be natural numbers",
      );
    }
    const begin = end;
    end += elementCount(shape) * dtypeBytes(dtype);
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  // Joined by hand: an object would put names that look like numbers first.
  const json = `{${
    header.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(",")
  }}`;
  await files.writeAtomic(path, contents(headerBytes(json), sorted));
}

/** The bytes and the scales of a matrix that is to be rounded, and any other tensor as it is. */
function withScales(tensor: TensorToWrite): TensorToWrite[] {
  const { name, dtype, shape, data, quantize } = tensor;
  const wrong = (what: string) => `Cannot write tensor ${JSON.stringify(name)}: ${what}`;
  if (name.endsWith(SCALE_SUFFIX)) {
    throw new RangeError(
      wrong(`names that end in ${SCALE_SUFFIX} are kept for the scales of I8 matrices`),
    );
  }
  if (quantize === undefined) {
    if (dtype !== "I8") return [tensor];
    throw new TypeError(
      wrong("other tensors of the file have scales, so this I8 tensor must, too"),
    );
  }
  if (dtype !== "I8" || shape.length !== 2) {
    throw new TypeError(
      wrong(`only an I8 matrix can be rounded by rows, not ${dtype} [${shape.join(", ")}]`),
    );
  }
  let rounded: QuantizedRows | undefined;
  const round = async (): Promise<QuantizedRows> => {
    const values = fitted({ ...tensor, dtype: "F32" }, await valuesNow(data));
    try {
      return quantizeRows(values as Float32Array, shape[0]!);
    } catch (error) {
      throw new RangeError(wrong((error as Error).message), { cause: error });
    }
  };
  return [
    {
      name: name + SCALE_SUFFIX,
      dtype: "F32",
      shape: [shape[0]!],
      data: async () => (rounded = await round()).scales,
    },
    {
      name,
      dtype,
      shape,
      // Written after the scales, as its type is shorter.
      data: () => {
        const { values } = rounded!;
        rounded = undefined;
        return values;
      },
    },
  ];
}

function valuesNow(data: TensorToWrite["data"]): TensorValues | Promise<TensorValues> {
  return typeof data === "function" ? data() : data;
}

function headerBytes(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil(text.byteLength / 8) * 8;
  const bytes = new Uint8Array(8 + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  return bytes;
}

async function* contents(
  header: Uint8Array,
  tensors: readonly TensorToWrite[],
): AsyncGenerator<Uint8Array> {
  yield header;
  for (const tensor of tensors) {
    const data = fitted(tensor, await valuesNow(tensor.data));
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}

function fitted({ name, dtype, shape }: TensorToWrite, given: TensorValues): TensorValues {
  if (given.length !== elementCount(shape)) {
    throw new TypeError(
      `Cannot write tensor ${JSON.stringify(name)} of shape [${shape.join(", ")}]: ` +
        `it needs ${elementCount(shape)} values and has ${given.length}`,
    );
  }
  if (given instanceof Float32Array && dtype === "F16") return floatToHalf(given);
  if (given instanceof Float32Array && dtype === "BF16") return floatToBrain(given);
  if (given.constructor.name === arrayName(dtype)) return given;
  throw new TypeError(
    `Cannot write tensor ${JSON.stringify(name)} as ${dtype}: it needs a ${arrayName(dtype)}${
      dtype === "F16" || dtype === "BF16" ? " of bits or a Float32Array" : ""
    } and has a ${given.constructor.name}`,
  );
}

/** Orders names by their UTF-8 bytes, as the reference does; UTF-16 order differs past U+FFFF. */
function compareBytes(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
