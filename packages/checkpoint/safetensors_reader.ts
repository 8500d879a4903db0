import { readIndex } from "./_shard_index.ts";
import { decodeText, showPath } from "./_location.ts";
import { type DType, type TensorValues, valuesOf } from "./dtype.ts";
import { type FileHandle, files, type Path } from "./files.ts";
import { brainToFloat, halfToFloat } from "./half.ts";
import {
  headerLength,
  parseHeader,
  type SafetensorsHeader,
  type TensorInfo,
} from "./safetensors_header.ts";
import { showText, showValue } from "./show_value.ts";
import { assertScales, dequantizeRows, pairScales } from "./safetensors_int8.ts";

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
}

/** One safetensors file, or several with an index, open for reading one tensor at a time. */
export interface SafetensorsReader {
  /**
   * Names of all tensors, in the order of the file or files. `NAME.scale` is no tensor of its own where it holds the
   * scales of the rows of the `I8` matrix `NAME`.
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

interface Part {
  readonly file: Path;
  readonly handle: FileHandle;
  readonly header: SafetensorsHeader;
  readonly dataStart: number;
}

/**
 * Opens a safetensors file, or an index with the files it names, and checks all headers.
 *
 * Only the headers are read here. Their length and every offset are checked against the file's
 * length before anything is allocated.
 *
 * @param path A `.safetensors` file or a `.safetensors.index.json`.
 * @returns The reader, which the caller closes.
 * @throws {SyntaxError} When a file is not what it should be, naming file, tensor and fault.
 * @example
 * ```ts
 * import { openSafetensors } from "@heed/checkpoint";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * await using reader = await openSafetensors(new URL("model.safetensors", assets.base));
 * assertEquals(reader.info("model.shared.weight").shape, [8000, 256]);
 * const embeddings = await reader.readFloat32("model.shared.weight");
 * assertEquals(embeddings.length, 8000 * 256);
 * ```
 */
export async function openSafetensors(path: Path): Promise<SafetensorsReader> {
  if (!/\.json$/i.test(path instanceof URL ? path.pathname : path)) {
    const part = await openPart(path);
    return await closedOnError([part], () => readerOf(path, [part], part.header.metadata));
  }
  const index = await readIndex(path);
  const parts: Part[] = [];
  return await closedOnError(parts, async () => {
    for (const file of new Set(index.shards.values())) parts.push(await openPart(file));
    checkIndex(path, index.shards, parts);
    return readerOf(path, parts, index.metadata);
  });
}

/** Closes the files where an action fails. */
async function closedOnError<Result>(
  parts: readonly Part[],
  action: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    await Promise.all(parts.map((part) => part.handle.close()));
    throw error;
  }
}

async function openPart(file: Path): Promise<Part> {
  const handle = await files.open(file);
  try {
    const name = showPath(file);
    const length = headerLength(
      await handle.read(0, Math.min(8, handle.size)),
      handle.size,
      name,
    );
    const dataStart = 8 + length;
    const text = decodeText(await handle.read(8, length), file);
    return { file, handle, header: parseHeader(text, handle.size - dataStart, name), dataStart };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** How many faults of an index an error names. */
const NAMED = 20;

/** Holds the index against what the files really contain. */
function checkIndex(path: Path, shards: ReadonlyMap<string, string>, parts: readonly Part[]): void {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const { file, header } of parts) {
    for (const name of header.tensors.keys()) {
      if (seen.has(name)) faults.push(`${showText(name)} is in two files`);
      else if (!shards.has(name)) {
        faults.push(`${showText(name)} of ${showPath(file)} is not in the index`);
      }
      seen.add(name);
    }
  }
  for (const [name, file] of shards) {
    const part = parts.find((candidate) => candidate.file === file);
    if (!part?.header.tensors.has(name)) {
      faults.push(`${showText(name)} is not in ${showPath(file)}`);
    }
  }
  if (faults.length > 0) {
    const named = faults.slice(0, NAMED);
    if (faults.length > NAMED) named.push(`and ${faults.length - NAMED} more`);
    throw new SyntaxError(`Cannot read ${showPath(path)}:\n  ${named.join("\n  ")}`);
  }
}

function readerOf(
  path: Path,
  parts: readonly Part[],
  metadata: Readonly<Record<string, string>>,
): SafetensorsReader {
  const homes = new Map<string, Part>();
  for (const part of parts) for (const name of part.header.tensors.keys()) homes.set(name, part);
  const file = showPath(path);
  const scaleNames = pairScales(parts.map(({ header }) => header), { metadata, file });
  const hidden = new Set(scaleNames.values());

  function home(name: string): Part {
    const part = homes.get(name);
    if (part !== undefined && !hidden.has(name)) return part;
    throw new RangeError(
      `Cannot read tensor ${showValue(name)}: ${file} has no tensor of that name`,
    );
  }
  async function close(): Promise<void> {
    await Promise.all(parts.map((part) => part.handle.close()));
  }
  async function stored(name: string): Promise<TensorData> {
    const { handle, header, dataStart } = homes.get(name)!;
    const { dtype, shape, begin, byteLength } = header.tensors.get(name)!;
    const bytes = await handle.read(dataStart + begin, byteLength);
    return { dtype, shape, data: valuesOf(dtype, bytes) };
  }
  async function read(name: string): Promise<TensorData> {
    home(name);
    const tensor = await stored(name);
    const scaleName = scaleNames.get(name);
    if (scaleName === undefined) return tensor;
    const scales = (await stored(scaleName)).data as Float32Array<ArrayBuffer>;
    assertScales(scales, scaleName, file);
    return { ...tensor, scales };
  }
  return {
    names: [...homes.keys()].filter((name) => !hidden.has(name)),
    metadata,
    info: (name) => {
      const { dtype, shape, byteLength } = home(name).header.tensors.get(name)!;
      const scaleBytes = scaleNames.has(name) ? 4 * shape[0]! : 0;
      return { dtype, shape, byteLength: byteLength + scaleBytes };
    },
    read,
    readFloat32: async (name) => {
      const { dtype, data, scales } = await read(name);
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
