import { files, type Path } from "../files.ts";

/** How a file may be packed for its way. */
export type Compression = "gzip" | "zstd";

/** What a packed file may become when nobody says how long it is. */
const MAX_UNKNOWN_BYTES = 2 ** 31;
/** What a zstd file may ask to be kept in memory; the format's own advice for decoders is less. */
const MAX_WINDOW_BYTES = 1 << 27;
/** Four bytes of zstd make up to 128 KiB, so it gets few at once. */
const ZSTD_STEP = 1 << 12;

/** How a file is packed, by its first bytes. */
export async function compressionOf(path: Path): Promise<Compression | undefined> {
  const handle = await files.open(path);
  try {
    const start = await handle.read(0, Math.min(4, handle.size));
    if (start[0] === 0x1f && start[1] === 0x8b) return "gzip";
    return start.join() === "40,181,47,253" ? "zstd" : undefined;
  } finally {
    await handle.close();
  }
}

/**
 * Unpacks a file piece by piece.
 *
 * @throws {SyntaxError} When it is damaged, or becomes longer than it should.
 */
export async function* unpack(
  path: Path,
  { compression, maxBytes = MAX_UNKNOWN_BYTES }: { compression: Compression; maxBytes?: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let length = 0;
  const pieces = compression === "gzip" ? gunzip(path) : unpackZstd(path, maxBytes);
  for await (const piece of pieces) {
    length += piece.byteLength;
    if (length > maxBytes) throw tooLong(maxBytes);
    yield piece;
  }
}

function tooLong(maxBytes: number): SyntaxError {
  return new SyntaxError(`it unpacks to more than the ${maxBytes} bytes expected`);
}

async function* gunzip(path: Path): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packed = files.stream(path)[Symbol.asyncIterator]();
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await packed.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void await packed.return?.(),
  });
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value as Uint8Array<ArrayBuffer>;
    }
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new SyntaxError("it is damaged and cannot be unpacked", { cause });
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function* unpackZstd(
  path: Path,
  maxBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { Decompress } = await import("fzstd");
  let made: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const decoder = new Decompress((piece) => {
    // Here, and not when all that was given is unpacked: a few bytes may become gigabytes.
    length += piece.byteLength;
    if (length > maxBytes) throw tooLong(maxBytes);
    made.push(new Uint8Array(piece));
  });
  const push = (bytes: Uint8Array, isLast: boolean) => {
    try {
      decoder.push(bytes, isLast);
    } catch (cause) {
      if (cause instanceof SyntaxError) throw cause;
      throw new SyntaxError("it is damaged and cannot be unpacked", { cause });
    }
  };
  await checkWindow(path, maxBytes);
  for await (const packed of files.stream(path)) {
    for (let start = 0; start < packed.byteLength; start += ZSTD_STEP) {
      push(packed.subarray(start, start + ZSTD_STEP), false);
      const ready = made;
      made = [];
      yield* ready;
    }
  }
  push(new Uint8Array(0), true);
  yield* made;
}

/**
 * Refuses a frame that wants more memory than it can need, before the library gives it (RFC 8878, section
 * 3.1.1.1: window descriptor, or the content's size where the frame is one segment).
 */
async function checkWindow(path: Path, maxBytes: number): Promise<void> {
  const handle = await files.open(path);
  let start: Uint8Array;
  try {
    start = await handle.read(0, Math.min(18, handle.size));
  } finally {
    await handle.close();
  }
  const [flags = 0, descriptor = 0] = start.subarray(4);
  const isOneSegment = (flags & 0x20) !== 0;
  let bytes: number;
  if (isOneSegment) {
    const at = 5 + [0, 1, 2, 4][flags & 3]!;
    const width = [1, 2, 4, 8][flags >> 6]!;
    const size = start.subarray(at, at + width);
    bytes = size.reduceRight((sum, byte) => sum * 256 + byte, 0) + (width === 2 ? 256 : 0);
  } else {
    const base = 2 ** (10 + (descriptor >> 3));
    bytes = base + base / 8 * (descriptor & 7);
  }
  if (bytes > (isOneSegment ? maxBytes : MAX_WINDOW_BYTES)) {
    throw new SyntaxError(`its header asks for ${bytes} bytes of memory`);
  }
}
