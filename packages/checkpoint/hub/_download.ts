import { files } from "../files.ts";
import { joinPath } from "../join_path.ts";
import { piecesOf } from "../_response_pieces.ts";
import { checkDigest, checkFile, DigestError, type Measured } from "./_digests.ts";
import type { RemoteFile } from "./_remote_file.ts";
import {
  backOff,
  brokenBy,
  isPage,
  notData,
  pause,
  RefusedError,
  request,
  type RequestContext,
  SourceError,
} from "./_request.ts";
import { compressionOf, unpack } from "./_unpack.ts";

/** Where a file goes, and whom to tell. */
export interface DownloadTarget {
  /** The model's folder. */
  readonly directory: string;
  /** Folder of files that are not whole yet, on the same disk. */
  readonly partials: string;
  readonly context: RequestContext;
  /** Called with the bytes that there are of the file. */
  readonly onBytes: (bytes: number) => void;
}

/** A file of unknown length may not be longer. */
const MAX_BYTES = 2 ** 37;

/**
 * Fetches a file, checks it, and gives it its name.
 *
 * What is there of it from an earlier time is gone on from. It gets its name only when its length and digest are
 * those expected.
 */
export async function download(file: RemoteFile, target: DownloadTarget): Promise<Measured> {
  const partial = joinPath(target.partials, partialName(file));
  const path = joinPath(target.directory, file.path);
  await files.makeDirectory(path.slice(0, path.lastIndexOf("/")));
  for (let isSecond = false;; isSecond = true) {
    const resumed = await fetchInto(partial, file, target);
    try {
      return await finish(partial, file, path);
    } catch (error) {
      if (!(error instanceof DigestError || error instanceof SyntaxError)) throw error;
      await forget(partial);
      // Two halves of different files may have met; one whole file is what it is.
      if (resumed && !isSecond) continue;
      throw new RefusedError(
        `${target.context.failure}: ${file.path} of ${file.url.host} is not the file expected: ` +
          `${error.message}; try again, and if that does not help, what the server sends is damaged`,
        { cause: error },
      );
    }
  }
}

/** Length of what is there of a file from an earlier time. */
export async function partialBytes(file: RemoteFile, partials: string): Promise<number> {
  return await sizeOf(joinPath(partials, partialName(file)));
}

/** One for each content, so that another version of the file does not go on from this one. */
function partialName({ path, sha256, gitSha1, url }: RemoteFile): string {
  const digest = sha256 ?? gitSha1 ?? url.pathname.replace(/[^A-Za-z0-9]+/g, "-").slice(-40);
  return `${digest}.${path.replaceAll("/", "-")}`;
}

async function sizeOf(path: string): Promise<number> {
  return await files.exists(path) ? await files.size(path) : 0;
}

async function forget(partial: string): Promise<void> {
  await files.remove(partial);
  await files.remove(`${partial}.etag`);
}

/** Fetches until the server has no more; tells whether what is there came in several answers. */
async function fetchInto(
  partial: string,
  file: RemoteFile,
  { context, onBytes }: DownloadTarget,
): Promise<boolean> {
  const { retries, retryMs, signal } = context.settings;
  let isResumed = false;
  let most = 0;
  for (let attempt = 0;; attempt++) {
    const offset = await sizeOf(partial);
    if (offset === file.bytes) return isResumed || offset > 0 && attempt === 0;
    let problem: SourceError;
    try {
      const kept = await fetchOnce(partial, file, { context, onBytes, offset });
      isResumed ||= kept.from > 0;
      if (kept.isWhole) return isResumed;
      const have = `${await sizeOf(partial)} of the ${file.bytes ?? kept.total} bytes`;
      problem = new SourceError(
        `${context.failure}: ${file.url.host} sent ${have} of ${file.path} and no more; run again`,
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof SourceError) || error instanceof RefusedError) throw error;
      problem = error;
    }
    const size = await sizeOf(partial);
    if (size > most) attempt = 0; // As long as it comes nearer, it is not given up.
    most = Math.max(most, size);
    if (attempt >= retries) throw problem;
    await pause(backOff(attempt, retryMs), signal);
  }
}

interface Kept {
  /** Byte that the answer began at. */
  readonly from: number;
  /** Whether all is there, as far as the server says. */
  readonly isWhole: boolean;
  /** Length of the whole, where the server says it. */
  readonly total: number | undefined;
}

