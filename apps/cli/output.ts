import { fileError } from "./file_error.ts";
import type { Host } from "./host.ts";
import { assertNotInput, type Inputs } from "./same_file.ts";

export { fileError } from "./file_error.ts";

/**
 * Where a command's results go: standard output or a file.
 *
 * A file is written as `FILE.part` beside it and takes its name at the end. A command that ends before
 * {@linkcode finish} leaves whole writes in `FILE.part`, and says so: what has its name is whole.
 */
export interface Output extends AsyncDisposable {
  /** Writes whole lines; of what cannot be written wholly, nothing stays in a file. */
  write(text: string | Uint8Array): Promise<void>;
  /** Says that all is written: the file gets its name. */
  finish(): Promise<void>;
}

/** Options of {@linkcode openOutput}. */
export interface OutputOptions extends Inputs {
  /** File to write, replacing its content; standard output when left out. */
  readonly path?: string;
  /** Opens files; other than Deno's in tests, where disks are full. */
  readonly open?: (path: string, options: Deno.OpenOptions) => Promise<OutputFile>;
}

/** What of a file is used to write. */
export type OutputFile = Pick<Deno.FsFile, "write" | "truncate" | "syncData" | "close">;

/** Checks, without touching anything, what can be said of an output before there are results. */
export async function checkOutput(
  host: Host,
  { path, ...inputs }: Omit<OutputOptions, "open">,
): Promise<void> {
  if (path === undefined) return;
  await assertNotInput(path, inputs, host);
  await assertNotInput(`${path}.part`, inputs, host);
  const cause = await obstacle(path);
  if (cause !== undefined) throw fileError("write", { path, cause });
}

/** Opens the output of a command: only once there are results, for it is what empties a file. */
export async function openOutput(host: Host, options: OutputOptions): Promise<Output> {
  const { path, open = openFile } = options;
  if (path === undefined) {
    const decoder = new TextDecoder();
    return {
      write: (text) => host.writeOut(typeof text === "string" ? text : decoder.decode(text)),
      finish: async () => {},
      [Symbol.asyncDispose]: async () => {},
    };
  }
  await checkOutput(host, options);
  const place = await placeOf(path);
  const file = await open(place.writes, { write: true, create: true, truncate: true });
  return new FileOutput(file, { path, place, host });
}

/** Writes a file whole, in place of an older one. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  { host, ...inputs }: { readonly host: Host } & Inputs,
): Promise<void> {
  await using output = await openOutput(host, { path, ...inputs });
  await output.write(content);
  await output.finish();
}

/** Where the bytes of an output go. */
interface Place {
  /** File that is written. */
  readonly writes: string;
  /** File whose place it takes; undefined when it is written in place. */
  readonly replaces?: string;
}

class FileOutput implements Output {
  readonly #encoder = new TextEncoder();
  readonly #file: OutputFile;
  readonly #to: { readonly path: string; readonly place: Place; readonly host: Host };
  #length = 0;
  #isClosed = false;

  constructor(file: OutputFile, to: { path: string; place: Place; host: Host }) {
    this.#file = file;
    this.#to = to;
  }

  async write(text: string | Uint8Array): Promise<void> {
    const bytes = typeof text === "string" ? this.#encoder.encode(text) : text;
    try {
      for (let start = 0; start < bytes.length;) {
        start += await this.#file.write(bytes.subarray(start));
      }
      this.#length += bytes.length;
    } catch (cause) {
      // Half a line must not pass for a whole one. A device or a pipe cannot be shortened.
      await this.#file.truncate(this.#length).catch(() => {});
      throw fileError("write", { path: this.#to.path, cause });
    }
  }

  async finish(): Promise<void> {
    const { path, place: { writes, replaces } } = this.#to;
    if (replaces === undefined) return this.#close();
    try {
      await this.#file.syncData(); // or a crash may leave the name without the content
      this.#close();
      await Deno.rename(writes, replaces);
    } catch (cause) {
      const error = fileError("write", { path, cause }) as Error;
      throw new Error(`${error.message}; what was to be in it is in ${writes}`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    const { path, place, host } = this.#to;
    this.#close();
    if (place.replaces === undefined) return;
    if (this.#length === 0) return await Deno.remove(place.writes).catch(() => {});
    host.writeError(
      `heed: ${path} is not written; what there is so far is in ${place.writes}\n`,
    );
  }

  #close(): void {
    this.#isClosed = true;
    this.#file.close();
  }
}

/** Opens a file, with an error that names it. */
export async function openFile(path: string, options: Deno.OpenOptions): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, options);
  } catch (cause) {
    throw fileError(options.write ? "write" : "read", { path, cause });
  }
}

/** Why a path cannot be written to, as far as that shows without writing. */
async function obstacle(path: string): Promise<unknown> {
  try {
    if ((await Deno.stat(path)).isDirectory) return new Deno.errors.IsADirectory();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      return error instanceof Deno.errors.NotADirectory ? error : undefined;
    }
    try {
      if (!(await Deno.stat(folderOf(path))).isDirectory) return new Deno.errors.NotADirectory();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return error;
    }
  }
  return undefined; // Whatever else there is, such as a permission, shows when the file is opened.
}

function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return end < 0 ? "." : path.slice(0, end + 1);
}

/**
 * Beside the file, so that a rename is one step. Devices and pipes are written in place, and so is a
 * file in whose folder nothing else may be written: `--allow-write=FILE` permits that file only.
 */
async function placeOf(path: string): Promise<Place> {
  let target = path;
  try {
    target = await Deno.realPath(path); // a link stays one, and what it names is replaced
    if (!(await Deno.stat(target)).isFile) return { writes: path };
  } catch { /* There is no older file. */ }
  const part = `${target}.part`;
  return await isWritable(part) ? { writes: part, replaces: target } : { writes: path };
}

async function isWritable(path: string): Promise<boolean> {
  // Asked for, and not just tried: in a terminal Deno would stop and ask the user.
  for (const name of ["write", "read"] as const) {
    if ((await Deno.permissions.query({ name, path })).state !== "granted") return false;
  }
  try {
    (await Deno.open(path, { write: true, create: true })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw fileError("write", { path, cause: error });
  }
}
