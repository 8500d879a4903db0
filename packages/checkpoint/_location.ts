import type { Path } from "./files.ts";
import { showValue } from "./show_value.ts";

/** A place sorted by how it is reached. */
export type Location = { disk: string; url?: undefined } | { disk?: undefined; url: URL };

/** Strings that begin like this are URLs; `c:\\models` is a path. */
const URL_TEXT = /^(?:https?|file|blob|data):/i;

/**
 * Sorts a path into a name on disk (`fileUrlToPath` reads `file:` URLs) or a URL that `fetch`
 * reads.
 */
export function locate(path: Path, fileUrlToPath: (url: URL) => string): Location {
  const url = path instanceof URL ? path : URL_TEXT.test(path) ? new URL(path) : undefined;
  if (url === undefined) {
    const text = path as string;
    if (text === "" || text.includes("\0")) {
      throw new RangeError(
        `Cannot use ${showValue(text)} as a path: it is empty or holds a NUL character`,
      );
    }
    return { disk: text };
  }
  return url.protocol === "file:" ? { disk: fileUrlToPath(url) } : { url };
}

/** A path as an error message shows it: without the user and password of a URL. */
export function showPath(path: Path): string {
  if (typeof path === "string" && !URL_TEXT.test(path)) return path;
  const url = new URL(path);
  if (url.protocol === "data:") return "data: URL";
  url.username = "";
  url.password = "";
  return url.href;
}

/** Turns UTF-8 bytes into text without a byte order mark. */
export function decodeText(bytes: Uint8Array, path: Path): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${showPath(path)} as text: it is not valid UTF-8`, {
      cause,
    });
  }
}

/** The error for a piece of a file that is not there. */
export function pastEnd(path: Path, offset: number, length: number, size: number): RangeError {
  return new RangeError(
    `Cannot read ${length} bytes at offset ${offset} of ${
      showPath(path)
    }: the file has ${size} bytes`,
  );
}
