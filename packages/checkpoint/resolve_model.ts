import { showPath } from "./_location.ts";
import { cacheDirectory } from "./cache_directory.ts";
import { type DirectoryLock, lockDirectory } from "./directory_lock.ts";
import { files, type Path } from "./files.ts";
import { joinPath } from "./join_path.ts";
import { checkAssets, type ModelAssets, type ModelFile } from "./model_assets.ts";

/** How far fetching a model has come. */
export interface FetchProgress {
  /** File that is being fetched, relative to the model's folder. */
  readonly path: string;
  /** Bytes fetched so far, of all files that are fetched in this call. */
  readonly fetchedBytes: number;
  /** Bytes of all files that are fetched in this call. */
  readonly totalBytes: number;
}

/** Options of {@linkcode resolveModel}. */
export interface ResolveModelOptions {
  /** Cache folder; {@linkcode cacheDirectory} by default. */
  cacheDirectory?: string;
  /** Called as the bytes arrive; never when nothing is fetched. */
  onProgress?: (progress: FetchProgress) => void;
  /** Stops the fetching. */
  signal?: AbortSignal;
  /** Milliseconds after which a server that sends nothing is given up; 30,000 by default. */
  idleMs?: number;
}

/** Digests of the files that were checked when they were fetched, by path; lies beside them. */
const RECORD = ".heed-assets.json";

/**
 * Finds the folder to load a model from, and fetches the model when it is not on this machine yet.
 *
 * A path, and assets whose `base` is a `file:` URL, are used in place. Assets at an `http(s):` URL,
 * which is what a package imported from JSR has, are fetched file by file into
 * `models/NAME/VERSION` of the cache folder. Each is held against its length and SHA-256 before it
 * gets its name there. Later calls compare the lengths and need no network; a file that is missing
 * or has another length is fetched again. Of processes that do this at the same time, one fetches and
 * the others wait for it.
 *
 * In a browser the folder is `base` itself, and the browser's own cache keeps what it reads.
 *
 * With Deno, fetching needs `--allow-net` for the host,
 * `--allow-env=HEED_CACHE_DIR,XDG_CACHE_HOME,LOCALAPPDATA,HOME` and `--allow-read` and
 * `--allow-write` for the cache folder.
 *
 * @param model Assets of a model package, or a model directory.
 * @param options Cache folder, whom to tell of the progress, and what stops the fetching.
 * @returns The folder: a path or a URL that the other functions of this package read.
 * @throws {RangeError} When the assets are not well formed.
 * @throws {Error} When a file cannot be fetched or is not what the assets say; says what to do.
 * @example
 * ```ts
 * import { files, joinPath, resolveModel } from "@heed/checkpoint";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await resolveModel(assets);
 * const config = JSON.parse(await files.readText(joinPath(directory, "config.json")));
 * assertEquals(config.model_type, "marian");
 * ```
 */
export async function resolveModel(
  model: ModelAssets | Path,
  options: ResolveModelOptions = {},
): Promise<Path> {
  if (typeof model === "string" || model instanceof URL) return model;
  checkAssets(model);
  if (model.base.protocol === "file:") {
    await checkInPlace(model);
    return model.base;
  }
  if (!files.writable) return model.base;
  const root = options.cacheDirectory ?? cacheDirectory();
  const directory = joinPath(joinPath(joinPath(root, "models"), model.name), model.version);
  if ((await incomplete(model, directory)).length === 0) return directory;
  const lock = await waitForTurn(model, directory, options.signal);
  try {
    const wanted = await incomplete(model, directory); // Another process may have fetched meanwhile.
    if (wanted.length > 0) {
      await fetchFiles(model, wanted, directory, options);
      await files.writeAtomic(joinPath(directory, RECORD), recordOf(model));
    }
  } finally {
    lock?.[Symbol.dispose](); // not "using", which Node 20 cannot read
  }
  return directory;
}

/** Notices a package that was copied without its weights, or with a pointer file in their place. */
async function checkInPlace({ name, version, base, files: expected }: ModelAssets): Promise<void> {
  for (const { path, bytes } of expected) {
    const actual = await files.size(joinPath(base, path));
    if (actual === bytes) continue;
    throw new Error(
      `Cannot use model ${name} ${version} in ${showPath(base)}: ` +
        `${path} has ${actual} bytes and should have ${bytes}; install the package again`,
    );
  }
}

