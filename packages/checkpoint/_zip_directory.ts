import { showValue } from "./show_value.ts";
import { decodeText } from "./_location.ts";
import type { FileHandle } from "./files.ts";

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** How it is packed: 0 not at all, 8 deflated. */
  readonly method: number;
  /** Its length in the archive. */
  readonly storedBytes: number;
  /** Its length by the directory, which is no more than a claim where it is compressed. */
  readonly bytes: number;
  /** Where its own header begins. */
  readonly headerStart: number;
}

/** An archive's directory of 64 MiB has half a million files, more than any checkpoint. */
const MAX_DIRECTORY_BYTES = 1 << 26;

const END_BYTES = 22, LOCATOR_BYTES = 20, END64_BYTES = 56, ENTRY_BYTES = 46, HEADER_BYTES = 30;
const MAX_COMMENT_BYTES = 0xffff;

/**
 * Reads the directory at the end of a zip archive (APPNOTE.TXT 6.3, with the 64-bit extension).
 *
 * Every length and place is held against the length of the file, and all files together must fit into it, so that
 * entries that overlap are found here.
 *
 * @param handle The archive.
 * @param file Name for the errors.
 * @returns Its files by name, in the directory's order; folders are left out.
 * @throws {SyntaxError} When it is damaged, encrypted or in several parts, or a name leads out of a folder.
 */
export async function readZipDirectory(
  handle: FileHandle,
  file: string,
): Promise<ReadonlyMap<string, ZipEntry>> {
  const wrong = (what: string) => new SyntaxError(`Cannot read ${file}: ${what}`);
  const { count, start, length } = await findDirectory(handle, wrong);
  if (length > MAX_DIRECTORY_BYTES) {
    throw wrong(`its zip directory would have ${length} bytes, more than ${MAX_DIRECTORY_BYTES}`);
  }
  if (count * ENTRY_BYTES > length) {
    throw wrong(`its zip directory of ${length} bytes cannot have ${count} entries`);
  }
  const bytes = await handle.read(start, length);
  const entries = new Map<string, ZipEntry>();
  let at = 0, taken = 0;
  for (let i = 0; i < count; i++) {
    const { entry, end } = readEntry(bytes, at, { file, wrong });
    at = end;
    const shown = showValue(entry.name);
    const least = HEADER_BYTES + entry.storedBytes;
    taken += least;
    if (entry.headerStart + least > start) throw wrong(`${shown} in it ends behind its directory`);
    if (taken > start) throw wrong(`its files overlap at ${shown}`);
    if (entries.has(entry.name)) throw wrong(`it has two files ${shown}`);
    if (!entry.name.endsWith("/")) entries.set(entry.name, entry);
  }
  return entries;
}

/**
 * Finds where the bytes of an entry begin, by its own header.
 *
 * @param handle The archive.
 * @param entry The entry.
 * @param file Name for the errors.
 * @returns Bytes from the start of the archive.
 * @throws {SyntaxError} When there is no such header, or the data would end behind the file.
 */
export async function zipDataStart(
  handle: FileHandle,
  { name, headerStart, storedBytes }: ZipEntry,
  file: string,
): Promise<number> {
  const header = viewOf(await handle.read(headerStart, HEADER_BYTES));
  const start = headerStart + HEADER_BYTES + header.getUint16(26, true) +
    header.getUint16(28, true);
  if (header.getUint32(0, true) !== 0x04034b50 || start + storedBytes > handle.size) {
    throw new SyntaxError(
      `Cannot read ${file}: ${showValue(name)} in it has no header where the directory says`,
    );
  }
  return start;
}

type Wrong = (what: string) => SyntaxError;

interface DirectoryPlace {
  readonly count: number;
  readonly start: number;
  readonly length: number;
}

