import { files } from "../files.ts";
import { joinPath } from "../join_path.ts";
import {
  folderOf,
  type ModelRecord,
  PARTIALS,
  readRecord,
  readRevisions,
  readVersion,
  type RecordedFile,
  writeRecord,
  writeRevisions,
} from "./_cache.ts";
import { type CachedModel, findModel } from "./cached_models.ts";
import { checkFile } from "./_digests.ts";
import { download, partialBytes } from "./_download.ts";
import { firefoxContext, listFirefox } from "./_firefox.ts";
import { type HubOptions, type HubSettings, hubSettings } from "./hub_options.ts";
import { hubContext, listHuggingFace } from "./_huggingface.ts";
import { parseModelName } from "./model_name.ts";
import type { Listing, PublishedModel } from "./published_model.ts";
import type { RemoteFile } from "./_remote_file.ts";
import { RefusedError, type RequestContext, SourceError } from "./_request.ts";
import { takeTurn } from "./_turn.ts";

/** Options of {@linkcode pullModel} and {@linkcode describeModel}. */
export interface PullOptions extends HubOptions {
  /** Branch, tag or commit; of a model of Firefox its architecture or version; `main` by default. */
  readonly revision?: string;
}

/**
 * Fetches a published model into the cache, where it is not there already.
 *
 * Only what is needed to run it is fetched. Every file is held against the length and digest that the hub tells
 * before it gets its name; one that was cut off is gone on from, also by a later call. Processes may do this at
 * the same time: one fetches, and the others wait for it.
 *
 * With Deno, it needs `--allow-net` for the hub and the hosts that it sends one on to, `--allow-read` and
 * `--allow-write` for the cache, and `--allow-env` for the variables of {@linkcode HubOptions} and the cache.
 *
 * @param name `OWNER/NAME` of Hugging Face, or `firefox:SOURCE-TARGET`.
 * @param options Revision, cache, hub, and what happens meanwhile.
 * @returns The model in the cache.
 * @throws {RangeError} When the name, the revision or an address is none.
 * @throws {TypeError} When there is nothing under the name that could be run.
 * @throws {Error} When it cannot be fetched, or is not what the hub says; says what to do.
 * @example
 * ```ts
 * import { pullModel } from "@heed/checkpoint/hub";
 * import { assertRejects } from "@std/assert";
 *
 * const cacheDirectory = await Deno.makeTempDir();
 * const pulling = pullModel("Helsinki-NLP/opus-mt-en-fr", { cacheDirectory, offline: true });
 * await assertRejects(() => pulling, Error, "is not in the cache");
 * await Deno.remove(cacheDirectory);
 * ```
 */
export async function pullModel(name: string, options: PullOptions = {}): Promise<CachedModel> {
  const parsed = parseModelName(name);
  const { revision = "main" } = options;
  const settings = hubSettings(options);
  if (settings.offline) {
    const found = await findModel(name, { ...options, revision });
    if (found !== undefined) return found;
  }
  const { listing, context } = await list(name, options);
  const folder = folderOf(parsed, settings.root);
  const { version } = listing;
  try {
    const present = await readVersion(parsed, { folder, version });
    if (present?.revisions.includes(revision) && isOf(listing, present)) return present;
    await files.makeDirectory(joinPath(folder, version));
    const { onWait, signal } = settings;
    const letGo = await takeTurn(folder, { onWait, signal });
    try {
      // Whoever had the folder may have removed the version.
      await files.makeDirectory(joinPath(folder, version));
      await fetchVersion(listing, { folder, settings, context });
      const revisions = new Map(await readRevisions(folder));
      await writeRevisions(folder, revisions.set(revision, version));
    } finally {
      letGo();
    }
    return (await readVersion(parsed, { folder, version }))!;
  } catch (error) {
    settings.signal?.throwIfAborted();
    if (error instanceof SourceError) throw error;
    const { message, cause } = error as Error;
    const { code } = (cause ?? {}) as { code?: string };
    if (code === "ENOSPC" || code === "EDQUOT") {
      await files.remove(joinPath(folder, PARTIALS)).catch(() => {});
    }
    throw new Error(
      `${context.failure} into ${folder}: ${message}; set HEED_CACHE_DIR to a folder that can be ` +
        "written and has room",
      { cause: error },
    );
  }
}

/**
 * Asks a hub or registry what a published model consists of, and fetches none of it.
 *
 * @param name `OWNER/NAME` of Hugging Face, or `firefox:SOURCE-TARGET`.
 * @param options Revision and hub.
 * @returns What {@linkcode pullModel} would fetch.
 * @throws {RangeError} When the name, the revision or an address is none.
 * @throws {TypeError} When there is nothing under the name that could be run.
 * @throws {Error} When it cannot be asked; says what to do.
 * @example
 * ```ts
 * import { describeModel } from "@heed/checkpoint/hub";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => describeModel("../secrets"), RangeError, "Cannot use");
 * ```
 */
