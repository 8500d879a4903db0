import { files, type Path } from "./files.ts";

/** One line of a file. */
export interface Line {
  /** Number of the line, from 1. */
  number: number;
  /**
   * Bytes from the start of the file to the start of the next line: where reading can go on later.
   */
  offset: number;
  /** The line without its end; undefined when it cannot be given, and `problem` says why. */
  text: string | undefined;
  /** Why there is no text: bytes that are not UTF-8, or more of them than `maxLineBytes`. */
  problem?: "invalid UTF-8" | "too long";
}

/** Options of {@linkcode readLines} and {@linkcode decodeLines}. */
export interface ReadLinesOptions {
  /** Byte to begin at, the `offset` of an earlier line; 0 by default. */
  offset?: number;
  /** Number of the first line read, from 1; 1 by default. Give it together with `offset`. */
  firstNumber?: number;
  /** Bytes a line may have without its end; 1 MiB by default. A longer one is passed over. */
  maxLineBytes?: number;
  /** Called for each line that has no text, before the line is given. */
  onInvalid?: (line: Line) => void;
  /** Stops the reading. */
  signal?: AbortSignal;
}

/**
 * Reads a text file line by line; memory holds one chunk and one line, however large the file.
 *
 * Lines end with LF or CRLF, the last one also with the file. A byte order mark at the start of the
 * file is left out.
 *
 * @param path File to read.
 * @param options Where to begin, how long a line may be, whom to tell of bad lines.
 * @returns The lines in order, bad ones included, with `text` undefined.
 * @example
 * ```ts
 * import { readLines } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = await Array.fromAsync(readLines("data:text/plain,one%0Atwo%0A"));
 * assertEquals(lines.map(({ number, text }) => [number, text]), [[1, "one"], [2, "two"]]);
 * ```
 */
export function readLines(path: Path, options: ReadLinesOptions = {}): AsyncGenerator<Line> {
  const { offset = 0, signal } = options;
  return decodeLines(files.stream(path, { offset, signal }), options);
}

/**
 * Divides a stream of bytes, such as standard input, into lines.
 *
 * @param chunks The bytes, from byte `offset` of the text on.
 * @param options As for {@linkcode readLines}.
 * @returns The lines in order, bad ones included, with `text` undefined.
 * @throws {RangeError} When `offset`, `firstNumber` or `maxLineBytes` is not a natural number.
 * @example
 * ```ts
 * import { decodeLines } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * async function* chunks() {
 *   yield new TextEncoder().encode("first\r\nsec");
 *   yield new TextEncoder().encode("ond");
 * }
 * const lines = await Array.fromAsync(decodeLines(chunks()));
 * assertEquals(lines.map(({ text }) => text), ["first", "second"]);
 * ```
 */
export async function* decodeLines(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadLinesOptions = {},
): AsyncGenerator<Line> {
  const { offset = 0, firstNumber = 1, maxLineBytes = 1 << 20, onInvalid } = options;
  for (const [name, value] of Object.entries({ offset, firstNumber, maxLineBytes })) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Cannot read lines with ${name} ${value}: it must be a natural number`);
    }
  }
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let number = firstNumber;
  let position = offset; // bytes up to the end of the last whole line
  let pieces: Uint8Array[] = []; // the beginning of the line that goes on in the next chunk
  let pieceBytes = 0; // its length, also when it is too long to be kept

  function line(body: Uint8Array | undefined, lineBytes: number): Line {
    const first = position === 0;
    position += lineBytes;
    const result: Line = { number: number++, offset: position, text: undefined };
    let content = body;
    if (content?.at(-1) === 13) content = content.subarray(0, -1);
    if (content === undefined || content.byteLength > maxLineBytes) {
      result.problem = "too long";
    } else {
      if (first && content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf) {
        content = content.subarray(3);
      }
      try {
        result.text = decoder.decode(content);
      } catch {
        result.problem = "invalid UTF-8";
      }
    }
    if (result.problem !== undefined) onInvalid?.(result);
    return result;
  }

  /** Ends the line that began in earlier chunks with `tail`, its last bytes. */
  function joined(tail: Uint8Array, endBytes: number): Line {
    const length = pieceBytes + tail.byteLength;
    let body: Uint8Array | undefined;
    if (length <= maxLineBytes + 1) {
      body = new Uint8Array(length);
      let at = 0;
      for (const piece of [...pieces, tail]) {
        body.set(piece, at);
        at += piece.byteLength;
      }
    }
    pieces = [];
    pieceBytes = 0;
    return line(body, length + endBytes);
  }

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const body = chunk.subarray(start, end);
      start = end + 1;
      yield pieceBytes > 0 ? joined(body, 1) : line(body, body.byteLength + 1);
    }
    if (start < chunk.byteLength) {
      const rest = chunk.subarray(start);
      pieceBytes += rest.byteLength;
      // One byte more than allowed, for a CR that may turn out to be the line's end.
      if (pieceBytes > maxLineBytes + 1) pieces = [];
      else pieces.push(new Uint8Array(rest));
    }
  }
  if (pieceBytes > 0) yield joined(new Uint8Array(0), 0);
}