async function findDirectory(handle: FileHandle, wrong: Wrong): Promise<DirectoryPlace> {
  const tailBytes = Math.min(handle.size, END_BYTES + MAX_COMMENT_BYTES);
  const tailStart = handle.size - tailBytes;
  const tail = viewOf(await handle.read(tailStart, tailBytes));
  let end = tailBytes - END_BYTES;
  // Its comment must reach to the end of the file: the signature alone may stand in a comment.
  while (
    end >= 0 && !(tail.getUint32(end, true) === 0x06054b50 &&
      tail.getUint16(end + 20, true) === tailBytes - END_BYTES - end)
  ) end--;
  if (end < 0) throw wrong("it has no zip directory at its end: it is truncated or no zip archive");
  if (tail.getUint16(end + 4, true) !== tail.getUint16(end + 6, true)) {
    throw wrong("it is one of several parts of a zip archive");
  }
  let count = tail.getUint16(end + 10, true);
  let length = tail.getUint32(end + 12, true);
  let start = tail.getUint32(end + 16, true);
  let limit = tailStart + end;
  if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) {
    const place = await findDirectory64(handle, limit, wrong);
    ({ count, length, start } = place);
    limit = place.limit;
  }
  if (start + length > limit) {
    throw wrong(`its zip directory would end at byte ${start + length} of ${limit}`);
  }
  return { count, length, start };
}

async function findDirectory64(
  handle: FileHandle,
  end: number,
  wrong: Wrong,
): Promise<DirectoryPlace & { limit: number }> {
  const missing = () => wrong("the 64-bit end of its zip directory is missing");
  if (end < LOCATOR_BYTES) throw missing();
  const locator = viewOf(await handle.read(end - LOCATOR_BYTES, LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== 0x07064b50) throw missing();
  const limit = natural(locator, 8, wrong);
  if (limit + END64_BYTES > end - LOCATOR_BYTES) throw missing();
  const end64 = viewOf(await handle.read(limit, END64_BYTES));
  if (end64.getUint32(0, true) !== 0x06064b50) throw missing();
  return {
    count: natural(end64, 32, wrong),
    length: natural(end64, 40, wrong),
    start: natural(end64, 48, wrong),
    limit,
  };
}

function readEntry(
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  { file, wrong }: { file: string; wrong: Wrong },
): { entry: ZipEntry; end: number } {
  const view = viewOf(bytes);
  const broken = () => wrong(`its zip directory is damaged at byte ${at}`);
  if (at + ENTRY_BYTES > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw broken();
  const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const end = extraEnd + view.getUint16(at + 32, true);
  if (end > bytes.length) throw broken();
  const name = checkName(decodeText(bytes.subarray(at + ENTRY_BYTES, nameEnd), file), wrong);
  const sizes = [24, 20, 42].map((field) => view.getUint32(at + field, true));
  if (sizes.includes(0xffffffff)) {
    // What does not fit into 32 bits stands in the extra field 1, in this order.
    let extra = nameEnd;
    while (extra + 4 <= extraEnd && view.getUint16(extra, true) !== 1) {
      extra += 4 + view.getUint16(extra + 2, true);
    }
    extra += 4;
    for (const [i, size] of sizes.entries()) {
      if (size !== 0xffffffff) continue;
      if (extra + 8 > extraEnd) throw broken();
      sizes[i] = natural(view, extra, wrong);
      extra += 8;
    }
  }
  const [size, storedBytes, headerStart] = sizes as [number, number, number];
  if ((view.getUint16(at + 8, true) & 1) !== 0) throw wrong(`${showValue(name)} is encrypted`);
  const method = view.getUint16(at + 10, true);
  if (method === 0 && size !== storedBytes) {
    throw wrong(`${showValue(name)} in it has ${storedBytes} bytes and claims ${size}`);
  }
  return { entry: { name, method, storedBytes, bytes: size, headerStart }, end };
}

/** Nothing is ever unpacked to disk; such a name is a sign of an archive that was made to harm. */
function checkName(name: string, wrong: Wrong): string {
  // deno-lint-ignore no-control-regex
  const bad = /[\\\x00-\x1f\x7f]|^\//.test(name) || name.split("/").includes("..");
  if (bad || name === "") throw wrong(`the name ${showValue(name)} in it is refused`);
  return name;
}

/** A 64-bit number that is exact as a JavaScript number. */
function natural(view: DataView, at: number, wrong: Wrong): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw wrong(`it claims ${value} bytes`);
  return Number(value);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
