import { showPath } from "./_location.ts";
import { arrayName, type DType, dtypeBytes, dtypeRank, isDType } from "./dtype.ts";
import type { TensorValues } from "./dtype.ts";
import { files, type Path } from "./files.ts";
import { floatToBrain, floatToHalf } from "./half.ts";
import { elementCount } from "./safetensors_header.ts";

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
 * @throws {RangeError} When a name is given twice or kept for the format, or a shape is not of
 * natural numbers.
 * @throws {TypeError} When the values do not fit type or shape.
 * @example
 * ```ts
 * import { files, joinPath, openSafetensors, writeSafetensors } from "@heed/checkpoint";
 *
 * const directory = await Deno.makeTempDir();
 * const path = joinPath(directory, "model.safetensors");
 * const bias = new Float32Array([0.5, 1, 2]);
 * await writeSafetensors(path, [{ name: "bias", dtype: "F16", shape: [3], data: bias }]);
 *
 * const reader = await openSafetensors(path);
 * console.log(await reader.readFloat32("bias")); // 0.5, 1, 2
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
  const sorted = [...tensors].sort((a, b) =>
    dtypeRank(b.dtype) - dtypeRank(a.dtype) || compareBytes(a.name, b.name)
  );
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push(["__metadata__", metadata]);
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
    const given = typeof tensor.data === "function" ? await tensor.data() : tensor.data;
    const data = fitted(tensor, given);
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
