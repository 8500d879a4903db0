/**
 * What others may import: the `exports` of every package and program.
 *
 * @module
 */
import { ROOT } from "./source_files.ts";

/** An entry point. */
export interface EntryPoint {
  /** Such as `@heed/nn/adapter`. */
  readonly name: string;
  /** Path from the repository's root. */
  readonly path: string;
}

/** The part of a member's `deno.json` that is read here; what is not published has no name. */
export interface Manifest {
  readonly name?: string;
  readonly exports?: string | Readonly<Record<string, string>>;
}

/** The entry points that a manifest in a folder names. */
export function entryPointsOf({ name, exports }: Manifest, folder: string): EntryPoint[] {
  if (name === undefined || exports === undefined) return [];
  const named = typeof exports === "string" ? { ".": exports } : exports;
  return Object.entries(named).map(([key, path]) => ({
    name: name + key.slice(1),
    path: `${folder}/${path.replace(/^\.\//, "")}`,
  }));
}

/** Every entry point of the workspace, in the order of their paths. */
export async function entryPoints(): Promise<EntryPoint[]> {
  const found: EntryPoint[] = [];
  for (const folder of ["packages", "apps"]) {
    for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, ROOT))) {
      if (!isDirectory) continue;
      const manifest = new URL(`${folder}/${name}/deno.json`, ROOT);
      found.push(
        ...entryPointsOf(JSON.parse(await Deno.readTextFile(manifest)), `${folder}/${name}`),
      );
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
