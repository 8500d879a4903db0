import { isRecord, parseStrictJson } from "./_strict_json.ts";
import { type DType, dtypeBytes, isDType } from "./dtype.ts";
import { showText, showValue } from "./show_value.ts";

/** What a file says of one tensor. */
export interface TensorInfo {
  /** Element type. */
  readonly dtype: DType;
  /** Dimensions, the slowest first; empty for a single number. */
  readonly shape: readonly number[];
  /** Length in the file in bytes. */
  readonly byteLength: number;
}

/** A tensor's place in the data that follows the header. */
export interface TensorEntry extends TensorInfo {
  /** First byte, counted from the end of the header. */
  readonly begin: number;
}

/** The checked header of one file. */
export interface SafetensorsHeader {
  /** Tensors by name, in the order of the data. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** The writer's notes. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit for the header, in bytes. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Dimensions that a tensor may have; more than any library computes with. */
const MAX_DIMENSIONS = 64;

/** Largest dimension of a tensor without values: more than any vocabulary has tokens. */
const MAX_EMPTY_SIZE = 1 << 24;

/**
 * Reads the length of the header from the first eight bytes, and checks it against the file before
 * anything is allocated for it.
 *
 * @param bytes The first 8 bytes of the file, or fewer when it is shorter.
 * @param fileBytes Length of the file in bytes.
 * @param file Name for the error.
 * @returns Length of the header in bytes.
 * @throws {SyntaxError} When there is no such header.
 */
export function headerLength(bytes: Uint8Array, fileBytes: number, file: string): number {
  if (bytes.byteLength < 8) {
    throw new SyntaxError(
      `Cannot read ${file}: it has ${fileBytes} bytes, and the header's length alone takes 8`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new SyntaxError(
      `Cannot read ${file}: its header would have ${length} bytes, more than the ${MAX_HEADER_BYTES} allowed`,
    );
  }
  if (Number(length) > fileBytes - 8) {
    throw new SyntaxError(
      `Cannot read ${file}: its header would have ${length} bytes, but ${
        fileBytes - 8
      } follow in the file: it is truncated`,
    );
  }
  return Number(length);
}

/**
 * Parses a header and checks every entry against the length of the data.
 *
 * @param text The JSON of the header, padding included.
 * @param dataBytes Bytes that follow the header in the file.
 * @param file Name for the errors.
 * @returns The header.
 * @throws {SyntaxError} Naming the file, the tensor and what is wrong with it.
 */
export function parseHeader(text: string, dataBytes: number, file: string): SafetensorsHeader {
  if (text[0] !== "{") {
    throw new SyntaxError(`Cannot read ${file}: its header does not begin with {`);
  }
  let json: unknown;
  try {
    json = parseStrictJson(text, 4);
  } catch (cause) {
    throw new SyntaxError(`Cannot read the header of ${file}: ${(cause as Error).message}`, {
      cause,
    });
  }
  let metadata: Record<string, string> = {};
  const entries: [string, TensorEntry][] = [];
  for (const [name, value] of Object.entries(json as Record<string, unknown>)) {
    if (name === "__metadata__") metadata = parseMetadata(value, file);
    else entries.push([name, parseEntry(name, value, dataBytes, file)]);
  }
  // Empty tensors share their place with the one that begins there, so they come first.
  entries.sort(([, a], [, b]) => a.begin - b.begin || a.byteLength - b.byteLength);
  let end = 0;
  let previous = "";
  for (const [name, { begin, byteLength }] of entries) {
    if (begin < end) {
      throw wrong(
        file,
        name,
        `it begins at byte ${begin}, inside ${previous}, which ends at ${end}`,
      );
    }
    if (begin > end) {
      throw wrong(file, name, `it begins at byte ${begin}, but the data before it ends at ${end}`);
    }
    end = begin + byteLength;
    previous = showValue(name);
  }
  if (end !== dataBytes) {
    throw new SyntaxError(
      `Cannot read ${file}: its tensors end at byte ${end} of ${dataBytes} bytes of data`,
    );
  }
  return { tensors: new Map(entries), metadata };
}

function parseMetadata(value: unknown, file: string): Record<string, string> {
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== "string")) {
    throw new SyntaxError(`Cannot read ${file}: __metadata__ must be an object of strings`);
  }
  return value as Record<string, string>;
}

function parseEntry(name: string, value: unknown, dataBytes: number, file: string): TensorEntry {
  if (!isRecord(value)) throw wrong(file, name, "its entry is not an object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDType(dtype)) throw wrong(file, name, `its dtype ${showValue(dtype)} is unknown`);
  if (!Array.isArray(shape) || !shape.every(isNatural)) {
    throw wrong(file, name, `its shape ${showValue(shape)} is not a list of natural numbers`);
  }
  if (shape.length > MAX_DIMENSIONS) {
    throw wrong(
      file,
      name,
      `its shape has ${shape.length} dimensions, more than ${MAX_DIMENSIONS}`,
    );
  }
  // No byte of the file bears witness to the other dimensions of an empty tensor.
  if (shape.includes(0) && shape.some((size) => size > MAX_EMPTY_SIZE)) {
    throw wrong(
      file,
      name,
      `its shape [${
        showText(shape.join(", "))
      }] is empty, with a dimension of more than ${MAX_EMPTY_SIZE}`,
    );
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isNatural)) {
    throw wrong(
      file,
      name,
      `its data_offsets ${showValue(offsets)} are not two natural numbers`,
    );
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end) {
    throw wrong(file, name, `its data ends at byte ${end} before it begins at ${begin}`);
  }
  if (end > dataBytes) {
    throw wrong(file, name, `its data ends at byte ${end} of ${dataBytes} bytes of data`);
  }
  const needed = elementCount(shape) * dtypeBytes(dtype);
  if (needed !== end - begin) {
    throw wrong(
      file,
      name,
      `${dtype} of shape [${showText(shape.join(", "))}] takes ${needed} bytes, but it has ${
        end - begin
      }`,
    );
  }
  return { dtype, shape, byteLength: end - begin, begin };
}

/**
 * Counts the values of a shape.
 *
 * @param shape Dimensions; none for a single number.
 * @returns Their product. Past 2^53 it is rounded, which no length of a file can equal.
 */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function wrong(file: string, name: string, what: string): SyntaxError {
  return new SyntaxError(`Cannot read tensor ${showValue(name)} of ${file}: ${what}`);
}
