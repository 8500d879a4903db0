/** A text, and how to write another in the same encoding. */
export interface DecodedText {
  readonly text: string;
  encode(text: string): Uint8Array;
}

/**
 * Reads bytes as UTF-8, or as UTF-16 where a byte order mark says so. The mark is part of the text.
 *
 * @param bytes The bytes.
 * @param name What the file is called in an error.
 * @throws {SyntaxError} When they are not in that encoding.
 */
export function decodeText(bytes: Uint8Array, name = "the document"): DecodedText {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  const encoding = isLittle ? "utf-16le" : isBig ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, encode: isLittle || isBig ? (text) => utf16(text, isBig) : utf8 };
  } catch (cause) {
    throw new SyntaxError(
      `Cannot read ${name}: it is not ${encoding.toUpperCase()}; save it as UTF-8`,
      { cause },
    );
  }
}

/** Writes UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function utf16(text: string, isBig: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), !isBig);
  return bytes;
}
