import type { Path } from "./files.ts";
import { showValue } from "./show_value.ts";

/** Longest name of a file or folder, in characters: no usual file system takes a longer one. */
const MAX_NAME = 255;

/**
 * Names a file inside a folder, and refuses every name that could lead out of it.
 *
 * Meant for names that come from outside: a weight map, a list of assets. Links on disk are not
 * looked at, because model caches lay out their folders with links on purpose.
 *
 * @param directory The folder, a path or a URL with or without a slash at its end.
 * @param name Name relative to the folder: parts of any characters but control characters, `\` and
 * `:`, divided by `/`.
 * @returns The path of the file, of the same kind as `directory`.
 * @throws {RangeError} When the name is absolute, empty, or holds an empty, `.` or `..` part, `\`,
 * `:` or a control character, or a part is longer than 255 characters.
 * @example
 * ```ts
 * import { joinPath } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(joinPath("models/en-de", "config.json"), "models/en-de/config.json");
 * const base = new URL("https://example.com/en-de");
 * assertEquals(joinPath(base, "vocab.json").href, "https://example.com/en-de/vocab.json");
 * ```
 */
export function joinPath(directory: URL, name: string): URL;
/**
 * Names a file inside a folder, and refuses every name that could lead out of it.
 *
 * @param directory The folder, a path.
 * @param name Name relative to the folder.
 * @returns The path of the file.
 */
export function joinPath(directory: string, name: string): string;
/**
 * Names a file inside a folder, and refuses every name that could lead out of it.
 *
 * @param directory The folder, a path or a URL.
 * @param name Name relative to the folder.
 * @returns The path of the file, of the same kind as `directory`.
 */
export function joinPath(directory: Path, name: string): Path;
export function joinPath(directory: Path, name: string): Path {
  // A drive letter and an alternate stream of Windows both need a colon.
  // deno-lint-ignore no-control-regex
  const bad = /[\\:\x00-\x1f\x7f]/.test(name);
  const parts = name.split("/");
  if (bad || parts.some((part) => part === "" || part === "." || part === "..")) {
    throw new RangeError(
      `Cannot use ${showValue(name)} as a name inside ${directory}: ` +
        "it must be relative, with no empty, . or .. part, backslash, colon or control character",
    );
  }
  if (parts.some((part) => part.length > MAX_NAME)) {
    throw new RangeError(
      `Cannot use ${showValue(name)} as a name inside ${directory}: ` +
        `a part of it is longer than ${MAX_NAME} characters`,
    );
  }
  if (directory instanceof URL || /^(?:https?|file):\/\//i.test(directory)) {
    const folder = new URL(directory);
    // Encoded part by part: "%2e%2e" in a name stays those six characters.
    folder.pathname = folder.pathname.replace(/\/*$/, "/") +
      parts.map(encodeURIComponent).join("/");
    return typeof directory === "string" ? folder.href : folder;
  }
  return directory === "" ? name : directory.replace(/[/\\]+$/, "") + "/" + name;
}
