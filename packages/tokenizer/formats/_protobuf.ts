// The part of the Protocol Buffers wire format that SentencePiece files need, driven by a table of fields.
// Fields that the table does not name are kept as raw bytes and written back unchanged.

/** How the value of a field is stored. */
export type FieldKind = "string" | "bytes" | "float" | "int32" | "uint64" | "bool" | "message";

/** One row of a message's table. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly repeated?: boolean;
  /** The table of the message inside, for kind `message`. */
  readonly schema?: Schema;
}

/** Field number to field. */
export type Schema = ReadonlyMap<number, Field>;

/** A decoded message: field name to value, and the fields that the table does not name. */
export interface Message {
  [name: string]: unknown;
  unknownFields?: UnknownFields;
}

/** Field number to the bytes of all its occurrences, tags included. */
export type UnknownFields = ReadonlyMap<number, Uint8Array>;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

const WIRE_TYPE: Readonly<Record<FieldKind, number>> = {
  string: LENGTH_DELIMITED,
  bytes: LENGTH_DELIMITED,
  message: LENGTH_DELIMITED,
  float: FIXED32,
  int32: VARINT,
  uint64: VARINT,
  bool: VARINT,
};

/** Decodes one message; `what` names it in errors. */
export function decodeMessage(bytes: Uint8Array, schema: Schema, what: string): Message {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Decoder(bytes, view, what).message(0, bytes.length, schema, "");
}

class Decoder {
  #bytes: Uint8Array;
  #view: DataView;
  #what: string;
  #position = 0;
  #lowBits = 0; // the lowest 32 bits of the latest number
  #text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(bytes: Uint8Array, view: DataView, what: string) {
    this.#bytes = bytes;
    this.#view = view;
    this.#what = what;
  }

  message(start: number, end: number, schema: Schema, path: string): Message {
    const message: Message = {};
    const unknown = new Map<number, Uint8Array[]>();
    this.#position = start;
    while (this.#position < end) {
      const fieldStart = this.#position;
      const tag = this.#varint(end, path);
      const number = Math.floor(tag / 8);
      const wireType = tag % 8;
      if (number === 0) this.#fail(path, fieldStart, "field number 0 is not allowed");
      const field = schema.get(number);
      if (field === undefined) {
        this.#skip(wireType, end, `${path}#${number}`);
        const raw = this.#bytes.subarray(fieldStart, this.#position);
        const raws = unknown.get(number);
        if (raws === undefined) unknown.set(number, [raw]);
        else raws.push(raw);
        continue;
      }
      const earlier = message[field.name] as unknown[] | undefined;
      const name = field.repeated
        ? `${path}${field.name}[${earlier?.length ?? 0}]`
        : path + field.name;
      if (wireType !== WIRE_TYPE[field.kind]) {
        this.#fail(name, fieldStart, `a ${field.kind} cannot have wire type ${wireType}`);
      }
      const value = this.#value(field, end, name);
      if (!field.repeated) message[field.name] = value;
      else if (earlier === undefined) message[field.name] = [value];
      else earlier.push(value);
    }
    if (unknown.size > 0) {
      // Joined once: a file may have millions.
      message.unknownFields = new Map(
        Array.from(unknown, ([number, raws]) => [number, concat(raws)]),
      );
    }
    return message;
  }

  #value(field: Field, end: number, path: string): unknown {
    switch (field.kind) {
      case "int32":
        this.#varint(end, path);
        return this.#lowBits;
      case "uint64":
        return this.#varint(end, path);
      case "bool":
        return this.#varint(end, path) !== 0;
      case "float": {
        const at = this.#take(4, end, path);
        return this.#view.getFloat32(at, true);
      }
      case "bytes": {
        const length = this.#varint(end, path);
        const at = this.#take(length, end, path);
        return this.#bytes.slice(at, at + length);
      }
      case "string": {
        const length = this.#varint(end, path);
        const at = this.#take(length, end, path);
        try {
          return this.#text.decode(this.#bytes.subarray(at, at + length));
        } catch {
          return this.#fail(path, at, "the string is not valid UTF-8");
        }
      }
      case "message": {
        const length = this.#varint(end, path);
        const at = this.#take(length, end, path);
        return this.message(at, at + length, field.schema!, path + ".");
      }
    }
  }

  /** Exact up to 2^53, which no length or tag of a file that fits in memory reaches. */
  #varint(end: number, path: string): number {
    const start = this.#position;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      if (this.#position >= end) this.#fail(path, start, "a number is cut off");
      const byte = this.#bytes[this.#position++];
      if (i < 4) low |= (byte & 0x7f) << (7 * i);
      else if (i === 4) {
        low |= (byte & 0x0f) << 28;
        high = (byte & 0x7f) >> 4;
      } else if (i < 9) high += (byte & 0x7f) * 2 ** (7 * i - 32);
      if (byte < 0x80) {
        this.#lowBits = low;
        return high === 0 ? low >>> 0 : high * 2 ** 32 + (low >>> 0);
      }
    }
    return this.#fail(path, start, "a number is longer than 10 bytes");
  }

  #take(length: number, end: number, path: string): number {
    const at = this.#position;
    if (length > end - at) {
      this.#fail(path, at, `it needs ${length} bytes, but only ${end - at} are left`);
    }
    this.#position = at + length;
    return at;
  }

  #skip(wireType: number, end: number, path: string): void {
    if (wireType === VARINT) this.#varint(end, path);
    else if (wireType === FIXED64) this.#take(8, end, path);
    else if (wireType === FIXED32) this.#take(4, end, path);
    else if (wireType === LENGTH_DELIMITED) this.#take(this.#varint(end, path), end, path);
    else this.#fail(path, this.#position, `wire type ${wireType} is not supported`);
  }

  #fail(path: string, at: number, reason: string): never {
    const field = path.endsWith(".") ? path.slice(0, -1) : path;
    const where = field === "" ? `at byte ${at}` : `at byte ${at}, field ${field}`;
    throw new SyntaxError(`Cannot parse ${this.#what} ${where}: ${reason}`);
  }
}

