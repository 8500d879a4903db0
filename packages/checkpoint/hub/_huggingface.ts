import { selectFiles } from "./_select_files.ts";
import type { HubSettings } from "./hub_options.ts";
import type { HuggingFaceName } from "./model_name.ts";
import type { Listing } from "./published_model.ts";
import type { RemoteFile } from "./_remote_file.ts";
import { notData, request, type RequestContext, requestJson } from "./_request.ts";

/** A file as the hub lists it. */
interface Sibling {
  readonly rfilename?: unknown;
  readonly size?: unknown;
  readonly blobId?: unknown;
  readonly lfs?: { readonly sha256?: unknown; readonly size?: unknown };
}

/** Digests that go into file names and errors: nothing else may. */
const SHA256 = /^[0-9a-f]{64}$/;
const SHA1 = /^[0-9a-f]{40}$/;
/** Files whose digest the list leaves out are asked one by one, and few at once. */
const AT_ONCE = 4;

/** An address of the hub: the endpoint may have a path of its own. */
export function hubUrl({ endpoint }: Pick<HubSettings, "endpoint">, path: string): URL {
  const url = new URL(endpoint);
  const [pathname, query = ""] = path.split("?");
  url.pathname = url.pathname.replace(/\/*$/, "") + pathname;
  url.search = query;
  return url;
}

/** How the hub is asked on behalf of an action, with what its refusals mean. */
export function hubContext(
  settings: HubSettings,
  { failure, id, revision }: { failure: string; id?: string; revision?: string },
): RequestContext {
  const { endpoint, token } = settings;
  const page = id === undefined ? endpoint.href : hubUrl(settings, `/${id}`).href;
  return {
    failure,
    settings,
    ...token !== undefined && { credentials: { token, origin: endpoint.origin } },
    explain: ({ status, headers }) => {
      const code = headers.get("x-error-code");
      if (code === "GatedRepo" || status === 403) {
        return `the model is not open to everybody; accept its terms at ${page}, and set HF_TOKEN ` +
          "to a token of that account that may read it";
      }
      if (status === 401) {
        return token === undefined
          ? `${endpoint.host} asks who you are: there is no model of this name, or it is private; ` +
            "check the name, or set HF_TOKEN to a token that may read it"
          : `${endpoint.host} has no such model for the token of HF_TOKEN, or does not know the ` +
            "token; check the name and the token";
      }
      if (code === "RevisionNotFound") return `the model has no revision ${revision}`;
      if (status === 404) {
        return `${endpoint.host} has no such model${
          revision === undefined ? "" : `, or none of revision ${revision}`
        }; check the name, or search for it`;
      }
      return undefined;
    },
  };
}

/** Asks the hub what a model consists of. */
export async function listHuggingFace(
  name: HuggingFaceName,
  settings: HubSettings,
  { revision, context }: { revision: string; context: RequestContext },
): Promise<Listing> {
  const { id } = name;
  const url = hubUrl(
    settings,
    `/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`,
  );
  const json = await requestJson(url, context) as {
    readonly sha?: unknown;
    readonly siblings?: unknown;
    readonly tags?: unknown;
  } | null;
  const { sha, siblings, tags } = json ?? {};
  if (typeof sha !== "string" || !SHA1.test(sha) || !Array.isArray(siblings)) {
    throw notData(url, context, { response: new Response() });
  }
  const listed = new Map(
    (siblings as (Sibling | null)[]).flatMap((file) =>
      typeof file?.rfilename === "string" ? [[file.rfilename, file] as const] : []
    ),
  );
  let chosen: string[];
  try {
    chosen = selectFiles([...listed.keys()]);
  } catch (error) {
    throw new TypeError(`${context.failure}: ${(error as Error).message}`, { cause: error });
  }
  const files = chosen.map((path) => remoteFile(path, listed.get(path)!, { id, sha, settings }));
  const license = Array.isArray(tags)
    ? tags.find((tag) => typeof tag === "string" && tag.startsWith("license:"))?.slice(8)
    : undefined;
  return {
    name,
    revision,
    version: sha,
    source: settings.endpoint.href.replace(/\/$/, ""),
    ...license !== undefined && { license },
    files: await withDigests(files, context),
  };
}

function remoteFile(
  path: string,
  { size, blobId, lfs }: Sibling,
  { id, sha, settings }: { id: string; sha: string; settings: HubSettings },
): RemoteFile {
  const bytes = [lfs?.size, size].find((value) =>
    Number.isSafeInteger(value) && Number(value) >= 0
  );
  const url = hubUrl(settings, `/${id}/resolve/${sha}/${path}`);
  return {
    path,
    url,
    ...bytes !== undefined && { bytes: Number(bytes) },
    ...digestOf(lfs === undefined || lfs === null ? blobId : lfs.sha256),
  };
}

/** A SHA-256 of a large file, or git's digest of a small one. */
function digestOf(text: unknown): Pick<RemoteFile, "sha256" | "gitSha1"> {
  if (typeof text !== "string") return {};
  if (SHA256.test(text)) return { sha256: text };
  return SHA1.test(text) ? { gitSha1: text } : {};
}

/** Asks for the length and digest of those files of which the list does not say them. */
async function withDigests(
  files: readonly RemoteFile[],
  context: RequestContext,
): Promise<RemoteFile[]> {
  const known: RemoteFile[] = [];
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const part = files.slice(start, start + AT_ONCE);
    known.push(...await Promise.all(part.map((file) => withDigest(file, context))));
  }
  return known;
}

async function withDigest(file: RemoteFile, context: RequestContext): Promise<RemoteFile> {
  if (file.bytes !== undefined && (file.sha256 ?? file.gitSha1) !== undefined) return file;
  const headers = await headersOf(file.url, context);
  const etag = headers.get("x-linked-etag") ?? headers.get("etag") ?? "";
  const digest = digestOf(etag.replace(/^(?:W\/)?"(.*)"$/, "$1"));
  if (digest.sha256 === undefined && digest.gitSha1 === undefined) {
    throw new TypeError(
      `${context.failure}: ${file.url.host} tells no digest of ${file.path}, so that nobody could ` +
        "say whether it is whole; use another endpoint (HF_ENDPOINT)",
    );
  }
  const length = headers.get("x-linked-size") ?? headers.get("content-length");
  return { ...file, ...length !== null && { bytes: Number(length) }, ...digest };
}

/** What the hub itself says of a file; where it sends one on to is not asked, but within its own host. */
async function headersOf(start: URL, context: RequestContext): Promise<Headers> {
  let url = start;
  for (let hops = 0; hops < 5; hops++) {
    const response = await request(url, context, {
      method: "HEAD",
      headers: { "accept-encoding": "identity" },
      follow: false,
    });
    await response.body?.cancel();
    const location = response.headers.get("location");
    const next = location === null ? undefined : new URL(location, url);
    const isThere = next === undefined || response.headers.has("x-linked-etag");
    if (isThere || next.origin !== start.origin) return response.headers;
    url = next;
  }
  return new Headers();
}
