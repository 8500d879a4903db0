import { files } from "../files.ts";
import { joinPath } from "../join_path.ts";
import type { CachedModel } from "./cached_models.ts";
import { type ModelName, parseModelName } from "./model_name.ts";

/** What lies beside a model's files and says what they are; written when all are there. */
const RECORD = ".heed-hub.json";
/** Which version a revision is, beside the versions. */
const REVISIONS = "revisions.json";
/** Folder of files that are not whole yet, beside the versions. */
export const PARTIALS = ".partial";

/** A file in the record. */
export interface RecordedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What the record says. */
export interface ModelRecord {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly license?: string;
  /** When it was fetched, as ISO 8601. */
  readonly pulled: string;
  readonly files: readonly RecordedFile[];
}

/** Folder of all versions of a model. */
export function folderOf(name: ModelName, root: string): string {
  return joinPath(root, name.folder);
}

/** Reads which version each revision is; nothing where that is not known. */
export async function readRevisions(folder: string): Promise<ReadonlyMap<string, string>> {
  const json = await readJson(joinPath(folder, REVISIONS));
  const entries = Object.entries(json ?? {}).filter(([, version]) => isVersion(version));
  return new Map(entries as [string, string][]);
}

/** Writes which version each revision is. */
export async function writeRevisions(
  folder: string,
  revisions: ReadonlyMap<string, string>,
): Promise<void> {
  await writeJson(joinPath(folder, REVISIONS), Object.fromEntries(revisions));
}

/** Forgets which version each revision is. */
export async function removeRevisions(folder: string): Promise<void> {
  await files.remove(joinPath(folder, REVISIONS));
}

/** Reads the record of a version, where there is one. */
export async function readRecord(directory: string): Promise<ModelRecord | undefined> {
  const json = await readJson(joinPath(directory, RECORD)) as Partial<ModelRecord> | undefined;
  const isRecord = [json?.name, json?.version, json?.source, json?.pulled]
    .every((text) => typeof text === "string") &&
    Array.isArray(json!.files) &&
    json!.files.every((file) =>
      typeof file?.path === "string" && Number.isSafeInteger(file.bytes) &&
      typeof file.sha256 === "string"
    );
  return isRecord ? json as ModelRecord : undefined;
}

/** Writes the record of a version: from now on it is whole. */
export async function writeRecord(directory: string, record: ModelRecord): Promise<void> {
  await writeJson(joinPath(directory, RECORD), record);
}

/** Reads a version of a model, where all its files are there. */
export async function readVersion(
  name: ModelName,
  { folder, version }: { folder: string; version: string },
): Promise<CachedModel | undefined> {
  const directory = joinPath(folder, version);
  const record = await readRecord(directory);
  if (record === undefined || record.name !== name.id || record.version !== version) {
    return undefined;
  }
  for (const { path, bytes } of record.files) {
    if (!await hasLength(directory, path, bytes)) return undefined;
  }
  const revisions = [...await readRevisions(folder)]
    .flatMap(([revision, its]) => its === version ? [revision] : []);
  return {
    ...record,
    revisions,
    directory,
    bytes: record.files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Whether a folder has a file of some length; a name that leads out of it is none. */
async function hasLength(directory: string, path: string, bytes: number): Promise<boolean> {
  try {
    const place = joinPath(directory, path);
    return await files.exists(place) && await files.size(place) === bytes;
  } catch {
    return false;
  }
}

/** The versions that a model's folder has, whole or not. */
export async function versionsIn(folder: string): Promise<string[]> {
  if (!await files.exists(folder)) return [];
  return (await files.list(folder)).filter((entry) => isVersion(entry) && entry !== REVISIONS);
}

/** The names of the models that have a folder. */
export async function namesIn(root: string): Promise<ModelName[]> {
  const names: ModelName[] = [];
  for (const [kind, read] of KINDS) {
    const folder = joinPath(root, kind);
    if (!await files.exists(folder)) continue;
    for (const entry of await files.list(folder)) {
      try {
        names.push(parseModelName(read(entry)));
      } catch { /* Somebody else's file. */ }
    }
  }
  return names;
}

/** From the name of a folder to the name of its model. */
const KINDS: readonly (readonly [kind: string, read: (entry: string) => string])[] = [
  ["firefox", (entry) => `firefox:${entry}`],
  ["huggingface", (entry) => entry.replace("--", "/")],
];

function isVersion(text: unknown): text is string {
  return typeof text === "string" && /^[a-z0-9][a-z0-9.-]*$/.test(text);
}

async function readJson(path: string): Promise<object | undefined> {
  if (!await files.exists(path)) return undefined;
  try {
    const json = JSON.parse(await files.readText(path));
    return typeof json === "object" && json !== null ? json : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // Damaged: as if it were not there.
    throw error;
  }
}

async function writeJson(path: string, value: object): Promise<void> {
  await files.writeAtomic(path, new TextEncoder().encode(JSON.stringify(value, null, 1) + "\n"));
}
