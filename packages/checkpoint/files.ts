import { diskFiles } from "./_files_node.ts";
import { urlFiles } from "./_files_browser.ts";

/**
 * Where a file is: a path of the operating system, a `file:` URL or an `http(s):` URL; in a browser also a name
 * relative to the page.
 */
export type Path = string | URL;

/** An open file that is read in pieces, in any order. */
export interface FileHandle {
  /** Length of the file in bytes when it was opened. */
  readonly size: number;
  /**
   * Reads exactly `length` bytes from `offset`.
   *
   * @param offset Bytes from the start of the file.
   * @param length Bytes to read.
   * @returns A new array of `length` bytes that the caller owns.
   * @throws {RangeError} When the file ends before `offset + length`.
   */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Closes the file; closing twice is allowed. */
  close(): Promise<void>;
}

/** A running SHA-256 over bytes that arrive in pieces. */
export interface Sha256 {
  /**
   * Takes the next bytes.
   *
   * @param bytes The bytes that follow those given before.
   */
  update(bytes: Uint8Array): void;
  /**
   * Ends the computation.
   *
   * @returns The digest as 64 lower-case hexadecimal digits.
   */
  digest(): Promise<string>;
}

/** What may be written: bytes at once, or in pieces that are made while writing. */
export type Chunks = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * The one door to files and the network for every package.
 *
 * Deno and Node read and write the disk; everything, a browser included, reads `http(s):` URLs
 * through `fetch`. Nothing is ever written to a URL other than `file:`.
 */
export interface Files {
  /**
   * Reads a whole file.
   *
   * @param path File to read.
   * @returns Its bytes.
   */
  readBytes(path: Path): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Reads a whole file as text.
   *
   * @param path File to read.
   * @returns Its text, without a byte order mark.
   * @throws {SyntaxError} When the bytes are not UTF-8.
   */
  readText(path: Path): Promise<string>;
  /**
   * Opens a file to read pieces of it.
   *
   * @param path File to open.
   * @returns The handle, which the caller closes.
   */
  open(path: Path): Promise<FileHandle>;
  /**
   * Reads a file from a place to its end without holding it in memory.
   *
   * @param path File to read.
   * @param options `offset`: bytes to leave out at the start, 0 by default; `signal`: stops the
   * reading.
   * @returns The pieces in order.
   */
  stream(path: Path, options?: StreamOptions): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /**
   * Writes a file so that a reader sees the old content or the new one, never a part.
   *
   * The bytes go to a temporary file in the same folder, reach the disk and take the final name;
   * when anything fails the temporary file is removed and the old file stays.
   *
   * @param path File to write; its folder must exist.
   * @param chunks The content.
   */
  writeAtomic(path: Path, chunks: Chunks): Promise<void>;
  /**
   * Adds bytes at the end of a file, which is made when it does not exist.
   *
   * Each piece is in the file before the next is asked for, and stays there when anything fails later: what was
   * fetched so far can be gone on from. At the end the bytes have reached the disk.
   *
   * @param path File to grow.
   * @param chunks The bytes.
   */
  append(path: Path, chunks: Chunks): Promise<void>;
  /**
   * Adds text at the end of a file, which is made when it does not exist.
   *
   * @param path File to grow.
   * @param text Text to add, written as UTF-8.
   */
  appendText(path: Path, text: string): Promise<void>;
  /**
   * Tells whether a file or folder exists.
   *
   * @param path File or folder to look for.
   * @returns True when it does.
   */
  exists(path: Path): Promise<boolean>;
  /**
   * Lists a folder.
   *
   * @param directory Folder to list.
   * @returns The names in it, sorted.
   */
  list(directory: Path): Promise<string[]>;
  /**
   * Makes a folder and the folders above it; an existing one is kept.
   *
   * @param directory Folder to make.
   */
  makeDirectory(directory: Path): Promise<void>;
  /**
   * Removes a file, or a folder with everything in it; a missing one is no error.
   *
   * @param path File or folder to remove.
   */
  remove(path: Path): Promise<void>;
  /**
   * Gives a file or folder another name, in place of what had that name.
   *
   * @param from Present name.
   * @param to New name on the same disk.
   */
  rename(from: Path, to: Path): Promise<void>;
  /**
   * Tells how long a file is.
   *
   * @param path File to measure.
   * @returns Its length in bytes.
   */
  size(path: Path): Promise<number>;
  /**
   * Begins a SHA-256.
   *
   * @returns The running digest.
   */
  sha256(): Sha256;
  /**
   * Reads a variable of the environment.
   *
   * @param name Name of the variable.
   * @returns Its value; undefined when it is unset, empty, may not be read, or there is no
   * environment.
   */
  environment(name: string): string | undefined;
  /**
   * Takes a file that one process may have at a time; the system lets go when that process ends.
   *
   * @param path File to take, made when it is not there.
   * @param text What it is to say while it is held.
   * @returns Lets go and removes the file; undefined when another process has it.
   */
  lock?(path: Path, text: string): Promise<(() => void) | undefined>;
  /** This process; undefined in a browser. `host` is the machine's name, where it may be asked. */
  readonly process?: { readonly pid: number; readonly host?: string };
  /** True where files can be written: Deno and Node. */
  readonly writable: boolean;
  /** Operating system as Node names it (`linux`, `darwin`, `win32`); `browser` without one. */
  readonly platform: string;
}

/** Options of {@linkcode Files.stream}. */
export interface StreamOptions {
  /** Bytes to leave out at the start; 0 by default. */
  offset?: number;
  /** Stops the reading. */
  signal?: AbortSignal;
  /** Milliseconds after which a server that sends nothing is given up; 30,000 by default. */
  idleMs?: number;
}

/**
 * The files of this runtime.
 *
 * @example
 * ```ts
 * import { files, joinPath } from "@heed/checkpoint";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * const path = joinPath(assets.base, "config.json");
 * assertEquals(await files.exists(path), true);
 * assertEquals(JSON.parse(await files.readText(path)).d_model, 256);
 * ```
 */
export const files: Files = diskFiles(urlFiles) ?? urlFiles;