/** So that processes that want the same model fetch it once; each file is written in one step anyway. */
async function waitForTurn(
  model: ModelAssets,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<DirectoryLock | undefined> {
  try {
    await files.makeDirectory(directory);
  } catch (cause) {
    throw cannotFetch(model, directory, { cause, isSourceAtFault: false });
  }
  try {
    return await lockDirectory(directory, { waitMs: Infinity, signal });
  } catch {
    signal?.throwIfAborted();
    return undefined; // A disk without locks, or one that cannot be written, which shows when a file is.
  }
}

/**
 * The files that the cache lacks, or has with another length or from other assets of the same
 * version.
 */
async function incomplete(model: ModelAssets, directory: string): Promise<ModelFile[]> {
  const record = await readRecord(joinPath(directory, RECORD));
  const wanted: ModelFile[] = [];
  for (const file of model.files) {
    const path = joinPath(directory, file.path);
    const complete = record.get(file.path) === file.sha256 && await files.exists(path) &&
      await files.size(path) === file.bytes;
    if (!complete) wanted.push(file);
  }
  return wanted;
}

async function readRecord(path: string): Promise<ReadonlyMap<string, unknown>> {
  if (!await files.exists(path)) return new Map();
  try {
    return new Map(Object.entries(JSON.parse(await files.readText(path)) as object));
  } catch {
    return new Map(); // A damaged record makes the files be fetched again.
  }
}

function recordOf(model: ModelAssets): Uint8Array {
  const digests = Object.fromEntries(model.files.map(({ path, sha256 }) => [path, sha256]));
  return new TextEncoder().encode(JSON.stringify(digests, null, 1) + "\n");
}

async function fetchFiles(
  model: ModelAssets,
  wanted: readonly ModelFile[],
  directory: string,
  { onProgress, signal, idleMs }: ResolveModelOptions,
): Promise<void> {
  const totalBytes = wanted.reduce((sum, file) => sum + file.bytes, 0);
  let fetchedBytes = 0;
  for (const file of wanted) {
    const source = joinPath(model.base, file.path);
    const target = joinPath(directory, file.path);
    let isSourceAtFault = false;
    const pieces = checked(file, files.stream(source, { signal, idleMs }), (bytes) => {
      fetchedBytes += bytes;
      onProgress?.({ path: file.path, fetchedBytes, totalBytes });
    });
    const fetched = telling(pieces, () => isSourceAtFault = true);
    try {
      await files.makeDirectory(target.slice(0, target.lastIndexOf("/")));
      await files.writeAtomic(target, fetched);
    } catch (cause) {
      signal?.throwIfAborted();
      throw cannotFetch(model, directory, { path: file.path, cause, isSourceAtFault });
    }
  }
}

function cannotFetch(
  { name, version, base, files: [first] }: ModelAssets,
  directory: string,
  { path = first.path, cause, isSourceAtFault }: {
    path?: string;
    cause: unknown;
    isSourceAtFault: boolean;
  },
): Error {
  return new Error(
    `Cannot fetch ${path} of model ${name} ${version} into ${directory}: ` +
      `${(cause as Error).message}; ` +
      (isSourceAtFault
        ? `run again with a connection to ${base.host}, `
        : "set HEED_CACHE_DIR to a folder that can be written and has room, ") +
      "or name a model directory on this machine",
    { cause },
  );
}

/** Passes bytes on, and tells when it is their source that fails, and not who takes them. */
async function* telling(
  chunks: AsyncIterable<Uint8Array>,
  onFailure: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    onFailure();
    throw error;
  }
}

/**
 * Passes bytes on, and fails at the end, before the file gets its name, when they are not the ones
 * expected.
 */
async function* checked(
  { path, bytes, sha256 }: ModelFile,
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const hash = files.sha256();
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.byteLength;
    if (length > bytes) throw new Error(`${path} has more than the ${bytes} bytes expected`);
    hash.update(chunk);
    yield chunk;
    onBytes(chunk.byteLength);
  }
  if (length < bytes) throw new Error(`${path} has ${length} of the ${bytes} bytes expected`);
  const actual = await hash.digest();
  if (actual !== sha256) {
    throw new Error(`${path} has the SHA-256 ${actual}, and ${sha256} was expected`);
  }
}
