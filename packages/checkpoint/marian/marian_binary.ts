import { showText, showValue } from "../show_value.ts";
import { type DType, dtypeBytes, valuesOf } from "../dtype.ts";
import type { FileHandle } from "../files.ts";
import { decodeText } from "../_location.ts";
import { elementCount } from "../safetensors_header.ts";
import { assertScales } from "../safetensors_int8.ts";
import type { StoredTensor } from "../weights_reader.ts";
import { isNote, type MarianFile, MAX_NOTE_BYTES } from "./marian_file.ts";

/** The one version there is. */
const VERSION = 1n;

const START_BYTES = 16, HEADER_BYTES = 32, PADDING_BYTES = 8, MULTIPLIER_BYTES = 4;

/** Names and shapes of a model take some kilobytes. */
const MAX_HEADER_BYTES = 1 << 26;

const MAX_DIMENSIONS = 8;

/** Bytes as integers, each the value times a multiplier that stands behind them. */
const INTGEMM8 = 0x4101;

/** Marian's numbers for its types: 0x100 signed, 0x200 unsigned, 0x400 float, and the bytes of a value. */
const TYPES: ReadonlyMap<number, DType> = new Map<number, DType>([
  [0x101, "I8"],
  [0x102, "I16"],
  [0x104, "I32"],
  [0x108, "I64"],
  [0x201, "U8"],
  [0x202, "U16"],
  [0x204, "U32"],
  [0x208, "U64"],
  [0x402, "F16"],
  [0x404, "F32"],
  [0x408, "F64"],
  [INTGEMM8, "I8"],
]);

interface Item {
  readonly name: string;
  readonly type: number;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly count: number;
  /** Where its values begin in the file. */
  readonly start: number;
}

/**
 * Reads Marian's own binary form: version, number of items, for each four numbers (length of the name, type, dimensions,
 * bytes), then all names, all shapes, padding, and the values in the same order.
 *
 * @param handle The file.
 * @param file Name for the errors.
 * @returns Its tensors and notes.
 * @throws {SyntaxError} When it is damaged, or a type is not known.
 */
export async function openMarianBinary(handle: FileHandle, file: string): Promise<MarianFile> {
  const items = await readItems(handle, file);
  const tensors = new Map<string, StoredTensor>();
  const metadata: Record<string, string> = {};
  for (const item of items) {
    const { name, dtype, shape, count, start, type } = item;
    const byteLength = count * dtypeBytes(dtype);
    if (isNote(name)) {
      if (byteLength > MAX_NOTE_BYTES) throw wrong(file, name, `it has ${byteLength} bytes`);
      metadata[name] = decodeText(await handle.read(start, byteLength), file).replace(/\0+$/, "");
      continue;
    }
    const read = async () => ({
      dtype,
      shape,
      data: valuesOf(dtype, await handle.read(start, byteLength)),
    });
    tensors.set(
      name,
      type === INTGEMM8
        ? {
          info: { dtype, shape, byteLength: byteLength + 4 * rowsOf(shape) },
          read: () => readQuantized(handle, item, file),
        }
        : { info: { dtype, shape, byteLength }, read },
    );
  }
  return { tensors, metadata };
}