/** Encodes one message, its fields in order of their numbers. */
export function encodeMessage(message: object, schema: Schema): Uint8Array {
  const encoder = new Encoder();
  encoder.message(message as Message, schema);
  return encoder.bytes();
}

class Encoder {
  #bytes = new Uint8Array(256);
  #length = 0;
  #text = new TextEncoder();

  message(message: Message, schema: Schema): void {
    const unknown: UnknownFields = message.unknownFields ?? new Map();
    const numbers = [...schema.keys(), ...unknown.keys()].sort((a, b) => a - b);
    for (const number of numbers) {
      const field = schema.get(number);
      if (field === undefined) {
        this.#append(unknown.get(number)!);
        continue;
      }
      const value = message[field.name];
      if (value === undefined) continue;
      for (const item of field.repeated ? value as unknown[] : [value]) {
        this.#varint(number * 8 + WIRE_TYPE[field.kind]);
        this.#value(field, item);
      }
    }
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #value(field: Field, value: unknown): void {
    switch (field.kind) {
      case "int32":
        return this.#int32(value as number);
      case "uint64":
        return this.#varint(value as number);
      case "bool":
        return this.#varint(value ? 1 : 0);
      case "float": {
        const four = new Uint8Array(4);
        new DataView(four.buffer).setFloat32(0, value as number, true);
        return this.#append(four);
      }
      case "bytes":
        return this.#delimited(value as Uint8Array);
      case "string":
        return this.#delimited(this.#text.encode(value as string));
      case "message":
        return this.#delimited(encodeMessage(value as Message, field.schema!));
    }
  }

  #delimited(bytes: Uint8Array): void {
    this.#varint(bytes.length);
    this.#append(bytes);
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #varint(value: number): void {
    this.#reserve(10);
    while (value >= 0x80) {
      this.#bytes[this.#length++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    this.#bytes[this.#length++] = value;
  }

  /** A negative int32 is written as its 64-bit two's complement, ten bytes long. */
  #int32(value: number): void {
    if (value >= 0) return this.#varint(value);
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + extra));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
