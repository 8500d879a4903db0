/** A file in an archive, as its directory has it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  /** Bytes in the archive, and unpacked. */
  readonly packed: number;
  readonly size: number;
  /** Where its own head begins, its content, and what follows. */
  readonly start: number;
  readonly data: number;
  readonly end: number;
  /** Its record in the directory. */
  readonly record: { readonly start: number; readonly end: number };
}

/** The files of an archive in the order of its directory, where the directory is, and the record of the end. */
export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  readonly start: number;
  readonly end: number;
  readonly tail: number;
}

/** What an archive may be at most. A novel is 2 MB, the largest slides some hundreds. */
const limits = { entries: 20_000, entry: 256 << 20, total: 512 << 20, ratio: 500, small: 1 << 20 };

/**
 * Reads the directory of an archive, and refuses what is unsafe: sizes that no document has, files that lie over one
 * another, and names that lead elsewhere. Nothing is unpacked.
 *
 * @throws {SyntaxError} When it is no archive, or a damaged one.
 * @throws {RangeError} When it is larger than a document.
 */
export function zipDirectory(bytes: Uint8Array): ZipDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tail = findTail(view);
  const count = view.getUint16(tail + 10, true);
  const start = view.getUint32(tail + 16, true);
  if (count === 0xffff || start === 0xffffffff) {
    throw new RangeError("Cannot read the archive: it has the form for more than 4 GB");
  }
  if (count > limits.entries) {
    throw new RangeError(
      `Cannot read the archive: it has ${count} files, more than ${limits.entries}`,
    );
  }
  if (start + view.getUint32(tail + 12, true) > tail) damaged("its directory lies outside of it");
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = start, total = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > tail || view.getUint32(at, true) !== 0x02014b50) {
      damaged("its directory is cut off");
    }
    const entry = readEntry(bytes, view, { at, limit: start });
    at = entry.record.end;
    if (at > tail) damaged("its directory is cut off");
    if (names.has(entry.name)) damaged(`it has ${shown(entry.name)} twice`);
    names.add(entry.name);
    total += entry.size;
    if (total > limits.total) {
      throw new RangeError(
        `Cannot read the archive: unpacked it is more than ${mega(limits.total)}`,
      );
    }
    entries.push(entry);
  }
  const byPlace = entries.toSorted((a, b) => a.start - b.start);
  byPlace.forEach((entry, i) => {
    if (i > 0 && byPlace[i - 1].end > entry.start) {
      damaged(`${shown(byPlace[i - 1].name)} and ${shown(entry.name)} lie over one another`);
    }
  });
  return { entries, start, end: at, tail };
}

/** The record at the end of an archive, behind which a comment may stand. */
function findTail(view: DataView): number {
  const first = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= first; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    if (at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw new SyntaxError("Cannot read the document: it is no ZIP archive, or its end is missing");
}

function readEntry(
  bytes: Uint8Array,
  view: DataView,
  { at, limit }: { at: number; limit: number },
): ZipEntry {
  const flags = view.getUint16(at + 8, true), method = view.getUint16(at + 10, true);
  const packed = view.getUint32(at + 20, true), size = view.getUint32(at + 24, true);
  const nameLength = view.getUint16(at + 28, true);
  const recordEnd = at + 46 + nameLength + view.getUint16(at + 30, true) +
    view.getUint16(at + 32, true);
  // Without the flag for UTF-8 it is some code page; what is asked for is ASCII in both.
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
  checkName(name);
  const start = view.getUint32(at + 42, true);
  if (packed === 0xffffffff || size === 0xffffffff || start === 0xffffffff) {
    throw new RangeError(`Cannot read ${shown(name)}: it has the form for more than 4 GB`);
  }
  if (flags & 1) throw new SyntaxError(`Cannot read ${shown(name)}: it is encrypted`);
  if (size > limits.entry) {
    throw new RangeError(
      `Cannot read ${shown(name)}: unpacked it is more than ${mega(limits.entry)}`,
    );
  }
  if (size > limits.small && size > packed * limits.ratio) {
    throw new RangeError(
      `Cannot read ${shown(name)}: unpacked it is more than ${limits.ratio} times as large`,
    );
  }
  if (start + 30 > limit || view.getUint32(start, true) !== 0x04034b50) {
    damaged(`${shown(name)} is not where the directory says`);
  }
  const data = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  if (data + packed > limit) damaged(`${shown(name)} is cut off`);
  return {
    ...{ name, method, packed, size, start, data },
    crc: view.getUint32(at + 16, true),
    end: data + packed,
    record: { start: at, end: recordEnd },
  };
}

/** A document names its parts by paths within it. */
function checkName(name: string): void {
  const parts = name.split("/");
  // deno-lint-ignore no-control-regex
  if (name === "" || /^\/|[\\\x00-\x1f]|^[a-z]:/i.test(name) || parts.includes("..")) {
    throw new SyntaxError(`Cannot read the archive: the name ${shown(name)} leads out of it`);
  }
}

function damaged(what: string): never {
  throw new SyntaxError(`Cannot read the archive: ${what}`);
}

/** A name as an error has it. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? name.slice(0, 77) + "..." : name);
}

function mega(bytes: number): string {
  return `${bytes >> 20} MB`;
}
