/**
 * The files of this repository, named by their path from its root, with `/`.
 *
 * @module
 */

/** The repository root, two folders above this file, with a slash at its end. */
export const ROOT: URL = new URL("../../", import.meta.url);

/** Folders of generated or foreign code; `assembly` is AssemblyScript, which only looks alike. */
const SKIPPED = new Set(["node_modules", ".cache", "coverage", "assembly"]);

/** Yields the TypeScript and JavaScript files under a folder, in order. */
export async function* sourceFiles(folder: string): AsyncGenerator<string> {
  const entries = await Array.fromAsync(Deno.readDir(new URL(folder + "/", ROOT)));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && !SKIPPED.has(entry.name)) yield* sourceFiles(path);
    else if (entry.isFile && /\.(ts|tsx|mts|js|mjs)$/.test(entry.name)) yield path;
  }
}

/** Reads a file of the repository. */
export function readSource(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}
