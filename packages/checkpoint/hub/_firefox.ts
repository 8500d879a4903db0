import { httpUrl, type HubSettings } from "./hub_options.ts";
import type { FirefoxName } from "./model_name.ts";
import type { Listing } from "./published_model.ts";
import type { RemoteFile } from "./_remote_file.ts";
import { notData, RefusedError, request, type RequestContext, requestJson } from "./_request.ts";

/** One model of a registry, of which there may be several for a pair. */
export interface FirefoxModel {
  readonly source: string;
  readonly target: string;
  /** Such as `tiny`, `base-memory`, `base`. */
  readonly architecture: string;
  /** Such as `Release`, `Release Android`, `Nightly`. */
  readonly status: string;
  /** Version that Remote Settings give it, such as `3.0`. */
  readonly release?: string;
  readonly files: readonly RemoteFile[];
}

type Json = Readonly<Record<string, unknown>>;

/** Files by their key in `models.json`, and by `fileType` in Remote Settings. */
const MODEL_KEYS = new Set(["model"]);
const OTHER_KEYS = new Set([
  "lexicalShortlist",
  "lex",
  "vocab",
  "srcVocab",
  "trgVocab",
  "srcvocab",
  "trgvocab",
]);
/** Whom Remote Settings offer a record to, in the words of `models.json`. */
const STATUS: Readonly<Record<string, string>> = {
  "": "Release",
  "env.appinfo.OS == 'Android'": "Release Android",
  "env.appinfo.OS != 'Android'": "Release Desktop",
};
const STATUSES = ["Release", "Release Desktop", "Release Android"];
/** The larger, the better, and the slower. */
const ARCHITECTURES = ["base", "base-memory", "tiny"];
const WHERE = "the option --registry or the variable HEED_FIREFOX_REGISTRY";

/** How a registry is asked on behalf of an action. */
export function firefoxContext(settings: HubSettings, failure: string): RequestContext {
  return {
    failure,
    settings,
    explain: ({ status, statusText }) =>
      `the registry answered ${`${status} ${statusText}`.trim()}; check the address in ${WHERE}`,
  };
}

/** Finds what a registry has for a pair of languages. */
export async function listFirefox(
  name: FirefoxName,
  settings: HubSettings,
  { revision, context }: { revision: string; context: RequestContext },
): Promise<Listing> {
  const url = registryUrl(settings, context.failure);
  const models = await readRegistry(url, context);
  const ofPair = models.filter(({ source, target }) =>
    source === name.source && target === name.target
  );
  const wanted = ofPair.filter(({ architecture, release }) =>
    revision === "main" || architecture === revision || release === revision
  );
  const [best] = wanted.sort((a, b) => rank(a) - rank(b) || newer(a, b));
  if (best === undefined) {
    const has = ofPair.length > 0
      ? `has it as ${
        [...new Set(ofPair.map(({ architecture }) => architecture))].join(", ")
      }, not ` +
        revision
      : "has no model of these languages";
    throw new TypeError(`${context.failure}: the registry of ${url.host} ${has}`);
  }
  const model = best.files.find(({ path }) => path.startsWith("model."))!;
  const digest = model.unpacked?.sha256 ?? model.sha256!;
  return {
    name,
    revision,
    version: `${best.architecture}-${digest.slice(0, 12)}`,
    source: url.href,
    files: best.files,
  };
}

/** Every model of the registry that is set. */
export async function firefoxModels(
  settings: HubSettings,
  context: RequestContext,
): Promise<FirefoxModel[]> {
  return await readRegistry(registryUrl(settings, context.failure), context);
}

function registryUrl({ registry }: HubSettings, failure: string): URL {
  if (registry !== undefined) return httpUrl(registry, "HEED_FIREFOX_REGISTRY");
  throw new RefusedError(
    `${failure}: no registry of Firefox's models is set; name one by ${WHERE}. Mozilla's own hosting ` +
      "is for Firefox, and asks others to keep a copy (models.json with the files beside it)",
  );
}

function rank({ status, architecture }: FirefoxModel): number {
  const place = (list: readonly string[], word: string) =>
    list.includes(word) ? list.indexOf(word) : list.length;
  return place(STATUSES, status) * 10 + place(ARCHITECTURES, architecture);
}

function newer(a: FirefoxModel, b: FirefoxModel): number {
  const numbers = ({ release = "" }: FirefoxModel) =>
    release.split(".").map((part) => parseInt(part));
  const [left, right] = [numbers(a), numbers(b)];
  const at = left.findIndex((part, i) => part !== right[i]);
  return at < 0 ? 0 : (right[at] || 0) - (left[at] || 0);
}

