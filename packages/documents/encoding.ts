/** A text, and how to write another in the same encoding. */
export interface DecodedText {
  readonly text: string;
  encode(text: string): Uint8Array;
}

/** Options of {@linkcode decodeText}. */
export interface DecodeTextOptions {
  /** What the file is called in an error. */
  readonly name?: string;
  /** What it is, where that may say its encoding: XML, HTML, a catalog. */
  readonly format?: string;
}

/**
 * Reads bytes as UTF-8, as UTF-16 where a byte order mark says so, or as the file says itself. The mark is part of the
 * text.
 *
 * @throws {SyntaxError} When they are not in that encoding.
 */
export function decodeText(
  bytes: Uint8Array,
  { name = "the document", format = "" }: DecodeTextOptions = {},
): DecodedText {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  const said = isLittle ? "utf-16le" : isBig ? "utf-16be" : declared(bytes, format);
  const decoder = decoderOf(said, name);
  try {
    const text = decoder.decode(bytes);
    if (isLittle || isBig) return { text, encode: (text) => utf16(text, isBig) };
    if (decoder.encoding === "utf-8") return { text, encode: utf8 };
    return { text, encode: (text) => singleBytes(text, { decoder, name, format }) };
  } catch (cause) {
    throw new SyntaxError(
      `Cannot read ${name}: it is not ${said.toUpperCase()}; save it as UTF-8`,
      { cause },
    );
  }
}

/** The encoding that a file of a format says that it has. */
function declared(bytes: Uint8Array, format: string): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb) return "utf-8";
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 2048));
  const found = {
    xml: /^\s*<\?xml\s[^>]*encoding\s*=\s*["']([\w.:-]+)/i,
    html: /<meta\s[^>]*charset\s*=\s*["']?([\w.:-]+)/i,
    po: /^"Content-Type:[^"\n]*charset=([\w.:-]+)/im,
  }[format]?.exec(head)?.[1] ?? "utf-8";
  // A template of a catalog leaves it open, and what is read as bytes cannot be UTF-16.
  return /^(?:charset|utf-?16|utf-?16.e|us-ascii|ascii)$/i.test(found) ? "utf-8" : found;
}

function decoderOf(label: string, name: string): TextDecoder {
  try {
    const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
    if (/^(?:utf|windows-|iso-8859|koi8|ibm866|macintosh|x-mac)/.test(decoder.encoding)) {
      return decoder;
    }
  } catch {
    // refused below
  }
  const shown = label.slice(0, 40).toUpperCase();
  throw new SyntaxError(`Cannot read ${name}: it is in ${shown}; save it as UTF-8`);
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

/** Writes an encoding of one byte for each character; what it has not is an entity where there are entities. */
function singleBytes(
  text: string,
  { decoder, name, format }: { decoder: TextDecoder; name: string; format: string },
): Uint8Array {
  const codes = new Map<string, number>();
  const lenient = new TextDecoder(decoder.encoding, { ignoreBOM: true });
  for (let byte = 0; byte < 256; byte++) codes.set(lenient.decode(Uint8Array.of(byte)), byte);
  const bytes: number[] = [];
  for (const character of text) {
    const code = codes.get(character);
    if (code !== undefined) bytes.push(code);
    else if (format === "po") {
      throw new RangeError(
        `Cannot write ${name}: ${decoder.encoding} has no ${character}; save it as UTF-8 first`,
      );
    } else bytes.push(...utf8(`&#${character.codePointAt(0)};`));
  }
  return Uint8Array.from(bytes);
}
