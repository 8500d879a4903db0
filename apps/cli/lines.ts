/** A line of the input. */
export interface InputLine {
  /** Number of the line, from 1. */
  readonly number: number;
  /** The line without its end; bytes that are not UTF-8 became U+FFFD. */
  readonly text: string;
  /** `"\n"`, `"\r\n"`, or nothing at the end of the input. */
  readonly ending: string;
  /** Length in bytes, with its end. */
  readonly bytes: number;
  /** Whether all bytes were UTF-8. */
  readonly isValid: boolean;
}

/** Options of {@linkcode inputLines}. */
export interface InputLinesOptions {
  /** Stops the reading with its reason, also while it waits for input. */
  readonly signal?: AbortSignal;
  /** Bytes that a line may have; a longer one is refused. Default 1 MiB, a book of 400 pages. */
  readonly maxLineBytes?: number;
}

/**
 * Divides bytes into lines and keeps what a line ends with, so that they can be written as they were.
 *
 * Holds one chunk and one line. Unlike `decodeLines` of `@heed/checkpoint` it gives a text for every line:
 * in a translation no line may be missing.
 */
export async function* inputLines(
  chunks: AsyncIterable<Uint8Array>,
  { signal, maxLineBytes = 1 << 20 }: InputLinesOptions = {},
): AsyncGenerator<InputLine> {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
  let number = 1;
  let parts: Uint8Array[] = [];
  let bytes = 0;

  function takeLine(): InputLine {
    const body = concatenate(parts, bytes);
    const length = body.length;
    parts = [];
    bytes = 0;
    const endBytes = body.at(-1) === 10 ? (body.at(-2) === 13 ? 2 : 1) : 0;
    const content = body.subarray(0, length - endBytes);
    const ending = ["", "\n", "\r\n"][endBytes];
    try {
      const text = strict.decode(content);
      return { number: number++, text, ending, bytes: length, isValid: true };
    } catch {
      const text = lenient.decode(content);
      return { number: number++, text, ending, bytes: length, isValid: false };
    }
  }

  for await (const chunk of signal === undefined ? chunks : abortable(chunks, signal)) {
    let start = 0;
    while (start < chunk.length) {
      const newline = chunk.indexOf(10, start);
      const end = newline < 0 ? chunk.length : newline + 1;
      parts.push(chunk.subarray(start, end));
      bytes += end - start;
      if (bytes > maxLineBytes) {
        throw new RangeError(
          `Cannot read line ${number}: it has more than ${maxLineBytes} bytes; break it into lines`,
        );
      }
      if (newline >= 0) yield takeLine();
      start = end;
    }
  }
  if (bytes > 0) yield takeLine();
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Passes items on until the signal is aborted, and throws its reason then. */
async function* abortable<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  aborted.catch(() => {});
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await Promise.race([iterator.next(), aborted]);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Not waited for: a terminal that is being read from would not answer.
    if (!signal.aborted) iterator.return?.().catch(() => {});
  }
}