async function readItems(handle: FileHandle, file: string): Promise<Item[]> {
  const fail = (what: string) => new SyntaxError(`Cannot read ${file}: ${what}`);
  const truncated = () => fail(`its header ends behind its ${handle.size} bytes: it is truncated`);
  if (handle.size < START_BYTES) throw truncated();
  const start = viewOf(await handle.read(0, START_BYTES));
  const version = start.getBigUint64(0, true);
  if (version !== VERSION) throw fail(`it has version ${version} and must have ${VERSION}`);
  const claimed = start.getBigUint64(8, true);
  if (claimed * BigInt(HEADER_BYTES) > BigInt(handle.size - START_BYTES)) {
    throw fail(`it claims ${claimed} items, more than it has room for`);
  }
  const count = Number(claimed);
  const limit = Math.min(handle.size, MAX_HEADER_BYTES);
  if (START_BYTES + count * HEADER_BYTES > limit) throw truncated();
  const headers = viewOf(await handle.read(START_BYTES, count * HEADER_BYTES));
  const field = (i: number, which: number) =>
    Number(headers.getBigUint64(i * HEADER_BYTES + 8 * which, true));

  let namesBytes = 0, shapesBytes = 0;
  for (let i = 0; i < count; i++) {
    namesBytes += field(i, 0);
    shapesBytes += 4 * field(i, 2);
    if (field(i, 2) > MAX_DIMENSIONS) throw fail(`item ${i} of it has ${field(i, 2)} dimensions`);
  }
  const namesStart = START_BYTES + count * HEADER_BYTES;
  const paddingStart = namesStart + namesBytes + shapesBytes;
  if (!(paddingStart + PADDING_BYTES <= limit)) throw truncated();
  const texts = await handle.read(namesStart, namesBytes);
  const shapes = viewOf(await handle.read(namesStart + namesBytes, shapesBytes + PADDING_BYTES));

  let nameAt = 0, shapeAt = 0;
  let at = paddingStart + PADDING_BYTES + Number(shapes.getBigUint64(shapesBytes, true));
  const items: Item[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const nameEnd = nameAt + field(i, 0);
    const name = decodeText(texts.subarray(nameAt, nameEnd), file).replace(/\0$/, "");
    nameAt = nameEnd;
    if (name === "" || name.includes("\0")) throw fail(`item ${i} of it has no name`);
    if (seen.has(name)) throw fail(`it has two items ${showValue(name)}`);
    seen.add(name);
    const shape = Array.from(
      { length: field(i, 2) },
      (_, d) => shapes.getInt32(shapeAt + 4 * d, true),
    );
    shapeAt += 4 * shape.length;
    const item = checkItem({ name, type: field(i, 1), shape, bytes: field(i, 3), start: at, file });
    at += field(i, 3);
    if (!(at <= handle.size)) {
      throw wrong(file, name, `its data ends at byte ${at} of ${handle.size} bytes`);
    }
    items.push(item);
  }
  if (at !== handle.size) throw fail(`its items end at byte ${at} of ${handle.size}`);
  return items;
}

function checkItem({ name, type, shape, bytes, start, file }: {
  name: string;
  type: number;
  shape: readonly number[];
  bytes: number;
  start: number;
  file: string;
}): Item {
  const dtype = TYPES.get(type);
  if (dtype === undefined) {
    throw wrong(
      file,
      name,
      `its type 0x${type.toString(16)} is not known; float32 and intgemm8 are, ` +
        "which marian-conv makes of a model.npz",
    );
  }
  if (shape.some((size) => size < 0)) {
    throw wrong(file, name, `its shape [${showText(shape.join(", "))}] is not of natural numbers`);
  }
  const count = elementCount(shape);
  const needed = count * dtypeBytes(dtype) + (type === INTGEMM8 ? MULTIPLIER_BYTES : 0);
  if (type === INTGEMM8 && count === 0) {
    throw wrong(file, name, "it has a multiplier and no values");
  }
  // Marian pads what it allocates, mostly to 256 bytes.
  if (!(needed <= bytes)) {
    throw wrong(
      file,
      name,
      `[${showText(shape.join(", "))}] of type 0x${type.toString(16)} takes ${needed} bytes, ` +
        `but it has ${bytes}`,
    );
  }
  return { name, type, dtype, shape, count, start };
}

/**
 * Reads a matrix of intgemm8, whose multiplier stands behind the values.
 *
 * Every one but the embeddings lies transposed in the file, whatever its shape says, because intgemm wants it so; a real
 * model translates only when it is read like that.
 */
async function readQuantized(
  handle: FileHandle,
  { name, dtype, shape, count, start }: Item,
  file: string,
): ReturnType<StoredTensor["read"]> {
  const bytes = await handle.read(start, count + MULTIPLIER_BYTES);
  const multiplier = viewOf(bytes).getFloat32(count, true);
  const values = new Int8Array(bytes.buffer, 0, count);
  const rows = rowsOf(shape);
  const scales = new Float32Array(rows).fill(1 / multiplier);
  assertScales(scales, name, file);
  if (name.includes("Wemb")) return { dtype, shape, data: values.slice(), scales };
  return {
    dtype,
    shape,
    get data() {
      return transposed(values, rows);
    },
    columns: values,
    scales,
  };
}

/** A matrix is the last dimension by all others, as Marian multiplies it. */
function rowsOf(shape: readonly number[]): number {
  return shape.length === 0 ? 1 : elementCount(shape.slice(0, -1));
}

/** Puts columns that lie one after the other into rows. */
function transposed(values: Int8Array, rows: number): Int8Array<ArrayBuffer> {
  const result = new Int8Array(values.length);
  const columns = rows === 0 ? 0 : values.length / rows;
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      result[row * columns + column] = values[column * rows + row]!;
    }
  }
  return result;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function wrong(file: string, name: string, what: string): SyntaxError {
  return new SyntaxError(`Cannot read tensor ${showValue(name)} of ${file}: ${what}`);
}
