import { isRecord, parseStrictJson } from "./_strict_json.ts";
import { showPath } from "./_location.ts";
import { files, type Path } from "./files.ts";
import { joinPath } from "./join_path.ts";
import { showText, showValue } from "./show_value.ts";
import { readerOf, type StoredTensor, type WeightsReader } from "./weights_reader.ts";

/** A checked `model.safetensors.index.json`. */
export interface ShardIndex {
  /** Path or URL of the file of each tensor, as text, so that equal ones compare equal. */
  readonly shards: ReadonlyMap<string, string>;
  /** The writer's notes that are strings or numbers, as strings. */
  readonly metadata: Readonly<Record<string, string>>;
}

const MAX_INDEX_BYTES = 100_000_000;
/** How many faults of an index an error names. */
const NAMED = 20;

/** Reads an index; the files that it names must lie in its folder. */
export async function readIndex(path: Path): Promise<ShardIndex> {
  const shown = showPath(path);
  const bytes = await files.size(path);
  if (bytes > MAX_INDEX_BYTES) {
    throw new SyntaxError(`Cannot read ${shown}: an index of ${bytes} bytes is too large`);
  }
  const text = await files.readText(path);
  let json: unknown;
  try {
    json = parseStrictJson(text, 8);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${shown}: ${(cause as Error).message}`, { cause });
  }
  const map = isRecord(json) ? json.weight_map : undefined;
  if (!isRecord(map)) throw new SyntaxError(`Cannot read ${shown}: it has no weight_map`);
  const directory = folderOf(path);
  const shards = new Map<string, string>();
  for (const [name, file] of Object.entries(map)) {
    if (typeof file !== "string") {
      throw new SyntaxError(`Cannot read ${shown}: the file of ${showValue(name)} is no name`);
    }
    try {
      shards.set(name, String(joinPath(directory, file)));
    } catch (cause) {
      throw new SyntaxError(
        `Cannot read ${shown}: the file of ${showValue(name)} is refused: ${
          (cause as Error).message
        }`,
        { cause },
      );
    }
  }
  const notes = (json as Record<string, unknown>).metadata;
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(isRecord(notes) ? notes : {})) {
    if (typeof value === "string" || typeof value === "number") metadata[name] = String(value);
  }
  return { shards, metadata };
}

/**
 * Holds an index against what the files really contain.
 *
 * @throws {SyntaxError} Naming every tensor that is in two files, in none, or not in the index.
 */
export function checkShards(
  path: Path,
  { shards }: ShardIndex,
  parts: readonly { readonly file: string; readonly names: readonly string[] }[],
): void {
  const faults: string[] = [];
  const found = new Map<string, Set<string>>();
  const seen = new Set<string>();
  for (const { file, names } of parts) {
    found.set(file, new Set(names));
    for (const name of names) {
      if (seen.has(name)) faults.push(`${showText(name)} is in two files`);
      else if (!shards.has(name)) {
        faults.push(`${showText(name)} of ${showPath(file)} is not in the index`);
      }
      seen.add(name);
    }
  }
  for (const [name, file] of shards) {
    if (!found.get(file)?.has(name)) {
      faults.push(`${showText(name)} is not in ${showPath(file)}`);
    }
  }
  if (faults.length > 0) {
    const named = faults.slice(0, NAMED);
    if (faults.length > NAMED) named.push(`and ${faults.length - NAMED} more`);
    throw new SyntaxError(`Cannot read ${showPath(path)}:\n  ${named.join("\n  ")}`);
  }
}

/**
 * Opens every file of an index and joins their tensors.
 *
 * @param path The index.
 * @param index What it says.
 * @param open Opens one file.
 * @returns One reader for all; closing it closes them.
 */
export async function joinShards(
  path: Path,
  index: ShardIndex,
  open: (file: string) => Promise<WeightsReader>,
): Promise<WeightsReader> {
  const readers: WeightsReader[] = [];
  const close = async () => void await Promise.all(readers.map((reader) => reader.close()));
  try {
    const parts: { file: string; names: readonly string[] }[] = [];
    const tensors = new Map<string, StoredTensor>();
    for (const file of new Set(index.shards.values())) {
      const reader = await open(file);
      readers.push(reader);
      parts.push({ file, names: reader.names });
      for (const name of reader.names) {
        tensors.set(name, { info: reader.info(name), read: () => reader.read(name) });
      }
    }
    checkShards(path, index, parts);
    return readerOf(tensors, { file: showPath(path), metadata: index.metadata, close });
  } catch (error) {
    await close();
    throw error;
  }
}

function folderOf(path: Path): Path {
  if (path instanceof URL || /^(?:https?|file):\/\//i.test(path)) {
    const folder = new URL(".", path);
    return typeof path === "string" ? folder.href : folder;
  }
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return cut < 0 ? "." : path.slice(0, cut + 1);
}
