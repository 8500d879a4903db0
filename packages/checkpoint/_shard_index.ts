import { isRecord, parseStrictJson } from "./_strict_json.ts";
import { showPath } from "./_location.ts";
import { files, type Path } from "./files.ts";
import { joinPath } from "./join_path.ts";
import { showValue } from "./show_value.ts";

/** A checked `model.safetensors.index.json`. */
export interface ShardIndex {
  /** Path or URL of the file of each tensor, as text, so that equal ones compare equal. */
  readonly shards: ReadonlyMap<string, string>;
  /** The writer's notes that are strings or numbers, as strings. */
  readonly metadata: Readonly<Record<string, string>>;
}

const MAX_INDEX_BYTES = 100_000_000;

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

function folderOf(path: Path): Path {
  if (path instanceof URL || /^(?:https?|file):\/\//i.test(path)) {
    const folder = new URL(".", path);
    return typeof path === "string" ? folder.href : folder;
  }
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return cut < 0 ? "." : path.slice(0, cut + 1);
}