/** Reads a registry of either shape, at its own address or in a folder. */
async function readRegistry(url: URL, context: RequestContext): Promise<FirefoxModel[]> {
  const isFile = /\.json$|\/(?:records|changeset)$/.test(url.pathname);
  const folder = new URL(url);
  folder.pathname = folder.pathname.replace(/\/*$/, "/");
  const candidates = isFile
    ? [url]
    : [new URL("models.json", folder), new URL("db/models.json", folder)];
  for (const [i, candidate] of candidates.entries()) {
    const isLast = i === candidates.length - 1;
    if (!isLast && !await exists(candidate, context)) continue;
    const json = await requestJson(candidate, context) as Json | null;
    const records = json?.data ?? json?.changes;
    if (Array.isArray(records)) {
      return fromRecords(records, await attachmentsBase(candidate, context), context);
    }
    if (typeof json?.models === "object" && json.models !== null) {
      // The registry names an address of its own for the files; a copy has them beside it.
      const base = new URL(
        candidate.pathname.endsWith("/db/models.json") ? "../" : "./",
        candidate,
      );
      return fromModels(json.models as Json, base, context);
    }
    throw notData(candidate, context, { response: new Response() });
  }
  return [];
}

async function exists(url: URL, context: RequestContext): Promise<boolean> {
  const response = await request(url, context, { method: "HEAD", accept: [403, 404] });
  await response.body?.cancel();
  return response.ok;
}

/** Where Remote Settings keep attachments: the server says it at its root. */
async function attachmentsBase(records: URL, context: RequestContext): Promise<URL> {
  const root = /^(.*\/v1\/)buckets\//.exec(records.pathname)?.[1];
  const beside = new URL("./", records);
  if (root === undefined) return beside;
  const url = new URL(root, records);
  if (!await exists(url, context)) return beside;
  const json = await requestJson(url, context) as {
    readonly capabilities?: { readonly attachments?: { readonly base_url?: unknown } };
  } | null;
  const base = json?.capabilities?.attachments?.base_url;
  return typeof base === "string" ? httpUrl(base, "HEED_FIREFOX_REGISTRY") : beside;
}

function fromModels(models: Json, base: URL, context: RequestContext): FirefoxModel[] {
  return Object.values(models).flatMap((entries) =>
    (Array.isArray(entries) ? entries as Json[] : []).flatMap((entry) => {
      const files = entry?.files;
      if (typeof files !== "object" || files === null) return [];
      const listed = Object.entries(files as Record<string, Json>).flatMap(([key, file]) => {
        const known = MODEL_KEYS.has(key) || OTHER_KEYS.has(key);
        return known && typeof file?.path === "string"
          ? [remoteFile(file.path, base, { context, ...digestsOfModels(file) })]
          : [];
      });
      return modelOf(entry, listed, text(entry.releaseStatus));
    })
  );
}

function digestsOfModels(file: Json): Omit<RemoteFile, "path" | "url"> {
  return {
    ...numberOf("bytes", file.size),
    ...digestOf(file.hash),
    unpacked: { ...numberOf("bytes", file.uncompressedSize), ...digestOf(file.uncompressedHash) },
  };
}

function fromRecords(
  records: readonly unknown[],
  base: URL,
  context: RequestContext,
): FirefoxModel[] {
  const groups = new Map<string, { first: Json; files: RemoteFile[] }>();
  for (const record of records as (Json | null)[]) {
    const attachment = record?.attachment as Json | undefined;
    const type = text(record?.fileType);
    const isKnown = MODEL_KEYS.has(type) || OTHER_KEYS.has(type);
    if (record === null || !isKnown || typeof attachment?.location !== "string") continue;
    const key = [
      "sourceLanguage",
      "targetLanguage",
      "fromLang",
      "toLang",
      "architecture",
      "version",
    ]
      .map((field) => text(record[field])).join(" ");
    const group = groups.get(key) ?? { first: record, files: [] };
    groups.set(key, group);
    group.files.push(remoteFile(attachment.location, base, {
      context,
      name: text(record.name),
      ...numberOf("bytes", attachment.size),
      ...digestOf(attachment.hash),
      unpacked: {
        ...numberOf("bytes", record.decompressedSize),
        ...digestOf(record.decompressedHash),
      },
    }));
  }
  return [...groups.values()].flatMap(({ first, files }) =>
    modelOf(first, files, STATUS[text(first.filter_expression)] ?? "Nightly")
  );
}

/** A model that has what is needed to run it. */
function modelOf(entry: Json, files: readonly RemoteFile[], status: string): FirefoxModel[] {
  const architecture = text(entry.architecture) || "tiny";
  const release = text(entry.version);
  const languages = [
    entry.sourceLanguage ?? entry.fromLang,
    entry.targetLanguage ?? entry.toLang,
  ].map((tag) => text(tag).toLowerCase().replace("_", "-"));
  const model = files.find(({ path }) => path.startsWith("model."));
  const isWhole = (model?.unpacked?.sha256 ?? model?.sha256) !== undefined &&
    files.some(({ path }) => /^(?:src)?vocab\./.test(path));
  // Part of a folder's name.
  if (!isWhole || !/^[a-z0-9][a-z0-9-]{0,40}$/.test(architecture)) return [];
  return [{
    source: languages[0]!,
    target: languages[1]!,
    architecture,
    status,
    ...release !== "" && { release },
    files,
  }];
}

function remoteFile(
  path: string,
  base: URL,
  { context, name, ...known }:
    & { context: RequestContext; name?: string }
    & Omit<RemoteFile, "path" | "url">,
): RemoteFile {
  const url = new URL(path.replace(/^\/+/, ""), base);
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) {
    throw new RefusedError(
      `${context.failure}: the registry names ${
        JSON.stringify(path)
      }, which is not under ${base.href}`,
    );
  }
  const last = name || url.pathname.replace(/^.*\//, "");
  if (!/^[A-Za-z0-9][\w.-]*$/.test(last)) {
    throw new RefusedError(
      `${context.failure}: the registry names a file ${JSON.stringify(last)}, which cannot be one`,
    );
  }
  const packed = /\.(gz|zst)$/.exec(url.pathname)?.[1];
  return {
    path: last.replace(/\.(?:gz|zst)$/, ""),
    url,
    ...packed !== undefined && { compression: packed === "gz" ? "gzip" as const : "zstd" as const },
    ...packed === undefined ? { ...known.unpacked, ...known } : known,
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf<Key extends string>(key: Key, value: unknown): { [K in Key]?: number } {
  const isLength = Number.isSafeInteger(value) && Number(value) >= 0;
  return (isLength ? { [key]: value } : {}) as { [K in Key]?: number };
}

function digestOf(value: unknown): { sha256?: string } {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? { sha256: value } : {};
}
