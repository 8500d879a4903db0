/** A hub on loopback in the shapes of Hugging Face and of Firefox's registries, that fails as it is told. */

/** What a request gets in place of the file. */
export type Fault = (request: Request, bytes: Uint8Array<ArrayBuffer>) => Response;

export interface Asked {
  /** Which server was asked. */
  readonly host: "hub" | "storage";
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
}

export interface FakeHub extends AsyncDisposable {
  readonly endpoint: string;
  /** Everything that was asked for. */
  readonly asked: Asked[];
  /** Faults of a path, one for each request, in order; after the last the file is whole. */
  readonly faults: Map<string, Fault[]>;
  /** Answers under other paths. */
  readonly pages: Map<string, (request: Request) => Response>;
  /** Files by path under either host. */
  readonly stored: Map<string, Uint8Array<ArrayBuffer>>;
  /** Requests for a file's content. */
  requestsOf(path: string): Asked[];
}

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
export const NAME = "Helsinki-NLP/opus-mt-en-fr";

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** The files of a small model; the weights are large enough to be cut. */
export function modelFiles(): Record<string, Uint8Array<ArrayBuffer>> {
  return {
    ".gitattributes": utf8("*.safetensors filter=lfs"),
    "README.md": utf8("# A model"),
    "config.json": utf8('{"model_type":"marian"}'),
    "model.safetensors": Uint8Array.from({ length: 700_000 }, (_, i) => (i * 31 + (i >> 8)) & 255),
    "pytorch_model.bin": utf8("not needed"),
    "source.spm": utf8("source"),
    "target.spm": utf8("target"),
    "tf_model.h5": utf8("not needed"),
    "vocab.json": utf8('{"</s>":0}'),
  };
}

/** Files that pulling the small model fetches. */
export const NEEDED = [
  ...["config.json", "model.safetensors", "source.spm", "target.spm", "vocab.json"],
];

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function gitSha1(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const blob = await new Blob([`blob ${bytes.length}\0`, bytes]).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-1", blob)).toHex();
}

const isLarge = (path: string) => /\.(?:safetensors|bin|h5)$/.test(path);

/** Starts the hub; large files lie on a storage of another origin, to which it sends one on. */
export async function startHub(
  { files = modelFiles(), blobs = true }: {
    files?: Record<string, Uint8Array<ArrayBuffer>>;
    /** Whether the list tells lengths and digests. */
    blobs?: boolean;
  } = {},
): Promise<FakeHub> {
  const asked: Asked[] = [];
  const faults = new Map<string, Fault[]>();
  const pages = new Map<string, (request: Request) => Response>();
  const stored = new Map(Object.entries(files));
  const digests = new Map<string, { sha256: string; sha1: string }>();
  for (const [path, bytes] of stored) {
    digests.set(path, { sha256: await sha256(bytes), sha1: await gitSha1(bytes) });
  }
  const servers: Deno.HttpServer<Deno.NetAddr>[] = [];
  const serve = (handler: (request: Request) => Response) => {
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
    servers.push(server);
    return `http://127.0.0.1:${server.addr.port}`;
  };
  const note = (host: Asked["host"], request: Request, path: string) =>
    asked.push({ host, method: request.method, path, headers: request.headers });
  const content = (request: Request, path: string) => {
    const bytes = stored.get(path);
    if (bytes === undefined) return new Response("Entry not found", { status: 404 });
    const fault = request.method === "GET" ? faults.get(path)?.shift() : undefined;
    return fault?.(request, bytes) ?? answer(request, bytes, digests.get(path)?.sha1);
  };
  const storage = serve((request) => {
    const path = new URL(request.url).pathname.slice(1);
    note("storage", request, path);
    return content(request, path);
  });
  const endpoint = serve((request) => {
    const { pathname } = new URL(request.url);
    const page = pages.get(pathname);
    const file = new RegExp(`^/${NAME}/resolve/${COMMIT}/(.*)$`).exec(pathname)?.[1];
    note("hub", request, file ?? pathname.slice(1));
    if (page !== undefined) return page(request);
    if (pathname === `/api/models/${NAME}/revision/main`) {
      const siblings = [...stored].map(([path, bytes]) => {
        const { sha256, sha1: blobId } = digests.get(path)!;
        const lfs = isLarge(path) ? { lfs: { sha256, size: bytes.length, pointerSize: 9 } } : {};
        return { rfilename: path, ...blobs && { size: bytes.length, blobId, ...lfs } };
      });
      return Response.json({ id: NAME, sha: COMMIT, siblings, tags: ["license:apache-2.0"] });
    }
    if (file === undefined) {
      return new Response("Repository not found", {
        status: pathname.startsWith("/api/") ? 401 : 404,
        headers: { "x-error-code": "RepoNotFound" },
      });
    }
    if (!isLarge(file)) return content(request, file);
    return new Response(null, {
      status: 302,
      headers: {
        location: `${storage}/${file}`,
        "x-linked-etag": `"${digests.get(file)?.sha256}"`,
        "x-linked-size": String(stored.get(file)?.length),
      },
    });
  });
  return {
    endpoint,
    asked,
    faults,
    pages,
    stored,
    requestsOf: (path) =>
      asked.filter((one) =>
        one.path === path && one.method === "GET" && (one.host === "storage" || !isLarge(path))
      ),
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server.shutdown()));
    },
  };
}

/** A file as a good server sends it, whole or from where one asks. */
export function answer(
  request: Request,
  bytes: Uint8Array<ArrayBuffer>,
  etag = "none",
): Response {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
  const same = request.headers.get("if-range") ?? `"${etag}"`;
  const headers = { etag: `"${etag}"`, "content-type": "application/octet-stream" };
  if (start === 0 || same !== `"${etag}"`) return new Response(bytes, { headers });
  if (start >= bytes.length) return new Response(null, { status: 416 });
  const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  const rest = bytes.slice(start);
  return new Response(rest, { status: 206, headers: { ...headers, "content-range": range } });
}

/** Answers with a status. */
export function refusal(status: number, headers: Record<string, string> = {}): Fault {
  return () => new Response("no", { status, headers });
}

/** Sends a part and then breaks the connection, ends as if that were all, or sends nothing more. */
export function partOf(share: number, then: "break" | "end" | "stall"): Fault {
  return (_, bytes) => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(bytes.slice(0, Math.round(bytes.length * share)));
        if (then !== "stall") controller.close();
      },
    });
    const headers = new Headers({ "content-type": "application/octet-stream" });
    // A body that is shorter than its length makes the server break the connection.
    if (then === "break") headers.set("content-length", String(bytes.length));
    return new Response(body, { headers });
  };
}

/** Sends other bytes of the same length. */
export const damaged: Fault = (_, bytes) => new Response(bytes.map((byte) => byte ^ 1));

/** Sends what a login page sends. */
export const loginPage: Fault = () =>
  new Response("<html>Sign in", { headers: { "content-type": "text/html; charset=utf-8" } });

/** Every file in a folder, with its path there. */
export function entries(folder: string): string[] {
  const names: string[] = [];
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isFile) names.push(entry.name);
    else names.push(...entries(`${folder}/${entry.name}`).map((name) => `${entry.name}/${name}`));
  }
  return names.sort();
}
