import { files, type Path } from "../files.ts";
import { showPath } from "../_location.ts";

/** What a lexical shortlist of Marian says; the parts of a `Shortlist` of `@heed/translation`. */
export interface MarianShortlist {
  /** Number of target ids. */
  readonly vocabSize: number;
  /** Target ids that any source may become, ascending: the first of the vocabulary. */
  readonly always: Int32Array<ArrayBuffer>;
  /** Where each source id's likely targets begin in `ids`, and where the last one's end `[source ids + 1]`. */
  readonly offsets: Int32Array<ArrayBuffer>;
  /** Likely targets of each source id, those of `always` left out. */
  readonly ids: Int32Array<ArrayBuffer>;
}

const MAGIC = 0xf11a48d5013417f5n;
const HEADER_BYTES = 48, OFFSET_BYTES = 8, ID_BYTES = 4;

/** A file of 1 GiB would list 250 targets for each of a million source ids. */
const MAX_BYTES = 1 << 30;

/**
 * Reads a lexical shortlist of Marian in its binary form, such as `lex.50.50.enpt.s2t.bin` of Firefox Translations.
 *
 * @param path The file.
 * @param options Number of target ids that the model has.
 * @returns What the constructor of `Shortlist` of `@heed/translation` takes.
 * @throws {SyntaxError} When the file is none, is damaged, or has another checksum than it says.
 * @throws {RangeError} When it lists an id outside of the vocabulary.
 * @example
 * ```ts
 * import { readMarianShortlist } from "@heed/checkpoint/formats";
 * import { assertEquals } from "@std/assert";
 *
 * const file = new URL("../../../testdata/checkpoint/marian/lex.s2t.bin", import.meta.url);
 * const { always, offsets, ids } = await readMarianShortlist(file, { vocabSize: 10 });
 * assertEquals([...always], [0, 1, 2]);
 * assertEquals([...ids.subarray(offsets[1], offsets[2])], [3, 7]); // of source id 1, beside 0
 * ```
 */
export async function readMarianShortlist(
  path: Path,
  options: { vocabSize: number },
): Promise<MarianShortlist> {
  const file = showPath(path);
  const size = await files.size(path);
  if (size > MAX_BYTES) {
    throw new SyntaxError(`Cannot read ${file}: a shortlist of ${size} bytes is too large`);
  }
  return parseMarianShortlist(await files.readBytes(path), { ...options, file });
}

/**
 * Reads a lexical shortlist from its bytes; see {@linkcode readMarianShortlist}.
 *
 * The layout: magic number, checksum, how many ids are always allowed, the most of a list, number of offsets, number of
 * ids, all of 64 bits; then the offsets in 64 and the ids in 32 bits.
 *
 * @param bytes The file.
 * @param options Number of target ids, and the file's name for the errors.
 * @returns Its parts.
 */
export function parseMarianShortlist(
  bytes: Uint8Array<ArrayBuffer>,
  { vocabSize, file }: { vocabSize: number; file: string },
): MarianShortlist {
  const fail = (what: string) => new SyntaxError(`Cannot read ${file}: ${what}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getBigUint64(0, true) !== MAGIC) {
    throw fail("it is no binary shortlist of Marian");
  }
  const [first, , offsetCount, idCount] = [16, 24, 32, 40]
    .map((at) => Number(view.getBigUint64(at, true))) as [number, number, number, number];
  const expected = HEADER_BYTES + offsetCount * OFFSET_BYTES + idCount * ID_BYTES;
  if (expected !== bytes.length || offsetCount === 0) {
    throw fail(
      `${offsetCount} offsets and ${idCount} ids take ${expected} bytes, but it has ${bytes.length}`,
    );
  }
  if (checksum(view) !== view.getBigUint64(8, true)) {
    throw fail("its checksum is another than it says: it is damaged");
  }

  const least = Math.min(first, vocabSize);
  const offsets = new Int32Array(offsetCount);
  const ids = new Int32Array(idCount);
  const idsStart = HEADER_BYTES + offsetCount * OFFSET_BYTES;
  let end = 0, kept = 0;
  for (let source = 0; source < offsetCount; source++) {
    const next = Number(view.getBigUint64(HEADER_BYTES + source * OFFSET_BYTES, true));
    const isLast = source === offsetCount - 1;
    if (
      next < end || next > idCount || (source === 0 && next !== 0) || (isLast && next < idCount)
    ) {
      throw fail(`its offsets do not divide its ${idCount} ids at source id ${source}`);
    }
    for (; end < next; end++) {
      const id = view.getUint32(idsStart + end * ID_BYTES, true);
      if (id >= vocabSize) {
        throw new RangeError(
          `Cannot use ${file}: it lists target id ${id}, and the model's vocabulary has ${vocabSize}; ` +
            "take the shortlist of this model",
        );
      }
      if (id >= least) ids[kept++] = id;
    }
    offsets[source] = kept;
  }
  const always = Int32Array.from({ length: least }, (_, id) => id);
  return { vocabSize, always, offsets, ids: ids.slice(0, kept) };
}

/**
 * Marian's hash of everything behind the checksum, in words of 64 bits; a half word at the end is left out.
 *
 * `hash ^= word + 0x9e3779b9 + (hash << 6) + (hash >> 2)`, here in two halves, which is some 50 times as fast as BigInt.
 */
function checksum(view: DataView): bigint {
  let high = 0, low = 0;
  for (let at = 16; at + 8 <= view.byteLength; at += 8) {
    const lows = view.getUint32(at, true) + 0x9e3779b9 + ((low << 6) >>> 0) +
      (((low >>> 2) | (high << 30)) >>> 0);
    const highs = view.getUint32(at + 4, true) + (((high << 6) | (low >>> 26)) >>> 0) +
      (high >>> 2) + Math.floor(lows / 2 ** 32);
    low = (low ^ lows) >>> 0;
    high = (high ^ highs) >>> 0;
  }
  return (BigInt(high) << 32n) | BigInt(low);
}
