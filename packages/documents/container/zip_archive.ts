import { deflateSync, Inflate } from "fflate";
import { crc32 } from "./crc32.ts";
import { shown, type ZipDirectory, zipDirectory, type ZipEntry } from "./zip_directory.ts";

/** Bytes that go to the unpacking at once: one piece unpacks to 1,000 times as many at most. */
const pieceBytes = 1 << 14;

/** An archive whose files can be read, and replaced. */
export class ZipArchive {
  readonly #bytes: Uint8Array;
  readonly #directory: ZipDirectory;
  readonly #byName: ReadonlyMap<string, ZipEntry>;

  /**
   * @param bytes The archive.
   * @throws {SyntaxError} When it is no archive, or a damaged one.
   * @throws {RangeError} When it is larger than a document.
   */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#directory = zipDirectory(bytes);
    this.#byName = new Map(this.#directory.entries.map((entry) => [entry.name, entry]));
  }

  /** Names of the files, in order. */
  get names(): string[] {
    return [...this.#byName.keys()];
  }

  /** Whether there is such a file. */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Unpacks a file; never more of it than the directory says. */
  read(name: string): Uint8Array {
    const entry = this.#byName.get(name);
    if (entry === undefined) {
      throw new SyntaxError(`Cannot read the document: it has no ${shown(name)}`);
    }
    const content = this.#unpack(entry);
    if (crc32(content) !== entry.crc) {
      throw new SyntaxError(`Cannot read ${shown(name)}: its checksum is wrong`);
    }
    return content;
  }

  #unpack({ name, method, size, data, end }: ZipEntry): Uint8Array {
    const packed = this.#bytes.subarray(data, end);
    if (method === 0) {
      if (packed.length !== size) {
        throw new SyntaxError(
          `Cannot read ${shown(name)}: its size is not the one in the directory`,
        );
      }
      return packed;
    }
    if (method !== 8) {
      throw new SyntaxError(`Cannot read ${shown(name)}: its compression ${method} is not deflate`);
    }
    const content = new Uint8Array(size);
    let length = 0, isWhole = false;
    const inflate = new Inflate((chunk, final) => {
      isWhole ||= final;
      if (length + chunk.length > size) {
        throw new RangeError(`Cannot read ${shown(name)}: unpacked it is larger than it says`);
      }
      content.set(chunk, length);
      length += chunk.length;
    });
    try {
      for (let at = 0; at < packed.length; at += pieceBytes) {
        const next = Math.min(at + pieceBytes, packed.length);
        inflate.push(packed.subarray(at, next), next === packed.length);
      }
    } catch (cause) {
      if (cause instanceof RangeError) throw cause;
      throw new SyntaxError(`Cannot read ${shown(name)}: its compression is damaged`, { cause });
    }
    if (!isWhole || length < size) {
      throw new SyntaxError(`Cannot read ${shown(name)}: it is cut off`);
    }
    return content;
  }

  /**
   * Writes the archive with other contents in some places. What is not replaced is copied as it is packed; order,
   * names, times and comments stay.
   */
  replace(contents: ReadonlyMap<string, Uint8Array>): Uint8Array {
    const { entries, start, end, tail } = this.#directory;
    const pieces: Uint8Array[] = [];
    const records = this.#bytes.slice(start, end);
    const view = new DataView(records.buffer);
    let length = 0, done = 0;
    const add = (piece: Uint8Array) => {
      pieces.push(piece);
      length += piece.length;
    };
    for (const entry of entries.toSorted((a, b) => a.start - b.start)) {
      add(this.#bytes.subarray(done, entry.start));
      const record = entry.record.start - start;
      view.setUint32(record + 42, length, true);
      const content = contents.get(entry.name);
      done = content ? this.#behind(entry) : entry.end;
      if (content) this.#pack(entry, content, { view, record }).forEach(add);
      else add(this.#bytes.subarray(entry.start, entry.end));
    }
    add(this.#bytes.subarray(done, start));
    const directory = length;
    add(records);
    const behind = this.#bytes.slice(end);
    new DataView(behind.buffer).setUint32(tail - end + 16, directory, true);
    add(behind);
    const whole = new Uint8Array(length);
    let place = 0;
    for (const piece of pieces) {
      whole.set(piece, place);
      place += piece.length;
    }
    return whole;
  }

  /** Where an entry ends with the sizes that may stand behind its content; those of the new one are in its head. */
  #behind({ record, end }: ZipEntry): number {
    const hasDescriptor = (this.#bytes[record.start + 8] & 8) !== 0;
    if (!hasDescriptor) return end;
    const isSigned = this.#bytes[end] === 0x50 && this.#bytes[end + 1] === 0x4b &&
      this.#bytes[end + 2] === 7 && this.#bytes[end + 3] === 8;
    return end + (isSigned ? 16 : 12);
  }

  /** Packs a content as its entry was packed, and corrects the entry's head and its record. */
  #pack(
    { start, data, method }: ZipEntry,
    content: Uint8Array,
    { view, record }: { view: DataView; record: number },
  ): [head: Uint8Array, content: Uint8Array] {
    const packed = method === 8 ? deflateSync(content, { level: 6 }) : content;
    const head = this.#bytes.slice(start, data);
    const headView = new DataView(head.buffer);
    headView.setUint16(6, headView.getUint16(6, true) & ~8, true);
    view.setUint16(record + 8, view.getUint16(record + 8, true) & ~8, true);
    const crc = crc32(content);
    for (const [target, at] of [[headView, 14], [view, record + 16]] as const) {
      target.setUint32(at, crc, true);
      target.setUint32(at + 4, packed.length, true);
      target.setUint32(at + 8, content.length, true);
    }
    return [head, packed];
  }
}
