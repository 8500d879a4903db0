import {
  openSafetensors,
  type Path,
  type SafetensorsReader,
  showText,
  showValue,
  writeSafetensors,
} from "@heed/checkpoint";
import { type ModelDirectory, type ModelSource, openModel } from "@heed/model";
import { Shortlist, shortlistFile, type ShortlistParts } from "./shortlist.ts";

/** What the file says it is. */
const FORMAT = "heed-shortlist-1";

/** Tells whether a model directory has a shortlist: Heed's own, or the one beside a model in Marian's form. */
export async function hasShortlist(directory: ModelDirectory): Promise<boolean> {
  return await directory.has(shortlistFile) ||
    (await directory.marianFiles())?.shortlist !== undefined;
}

/**
 * Reads the shortlist of a model directory.
 *
 * @param model Model directory (path, URL, or open), or a model package's assets.
 * @param options Number of token ids that the model has.
 * @returns The shortlist; undefined when the directory has no `shortlist.safetensors`, nor the `lex.*.bin` of a model in
 * Marian's own form.
 * @throws {RangeError} When it was made for another vocabulary, or its contents contradict themselves.
 * @throws {SyntaxError} When the file is not a shortlist.
 *
 * @example
 * ```ts
 * import { readShortlist } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * assertEquals(await readShortlist(directory, { vocabSize: 8000 }), undefined);
 * await Deno.remove(directory);
 * ```
 */
export async function readShortlist(
  model: ModelSource,
  { vocabSize }: { vocabSize: number },
): Promise<Shortlist | undefined> {
  const directory = await openModel(model);
  if (!await directory.has(shortlistFile)) return await readLexicon(directory, vocabSize);
  const path = directory.at(shortlistFile);
  const reader = await openSafetensors(path);
  try {
    const { format, vocab_size } = reader.metadata;
    if (format !== FORMAT) {
      throw new SyntaxError(
        `Cannot read ${path}: its format is ${showValue(format)} and not ${FORMAT}; build it again`,
      );
    }
    if (vocab_size !== String(vocabSize)) {
      throw new RangeError(
        `Cannot use ${path}: it is for a vocabulary of ${
          showText(vocab_size ?? "unknown size")
        } and the model has ` +
          `${vocabSize}; build it again with this model, or remove it`,
      );
    }
    const read = (name: string, limits: Limits) => readIds(reader, name, { path, ...limits });
    return new Shortlist({
      vocabSize,
      always: await read("always", { most: vocabSize }),
      offsets: await read("offsets", { least: vocabSize + 1, most: vocabSize + 1 }),
      ids: await read("ids", { most: vocabSize * vocabSize }),
    });
  } finally {
    await reader.close();
  }
}

/** Reads the lexical shortlist of a model in Marian's own form. */
async function readLexicon(
  directory: ModelDirectory,
  vocabSize: number,
): Promise<Shortlist | undefined> {
  const marian = await directory.marianFiles();
  if (marian?.shortlist === undefined) return undefined;
  const { readMarianShortlist } = await import("@heed/checkpoint/formats");
  const parts = await readMarianShortlist(directory.at(marian.shortlist), { vocabSize });
  const isShared = marian.sourceVocab === marian.targetVocab;
  return new Shortlist(isShared ? withCopies(parts) : parts);
}

/** Where both sides have the same tokens Marian allows each to become itself. */
function withCopies({ vocabSize, always, offsets, ids }: ShortlistParts): ShortlistParts {
  const known = new Set(always);
  const result = new Int32Array(ids.length + offsets.length);
  const starts = new Int32Array(offsets.length);
  let count = 0;
  for (let source = 0; source < offsets.length - 1; source++) {
    const list = ids.subarray(offsets[source], offsets[source + 1]);
    result.set(list, count);
    count += list.length;
    const isNew = source < vocabSize && !known.has(source) && !list.includes(source);
    if (isNew) result[count++] = source;
    starts[source + 1] = count;
  }
  return { vocabSize, always, offsets: starts, ids: result.slice(0, count) };
}

/** Numbers that a tensor may have. */
interface Limits {
  readonly least?: number;
  readonly most: number;
}

/** Reads one list, whose size is looked at before there is memory taken for it. */
async function readIds(
  reader: SafetensorsReader,
  name: string,
  { path, least = 0, most }: Limits & { path: Path },
): Promise<Int32Array> {
  const { dtype, shape } = reader.info(name);
  const isList = dtype === "I32" && shape.length === 1 && shape[0] >= least && shape[0] <= most;
  if (!isList) {
    throw new SyntaxError(
      `Cannot read ${path}: "${name}" is ${dtype} [${shape.join(", ")}] and must be a list of ` +
        `I32 with ${least === most ? most : `at most ${most}`} numbers; build it again`,
    );
  }
  return (await reader.read(name)).data as Int32Array;
}

/**
 * Writes a shortlist; the file appears whole or not at all.
 *
 * @param path File to write: `shortlist.safetensors` in a model directory is found there.
 * @param shortlist What to write.
 *
 * @example
 * ```ts
 * import { readShortlist, Shortlist, writeShortlist } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * const offsets = Int32Array.of(0, 1, 1);
 * const parts = { vocabSize: 2, always: Int32Array.of(0), offsets, ids: Int32Array.of(1) };
 * await writeShortlist(`${directory}/shortlist.safetensors`, new Shortlist(parts));
 * const shortlist = await readShortlist(directory, { vocabSize: 2 });
 * assertEquals([...shortlist!.select([0])], [0, 1]);
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function writeShortlist(path: Path, { parts }: Shortlist): Promise<void> {
  const tensors = (["always", "offsets", "ids"] as const).map((name) => ({
    name,
    dtype: "I32" as const,
    shape: [parts[name].length],
    data: new Int32Array(parts[name]), // a copy: the writer takes no shared memory
  }));
  await writeSafetensors(path, tensors, { format: FORMAT, vocab_size: String(parts.vocabSize) });
}
