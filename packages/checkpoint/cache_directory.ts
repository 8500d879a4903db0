import { files } from "./files.ts";

/**
 * Names the folder where Heed keeps what it has fetched: `HEED_CACHE_DIR` when it is set, else
 * `heed` in the cache folder of the operating system. The folder need not exist.
 *
 * @returns Path of the folder.
 * @throws {Error} When no variable of the environment tells, or may be read.
 * @example
 * ```ts
 * import { cacheDirectory } from "@heed/checkpoint";
 * import { assertNotEquals } from "@std/assert";
 *
 * assertNotEquals(cacheDirectory(), ""); // such as /home/ada/.cache/heed
 * ```
 */
export function cacheDirectory(): string {
  // Asked one by one: a program may have the permission for the first alone.
  const candidates: (readonly [variable: string, folder: string])[] = [
    ["HEED_CACHE_DIR", ""],
    ["XDG_CACHE_HOME", "/heed"],
    ["LOCALAPPDATA", "/heed"],
    ["HOME", files.platform === "darwin" ? "/Library/Caches/heed" : "/.cache/heed"],
  ];
  for (const [variable, folder] of candidates) {
    const value = files.environment(variable);
    if (value !== undefined) return value.replace(/(?<=.)[/\\]+$/, "") + folder;
  }
  throw new Error(
    "Cannot find a cache folder: set HEED_CACHE_DIR to one " +
      "(with Deno, allow reading it: --allow-env=HEED_CACHE_DIR)",
  );
}