async function fetchOnce(
  partial: string,
  file: RemoteFile,
  { context, onBytes, offset }: Pick<DownloadTarget, "context" | "onBytes"> & { offset: number },
): Promise<Kept> {
  const etag = offset > 0 ? await etagOf(partial) : undefined;
  const isKnown = file.sha256 !== undefined || file.gitSha1 !== undefined;
  // Without a digest, only the server can say whether it still has the same file.
  const from = etag !== undefined || isKnown ? offset : 0;
  const response = await request(file.url, context, {
    // Packed on its way, a file has another length, and no ranges.
    headers: {
      "accept-encoding": "identity",
      ...from > 0 && { range: `bytes=${from}-` },
      ...from > 0 && etag !== undefined && { "if-range": etag },
    },
    accept: [416],
  });
  if (response.status === 416) {
    await response.body?.cancel();
    await forget(partial);
    return { from: 0, isWhole: false, total: undefined };
  }
  if (isPage(response) && !/\.html?$/.test(file.path)) {
    await response.body?.cancel();
    throw notData(file.url, context, { response });
  }
  const { start, total } = extentOf(response);
  if (start !== offset) await forget(partial);
  if (start !== 0 && start !== offset) {
    await response.body?.cancel();
    return { from: 0, isWhole: false, total };
  }
  if (start === 0) await rememberEtag(partial, response);
  const limit = Math.max(file.bytes ?? 0, file.unpacked?.bytes ?? 0) || MAX_BYTES;
  await appendBody(partial, response, { file, context, onBytes, start, limit });
  const size = await sizeOf(partial);
  const isPacked = file.compression !== undefined;
  const expected = isPacked ? total ?? file.bytes : file.bytes ?? total;
  const isWhole = size === (expected ?? size) ||
    // Some servers unpack what they send, and then do not say how long it is.
    isPacked && total === undefined && size > 4 && await compressionOf(partial) === undefined;
  return { from: start, isWhole, total };
}

/** What part of the file an answer is. */
function extentOf(response: Response): { start: number; total: number | undefined } {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  if (response.status === 206 && range !== null) {
    return { start: Number(range[1]), total: range[2] === "*" ? undefined : Number(range[2]) };
  }
  const length = response.headers.get("content-length");
  const isPlain = length !== null && response.headers.get("content-encoding") === null;
  return { start: 0, total: isPlain ? Number(length) : undefined };
}

async function etagOf(partial: string): Promise<string | undefined> {
  const path = `${partial}.etag`;
  return await files.exists(path) ? await files.readText(path) : undefined;
}

/** Keeps the server's name of the content; a weak one does not promise the same bytes. */
async function rememberEtag(partial: string, response: Response): Promise<void> {
  const etag = response.headers.get("etag");
  if (etag === null || !/^"[\x21\x23-\x7e]*"$/.test(etag)) return;
  await files.writeAtomic(`${partial}.etag`, new TextEncoder().encode(etag));
}

async function appendBody(
  partial: string,
  response: Response,
  { file, context, onBytes, start, limit }: {
    file: RemoteFile;
    context: RequestContext;
    onBytes: (bytes: number) => void;
    start: number;
    limit: number;
  },
): Promise<void> {
  let length = start;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of piecesOf(response, file.url, context.settings)) {
        length += piece.byteLength;
        if (length > limit) {
          throw new RefusedError(
            `${context.failure}: ${file.url.host} sends more of ${file.path} than the ${limit} ` +
              "bytes expected",
          );
        }
        yield piece;
        onBytes(length);
      }
    } catch (cause) {
      context.settings.signal?.throwIfAborted();
      if (cause instanceof RefusedError) throw cause;
      throw new SourceError(
        `${context.failure}: ${brokenBy(cause)} after ${length} bytes of ${file.path} ` +
          `(${file.url.host}); run again`,
        { cause },
      );
    }
  }
  try {
    await files.append(partial, pieces());
  } catch (error) {
    if (error instanceof RefusedError) await forget(partial);
    throw error;
  }
}

/** Checks what was fetched, unpacks it where it is packed, and gives it its name. */
async function finish(partial: string, file: RemoteFile, path: string): Promise<Measured> {
  const { compression, unpacked = {} } = file;
  const packed = compression === undefined ? undefined : await compressionOf(partial);
  if (packed === undefined) {
    const measured = await checkFile(partial, compression === undefined ? file : unpacked);
    await files.rename(partial, path);
    await forget(partial);
    return measured;
  }
  await checkFile(partial, file);
  const hash = files.sha256();
  let bytes = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of unpack(partial, { compression: packed!, maxBytes: unpacked.bytes })) {
      hash.update(piece);
      bytes += piece.byteLength;
      yield piece;
    }
    if (unpacked.bytes !== undefined && bytes < unpacked.bytes) {
      throw new DigestError(`it unpacks to ${bytes} bytes and should have ${unpacked.bytes}`);
    }
    sha256 = await hash.digest();
    checkDigest(sha256, unpacked.sha256);
  }
  let sha256 = "";
  await files.writeAtomic(path, pieces());
  await forget(partial);
  return { bytes, sha256 };
}
