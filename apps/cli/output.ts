import { fileError } from "./file_error.ts";
import type { Host } from "./host.ts";
import { type OpenOutputFile, openPlace, type Place } from "./output_place.ts";
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
  readonly open?: OpenOutputFile;
}

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
  const { path, open = Deno.open } = options;
  if (path === undefined) {
    const decoder = new TextDecoder();
    return {
      write: (text) => host.writeOut(typeof text === "string" ? text : decoder.decode(text)),
      finish: async () => {},
      [Symbol.asyncDispose]: async () => {},
    };
  }
  await checkOutput(host, options);
  return new FileOutput({ path, place: await openPlace(path, open), host });
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

/** Content of at most so many bytes waits in memory for its end, where a file has to be written in place. */
const MOST_WAITING = 64 << 20;

class FileOutput implements Output {
  readonly #encoder = new TextEncoder();
  readonly #to: { readonly path: string; readonly place: Place; readonly host: Host };
  /** What comes into the file when it is whole; undefined where bytes are written at once. */
  #waiting: Uint8Array[] | undefined;
  #waitingBytes = 0;
  /** Bytes in the file. */
  #length = 0;
  #isClosed = false;

  constructor(to: { path: string; place: Place; host: Host }) {
    this.#to = to;
    this.#waiting = to.place.isKept ? [] : undefined;
  }

  async write(text: string | Uint8Array): Promise<void> {
    const bytes = typeof text === "string" ? this.#encoder.encode(text) : text;
    if (this.#waiting === undefined) return await this.#append(bytes);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes <= MOST_WAITING) return;
    const { path, host } = this.#to;
    host.writeError(
      `heed: what ${path} held is written over from here on: there is too much to keep in memory. ` +
        `With --allow-write=${path},${path}.part it would stay until the end.\n`,
    );
    await this.#release();
  }

  async finish(): Promise<void> {
    const { path, place: { file, writes, replaces } } = this.#to;
    await this.#release();
    if (replaces === undefined) return this.#close();
    try {
      await file.syncData(); // or a crash may leave the name without the content
      if (Deno.build.os === "windows") this.#close(); // an open file cannot be renamed there
      await Deno.rename(writes, replaces); // under the lock: nobody begins another in between
      this.#close();
    } catch (cause) {
      const error = fileError("write", { path, cause }) as Error;
      throw new Error(`${error.message}; what was to be in it is in ${writes}`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    const { path, place: { writes, replaces, isNew }, host } = this.#to;
    // Removed under the lock, so that it is nobody else's.
    if (isNew && this.#length === 0) await Deno.remove(writes).catch(() => {});
    this.#close();
    if (replaces !== undefined && this.#length > 0) {
      host.writeError(`heed: ${path} is not written; what there is so far is in ${writes}\n`);
    } else if (this.#waitingBytes > 0) {
      host.writeError(
        `heed: ${path} is not written; with --allow-write=${path},${path}.part ` +
          "what there is so far would stay\n",
      );
    }
  }

  /** Writes what waits. */
  async #release(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    await this.#to.place.file.truncate(0);
    for (const bytes of waiting) await this.#append(bytes);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    const { path, place: { file } } = this.#to;
    try {
      for (let start = 0; start < bytes.length;) start += await file.write(bytes.subarray(start));
      this.#length += bytes.length;
    } catch (cause) {
      // Half a line must not pass for a whole one. A device or a pipe cannot be shortened.
      await file.truncate(this.#length).catch(() => {});
      throw fileError("write", { path, cause });
    }
  }

  #close(): void {
    if (!this.#isClosed) this.#to.place.file.close();
    this.#isClosed = true;
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
