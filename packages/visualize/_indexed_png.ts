import type { Rgb } from "./ramp.ts";

/** An image of at most 256 colours. */
export interface IndexedImage {
  readonly width: number;
  readonly height: number;
  /** Index into the palette of every pixel, row by row `[height * width]`. */
  readonly pixels: Uint8Array;
  readonly palette: readonly Rgb[];
}

/**
 * Writes an image as PNG (ISO/IEC 15948) without compressing it, so that a picture of many cells
 * can be one element of an SVG without any decoder or encoder being loaded.
 */
export function indexedPng({ width, height, pixels, palette }: IndexedImage): Uint8Array {
  const rows = new Uint8Array(height * (width + 1)); // each row begins with its filter: none
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8; // bits of an index
  header[9] = 3; // colours by index
  return concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("PLTE", Uint8Array.from(palette.flat())),
    chunk("IDAT", stored(rows)),
    chunk("IEND", new Uint8Array()),
  ]);
}

const BLOCK = 0xffff;

/** A zlib stream (RFC 1950) of stored blocks (RFC 1951, section 3.2.4). */
function stored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let start = 0; start < bytes.length; start += BLOCK) {
    const block = bytes.subarray(start, start + BLOCK);
    const isLast = start + BLOCK >= bytes.length;
    const { length } = block;
    parts.push(Uint8Array.of(Number(isLast), length, length >> 8, ~length, ~length >> 8), block);
  }
  let a = 1, b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  parts.push(bigEndian((b << 16) | a));
  return concat(parts);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concat([new TextEncoder().encode(type), data]);
  return concat([bigEndian(data.length), body, bigEndian(crc32(body))]);
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  return ~value;
}

function bigEndian(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
