import { files } from "../files.ts";
import { joinPath } from "../join_path.ts";
import {
  folderOf,
  namesIn,
  PARTIALS,
  readRevisions,
  readVersion,
  removeRevisions,
  versionsIn,
  writeRevisions,
} from "./_cache.ts";
import { type HubOptions, hubRoot } from "./hub_options.ts";
import { type ModelName, parseModelName } from "./model_name.ts";
import { takeTurn } from "./_turn.ts";

/** A published model that is in the cache, whole. */
export interface CachedModel {
  /** Its name, such as `Helsinki-NLP/opus-mt-en-fr`. */
  readonly name: string;
  /** The commit; of a model of Firefox its architecture and the beginning of its digest. */
  readonly version: string;
  /** Revisions that it was pulled as and still is, such as `main`. */
  readonly revisions: readonly string[];
  /** Folder that holds it: a model directory. */
  readonly directory: string;
  /** Address that it came from. */
  readonly source: string;
  /** Licence, where the hub says it. */
  readonly license?: string;
  /** When it was fetched, as ISO 8601. */
  readonly pulled: string;
  /** Its files, with length and SHA-256 as they were when they were fetched. */
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
  /** Bytes of all files. */
  readonly bytes: number;
}

/** Options of {@linkcode findModel} and {@linkcode removeModel}. */
export interface CacheOptions extends Pick<HubOptions, "cacheDirectory"> {
  /** Branch, tag, or the beginning of a version; of a model of Firefox also the architecture. */
  readonly revision?: string;
}

/**
 * Lists the published models that are in the cache, whole. No network is used.
 *
 * @param options Which cache.
 * @returns The models by name, every version for itself.
 * @example
 * ```ts
 * import { listModels } from "@heed/checkpoint/hub";
 * import { assertEquals } from "@std/assert";
 *
 * const cacheDirectory = await Deno.makeTempDir();
 * assertEquals(await listModels({ cacheDirectory }), []);
 * await Deno.remove(cacheDirectory);
 * ```
 */
export async function listModels(
  options: Pick<CacheOptions, "cacheDirectory"> = {},
): Promise<CachedModel[]> {
  const root = hubRoot(options);
  const models: CachedModel[] = [];
  for (const name of await namesIn(root)) {
    const folder = folderOf(name, root);
    for (const version of await versionsIn(folder)) {
      const model = await readVersion(name, { folder, version });
      if (model !== undefined) models.push(model);
    }
  }
  return models;
}

/**
 * Finds a published model in the cache. No network is used.
 *
 * @param name Its name, such as `Helsinki-NLP/opus-mt-en-fr` or `firefox:en-de`.
 * @param options Which cache, and which revision: `main` by default.
 * @returns The model; undefined when the cache does not have it whole.
 * @throws {RangeError} When the name is none.
 * @example
 * ```ts
 * import { findModel } from "@heed/checkpoint/hub";
 * import { assertEquals } from "@std/assert";
 *
 * const cacheDirectory = await Deno.makeTempDir();
 * assertEquals(await findModel("firefox:en-de", { cacheDirectory }), undefined);
 * await Deno.remove(cacheDirectory);
 * ```
 */
export async function findModel(
  name: string,
  { cacheDirectory, revision = "main" }: CacheOptions = {},
): Promise<CachedModel | undefined> {
  const parsed = parseModelName(name);
  const folder = folderOf(parsed, hubRoot({ cacheDirectory }));
  const version = await versionOf(folder, revision);
  return version === undefined ? undefined : await readVersion(parsed, { folder, version });
}

/**
 * Removes a published model from the cache, also what was fetched of it in part.
 *
 * @param name Its name.
 * @param options Which cache; with a revision that version alone is removed.
 * @returns The bytes of the whole versions that were removed.
 * @throws {RangeError} When the name is none.
 * @throws {Error} When the cache has nothing of it, or another process is fetching it.
 * @example
 * ```ts
 * import { removeModel } from "@heed/checkpoint/hub";
 * import { assertRejects } from "@std/assert";
 *
 * const cacheDirectory = await Deno.makeTempDir();
 * await assertRejects(() => removeModel("firefox:en-de", { cacheDirectory }), Error, "not in");
 * await Deno.remove(cacheDirectory);
 * ```
 */
export async function removeModel(
  name: string,
  { cacheDirectory, revision }: CacheOptions = {},
): Promise<number> {
  const parsed = parseModelName(name);
  const root = hubRoot({ cacheDirectory });
  const folder = folderOf(parsed, root);
  const all = await versionsIn(folder);
  const one = revision === undefined ? undefined : await versionOf(folder, revision);
  const removed = revision === undefined ? all : all.filter((version) => version === one);
  const hasPartials = revision === undefined && await files.exists(joinPath(folder, PARTIALS));
  if (removed.length === 0 && !hasPartials) {
    const what = revision === undefined ? "" : ` of revision ${revision}`;
    throw new Error(`Cannot remove ${parsed.id}${what}: it is not in ${root}`);
  }
  // The folder itself stays, empty: another process may be about to lock it.
  const letGo = await takeTurn(folder);
  try {
    return await removeVersions(parsed, { folder, removed, isAll: revision === undefined });
  } finally {
    letGo();
  }
}

async function removeVersions(
  name: ModelName,
  { folder, removed, isAll }: { folder: string; removed: readonly string[]; isAll: boolean },
): Promise<number> {
  const kept = [...await readRevisions(folder)].filter(([, version]) => !removed.includes(version));
  if (isAll) {
    await files.remove(joinPath(folder, PARTIALS));
    await removeRevisions(folder);
  } else {
    await writeRevisions(folder, new Map(kept));
  }
  let bytes = 0;
  for (const version of removed) {
    bytes += (await readVersion(name, { folder, version }))?.bytes ?? 0;
    await files.remove(joinPath(folder, version));
  }
  return bytes;
}

/** The version that a revision is, or that it is the beginning of. */
async function versionOf(folder: string, revision: string): Promise<string | undefined> {
  const known = (await readRevisions(folder)).get(revision);
  if (known !== undefined || revision.length < 4) return known;
  const fitting = (await versionsIn(folder)).filter((version) => version.startsWith(revision));
  return fitting.length === 1 ? fitting[0] : undefined;
}
