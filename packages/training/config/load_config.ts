import { files } from "@heed/checkpoint";

/** Checks the JSON of a configuration; relative paths in it are relative to `directory`. */
export type ParseConfig<T> = (json: unknown, options: { directory: string }) => T;

/**
 * Reads a configuration from a JSON file.
 *
 * @param path The file.
 * @param parse Checks it; a RangeError of it gets the name of the file.
 * @returns What `parse` gives.
 * @throws {SyntaxError} When the file is not JSON.
 *
 * @example
 * ```ts
 * import { loadConfig } from "@heed/training/config";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await loadConfig("data:,[1]", (json) => json), [1]);
 * ```
 */
export async function loadConfig<T>(path: string, parse: ParseConfig<T>): Promise<T> {
  const text = await files.readText(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path} as JSON: ${(cause as Error).message}`, { cause });
  }
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  try {
    return parse(json, { directory: path.slice(0, end + 1) });
  } catch (error) {
    if (error instanceof RangeError) error.message += `\nin ${path}`;
    throw error;
  }
}

/**
 * The path from a directory on.
 *
 * @param directory What it is relative to; empty for the working directory.
 * @param path The path; absolute ones, drive letters and URLs stay as they are.
 * @returns The path.
 *
 * @example
 * ```ts
 * import { resolvePath } from "@heed/training/config";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(resolvePath("experiments/", "train.tsv"), "experiments/train.tsv");
 * assertEquals(resolvePath("experiments/", "/data/train.tsv"), "/data/train.tsv");
 * ```
 */
export function resolvePath(directory: string, path: string): string {
  if (directory === "" || /^(?:[/\\]|[A-Za-z][A-Za-z0-9+.-]*:)/.test(path)) return path;
  return directory.replace(/[/\\]+$/, "") + "/" + path;
}