export async function describeModel(
  name: string,
  options: PullOptions = {},
): Promise<PublishedModel> {
  const { listing } = await list(name, options);
  return {
    ...listing,
    name: listing.name.id,
    files: listing.files.map(({ path, bytes }) => ({ path, bytes })),
  };
}

async function list(
  name: string,
  options: PullOptions,
): Promise<{ listing: Listing; context: RequestContext }> {
  const parsed = parseModelName(name);
  const { revision = "main" } = options;
  const settings = hubSettings(options);
  const failure = `Cannot pull ${parsed.id}`;
  if (!/^[A-Za-z0-9_][\w.+/-]{0,200}$/.test(revision) || revision.includes("..")) {
    throw new RangeError(
      `${failure}: ${JSON.stringify(revision)} is no revision; give a branch, a tag or a commit`,
    );
  }
  if (settings.offline) {
    throw new RefusedError(
      `${failure}: it is not in the cache, ${settings.root}, and HF_HUB_OFFLINE forbids the network`,
    );
  }
  if (parsed.kind === "firefox") {
    const context = firefoxContext(settings, failure);
    return { listing: await listFirefox(parsed, settings, { revision, context }), context };
  }
  const context = hubContext(settings, { failure, id: parsed.id, revision });
  return { listing: await listHuggingFace(parsed, settings, { revision, context }), context };
}

/** Whether a version in the cache has the files of the list. */
function isOf(listing: Listing, { files }: Pick<ModelRecord, "files">): boolean {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return listing.files.every((file) => {
    const recorded = byPath.get(file.path);
    return recorded !== undefined && isSame(recorded, file);
  });
}

/** Whether a recorded file is the one listed, as far as the list says what that is. */
function isSame(recorded: RecordedFile, file: RemoteFile): boolean {
  const { bytes, sha256 } = finalOf(file);
  return (bytes === undefined || bytes === recorded.bytes) &&
    (sha256 === undefined || sha256 === recorded.sha256);
}

/** What is known of a file as it lies in the folder. */
function finalOf(file: RemoteFile): Pick<RemoteFile, "bytes" | "sha256" | "gitSha1"> {
  return file.compression === undefined ? file : file.unpacked ?? {};
}

async function fetchVersion(
  listing: Listing,
  { folder, settings, context }: {
    folder: string;
    settings: HubSettings;
    context: RequestContext;
  },
): Promise<void> {
  const directory = joinPath(folder, listing.version);
  const partials = joinPath(folder, PARTIALS);
  const record = await readRecord(directory);
  const there = new Map<string, RecordedFile>();
  for (const file of listing.files) {
    settings.signal?.throwIfAborted();
    const kept = await keptFile(file, { directory, record });
    if (kept !== undefined) there.set(file.path, kept);
  }
  const wanted = listing.files.filter(({ path }) => !there.has(path));
  if (wanted.length > 0) {
    await files.makeDirectory(partials);
    const progress = await startCount(wanted, { partials, settings });
    for (const file of wanted) {
      const onBytes = (bytes: number) => progress(file, bytes);
      const measured = await download(file, { directory, partials, context, onBytes });
      there.set(file.path, { path: file.path, ...measured });
    }
  }
  const { name, version, source, license } = listing;
  await writeRecord(directory, {
    name: name.id,
    version,
    source,
    ...license !== undefined && { license },
    pulled: new Date().toISOString(),
    files: listing.files.map(({ path }) => there.get(path)!),
  });
  await files.remove(partials);
}

/**
 * A file that is there already: by the record, or because a process that was killed had fetched it, which only
 * reading it tells.
 */
async function keptFile(
  file: RemoteFile,
  { directory, record }: { directory: string; record: ModelRecord | undefined },
): Promise<RecordedFile | undefined> {
  const { path } = file;
  const place = joinPath(directory, path);
  if (!await files.exists(place)) return undefined;
  const recorded = record?.files.find((other) => other.path === path);
  if (recorded !== undefined && isSame(recorded, file)) {
    return await files.size(place) === recorded.bytes ? recorded : undefined;
  }
  const expected = finalOf(file);
  if (expected.sha256 === undefined && expected.gitSha1 === undefined) return undefined;
  try {
    return { path, ...await checkFile(place, expected) };
  } catch {
    return undefined; // It is another, and is fetched again.
  }
}

/** Adds up the bytes of several files; those of which nobody knows the length count as they come. */
async function startCount(
  wanted: readonly RemoteFile[],
  { partials, settings }: { partials: string; settings: HubSettings },
): Promise<(file: RemoteFile, bytes: number) => void> {
  const fetched = new Map<RemoteFile, number>();
  for (const file of wanted) fetched.set(file, await partialBytes(file, partials));
  return (file, bytes) => {
    fetched.set(file, bytes);
    let [fetchedBytes, totalBytes] = [0, 0];
    for (const [{ bytes: length }, done] of fetched) {
      fetchedBytes += done;
      totalBytes += Math.max(length ?? 0, done);
    }
    settings.onProgress?.({ path: file.path, fetchedBytes, totalBytes });
  };
}
