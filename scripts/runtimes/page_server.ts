/**
 * A static web server on loopback, as bare as any: files, lengths, and ranges.
 *
 * @module
 */

/** What is served, and how. */
export interface PageServerOptions {
  /** Folders by the path under which they are served, with a slash at both ends. */
  readonly folders: Readonly<Record<string, URL>>;
  /** Whether pages are cross-origin isolated, which is what gives them SharedArrayBuffer. */
  readonly isolated: boolean;
  /** Whether parts of files can be asked for; true by default. */
  readonly ranges?: boolean;
}

/** A running server. */
export interface PageServer extends AsyncDisposable {
  /** Where the empty page is, with a slash at its end. */
  readonly url: string;
  /** Every request so far: method, path, range, status. */
  readonly requests: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  wasm: "application/wasm",
};

const ISOLATION: Readonly<Record<string, string>> = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/**
 * Starts a server on a free port of loopback.
 *
 * @param options What to serve.
 * @returns The server, which the caller closes.
 */
export function startPageServer(options: PageServerOptions): PageServer {
  const requests: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const response = await answer(request, options);
      const { pathname } = new URL(request.url);
      const range = request.headers.get("range") ?? "all";
      requests.push(`${request.method} ${pathname} ${range} ${response.status}`);
      if (!options.isolated) return response;
      for (const [name, value] of Object.entries(ISOLATION)) response.headers.set(name, value);
      return response;
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function answer(request: Request, options: PageServerOptions): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/") {
    return new Response("<!doctype html><title>Heed</title>", {
      headers: { "content-type": TYPES.html },
    });
  }
  if (pathname === "/favicon.ico") return new Response(null, { status: 204 });
  const prefix = Object.keys(options.folders).sort((a, b) => b.length - a.length)
    .find((prefix) => pathname.startsWith(prefix));
  const bytes = prefix && await readFile(options.folders[prefix], pathname.slice(prefix.length));
  if (!bytes) return new Response("not found", { status: 404 });
  const type = TYPES[pathname.split(".").at(-1)!] ?? "application/octet-stream";
  const headers = new Headers({ "content-type": type, "content-length": String(bytes.length) });
  const range = options.ranges ?? true
    ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "")
    : null;
  if (request.method === "HEAD") return new Response(null, { headers });
  if (range === null) return new Response(bytes, { headers });
  const begin = Number(range[1]);
  if (begin >= bytes.length) return new Response(null, { status: 416 });
  const part = bytes.slice(begin, range[2] === "" ? bytes.length : Number(range[2]) + 1);
  headers.set("content-length", String(part.length));
  headers.set("content-range", `bytes ${begin}-${begin + part.length - 1}/${bytes.length}`);
  return new Response(part, { status: 206, headers });
}

async function readFile(
  folder: URL,
  name: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const file = new URL(name, folder);
  if (!file.href.startsWith(folder.href)) return undefined;
  try {
    return await Deno.readFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.IsADirectory) {
      return undefined;
    }
    throw error;
  }
}
