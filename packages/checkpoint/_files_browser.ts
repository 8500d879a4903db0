import { BLOCK_BYTES, readInBlocks } from "./_blocks.ts";
import { decodeText, locate, pastEnd, showPath } from "./_location.ts";
import { IDLE_MS, inTime, piecesOf } from "./_response_pieces.ts";
import type { FileHandle, Files, Path, Sha256, StreamOptions } from "./files.ts";

/**
 * Reads `http(s):`, `blob:` and `data:` URLs through `fetch`, and in a browser names relative to the
 * page; refuses to write. The only files of a browser.
 */
export const urlFiles: Files = {
  writable: false,
  platform: "browser",
  readBytes: async (path) => await bytesOf(await get("read", path), path),
  readText: async (path) => decodeText(await bytesOf(await get("read", path), path), path),
  open: openUrl,
  stream: streamUrl,
  exists: async (path) => {
    const response = await request("look for", path, { method: "HEAD" });
    if (response.ok) return true;
    if (response.status === 404 || response.status === 410) return false;
    throw refused("look for", path, response);
  },
  size: async (path) => {
    const response = await request("measure", path, { method: "HEAD" });
    if (!response.ok) throw refused("measure", path, response);
    const length = response.headers.get("content-length");
    // A compressed answer tells the length on the wire, not of the file.
    if (length !== null && response.headers.get("content-encoding") === null) return Number(length);
    return (await bytesOf(await get("measure", path), path)).byteLength;
  },
  sha256: bufferedSha256,
  environment: () => undefined,
  writeAtomic: (path) => readOnly("write", path),
  append: (path) => readOnly("append to", path),
  appendText: (path) => readOnly("append to", path),
  list: (path) => readOnly("list", path),
  makeDirectory: (path) => readOnly("make the folder", path),
  remove: (path) => readOnly("remove", path),
  rename: (path) => readOnly("rename", path),
};

function readOnly(action: string, path: Path): Promise<never> {
  return Promise.reject(
    new TypeError(`Cannot ${action} ${showPath(path)}: a URL can only be read`),
  );
}

/** What a page has, and a worker of one in part. */
interface Surroundings {
  readonly document?: { readonly baseURI: string };
  readonly location?: { readonly href: string };
}

function urlOf(action: string, path: Path): URL {
  const place = locate(path, () => "");
  if (place.url !== undefined) return place.url;
  // A page means a string as its links do; `fetch` reads it in the same way.
  const { document, location } = globalThis as Surroundings;
  const base = document?.baseURI ?? location?.href;
  if (base !== undefined && URL.canParse(place.disk!, base)) return new URL(place.disk!, base);
  throw new TypeError(
    `Cannot ${action} ${showPath(path)}: a browser has no files, give an http(s), blob or data URL`,
  );
}

async function request(
  action: string,
  path: Path,
  init: RequestInit,
  idleMs: number = IDLE_MS,
): Promise<Response> {
  const url = urlOf(action, path);
  const controller = new AbortController();
  const signals = init.signal ? [init.signal, controller.signal] : [controller.signal];
  try {
    const answer = fetch(url, { ...init, signal: AbortSignal.any(signals) });
    return await inTime(answer, idleMs, (error) => controller.abort(error));
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw new Error(`Cannot ${action} ${showPath(path)}: ${(cause as Error).message}`, { cause });
  }
}

function refused(action: string, path: Path, response: Response): Error {
  const status = `${response.status} ${response.statusText}`.trim();
  return new Error(`Cannot ${action} ${showPath(path)}: the server answered ${status}`);
}

async function get(action: string, path: Path, init: RequestInit = {}): Promise<Response> {
  const response = await request(action, path, init);
  if (response.ok) return response;
  await response.body?.cancel();
  throw refused(action, path, response);
}

async function bytesOf(response: Response, path: Path): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await blobOf(response, path)).arrayBuffer());
}

async function* streamUrl(
  path: Path,
  options: StreamOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { offset = 0, signal, idleMs } = options;
  const headers: HeadersInit = offset > 0 ? { range: `bytes=${offset}-` } : {};
  const response = await request("read", path, { headers, signal }, idleMs);
  if (response.status === 416) {
    // The offset is the end of the file or past it.
    await response.body?.cancel();
    return;
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw refused("read", path, response);
  }
  // A server that knows no ranges answers 200 and sends the file from its start.
  let skip = response.status === 206 ? 0 : offset;
  for await (const value of piecesOf(response, path, { signal, idleMs })) {
    if (skip >= value.byteLength) {
      skip -= value.byteLength;
      continue;
    }
    const piece = skip === 0 ? value : value.subarray(skip);
    skip = 0;
    yield piece;
  }
}

/**
 * Opens a URL for reading in pieces.
 *
 * The request for the first block tells whether the server answers ranges and how long the file is.
 * A server that sends the whole file instead has it kept in memory (a Blob, which a browser may
 * hold on disk).
 */
async function openUrl(path: Path): Promise<FileHandle> {
  const response = await request("open", path, {
    headers: { range: `bytes=0-${BLOCK_BYTES - 1}` },
  });
  const total = /^bytes 0-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (response.status !== 206 || total === undefined) {
    if (response.status === 200) return blobHandle(path, await blobOf(response, path));
    await response.body?.cancel();
    // An empty file has no first byte: 416.
    return blobHandle(path, await blobOf(await get("open", path), path));
  }
  const size = Number(total);
  const read = readInBlocks(size, {
    readRange: (offset, length) => readRange(path, { offset, length, size }),
    first: await bytesOf(response, path),
  });
  return {
    size,
    async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
        throw pastEnd(path, offset, length, size);
      }
      return await read(offset, length);
    },
    close: () => Promise.resolve(),
  };
}

async function readRange(
  path: Path,
  { offset, length, size }: { offset: number; length: number; size: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const range = `bytes=${offset}-${offset + length - 1}`;
  const response = await get("read", path, { headers: { range } });
  if (response.status !== 206) {
    await response.body?.cancel();
    throw new Error(`Cannot read ${showPath(path)}: the server stopped answering range requests`);
  }
  const bytes = await bytesOf(response, path);
  if (bytes.byteLength !== length) throw pastEnd(path, offset, length, size);
  return bytes;
}

async function blobOf(response: Response, path: Path): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of piecesOf(response, path)) pieces.push(piece);
  return new Blob(pieces);
}

function blobHandle(path: Path, blob: Blob): FileHandle {
  return {
    size: blob.size,
    async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
      if (!(offset >= 0 && length >= 0 && offset + length <= blob.size)) {
        throw pastEnd(path, offset, length, blob.size);
      }
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
    close: () => Promise.resolve(),
  };
}

/**
 * WebCrypto hashes one buffer only, so the pieces are kept until the end: meant for files of tens
 * of megabytes.
 */
function bufferedSha256(): Sha256 {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  return {
    update: (bytes) => void pieces.push(new Uint8Array(bytes)),
    digest: async () => {
      const whole = await new Blob(pieces).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
      return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    },
  };
}
