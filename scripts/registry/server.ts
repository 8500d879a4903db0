/**
 * A registry in the shape of JSR on loopback, in memory, for proving what a published package does.
 *
 * deno run --allow-net=127.0.0.1 --allow-read scripts/registry/server.ts [--port N]
 * [PACKAGE_DIR...]
 *
 * Then, in another shell, with the address it prints:
 *
 *     JSR_URL=http://127.0.0.1:PORT/ deno publish --token dummy --no-provenance --allow-dirty
 *     JSR_URL=http://127.0.0.1:PORT/ deno run --no-lock jsr:@heed/cli
 *
 * Never keep a lock file that was made against it.
 */
import { parseArgs } from "@std/cli";
import { readTar } from "./tar.ts";

/** JSR's limit for a package, unpacked. */
const MAX_PACKAGE_BYTES = 20 << 20;
const MAX_PACKAGES = 1000;

type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** A running registry. */
export interface Registry {
  /** Address with a slash at its end, the value for `JSR_URL`. */
  readonly url: string;
  /** Requests answered so far, as `GET /path`. */
  readonly requests: readonly string[];
  /** Packages that it has, as `@scope/name@version`. */
  packages(): string[];
  /** Serves the files of a folder as the package that its `deno.json` names. */
  addDirectory(directory: URL | string): Promise<void>;
  /** Ends the server and all connections. */
  close(): Promise<void>;
}

const CONTENT_TYPES: Record<string, string> = {
  ts: "text/typescript",
  mts: "text/typescript",
  js: "text/javascript",
  mjs: "text/javascript",
  json: "application/json",
  wasm: "application/wasm",
};

/** Starts a registry; port 0 takes a free one. */
export function startRegistry({ port = 0 }: { port?: number } = {}): Registry {
  /** `@scope/name` -> version -> files. */
  const packages = new Map<string, Map<string, Files>>();
  const tasks = new Map<string, unknown>();
  const requests: string[] = [];
  const stop = new AbortController();

  function add(name: string, version: string, files: Files): void {
    const versions = packages.get(name) ?? new Map<string, Files>();
    if (!packages.has(name) && packages.size >= MAX_PACKAGES) {
      throw new RangeError(`Cannot publish ${name}: the registry is full`);
    }
    packages.set(name, versions.set(version, files));
  }

  async function publish(request: Request, name: string, version: string): Promise<Response> {
    if (packages.get(name)?.has(version)) return problem(409, "duplicateVersionPublish");
    if (request.body === null) return problem(400, "malformedRequest");
    const archive = await gunzip(request.body, MAX_PACKAGE_BYTES * 2);
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    let bytes = 0;
    for (const file of readTar(archive)) {
      bytes += file.bytes.byteLength;
      files.set(file.path, file.bytes);
    }
    if (bytes > MAX_PACKAGE_BYTES) return problem(413, "packageTooLarge");
    if (exportsOf(files) === undefined) return problem(400, "configFileNotFound");
    add(name, version, files);
    const [packageScope, packageName] = name.slice(1).split("/");
    const task = {
      id: crypto.randomUUID(),
      status: "success",
      error: null,
      packageScope,
      packageName,
      packageVersion: version,
    };
    tasks.set(task.id, task);
    return Response.json(task);
  }

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    requests.push(`${request.method} ${pathname}`);
    const api = /^\/api\/scopes\/([^/]+)\/packages\/([^/]+)(?:\/versions\/([^/]+))?$/.exec(
      pathname,
    );
    if (api !== null) {
      const [, scope, short, version] = api;
      const name = `@${scope}/${short}`;
      if (version === undefined) return Response.json({ scope, name: short });
      if (request.method === "POST") return await publish(request, name, version);
      const known = packages.get(name)?.has(version);
      return known ? Response.json({ version }) : problem(404, "packageVersionNotFound");
    }
    const status = /^\/api\/publish_status\/([^/]+)$/.exec(pathname);
    if (status !== null) {
      const task = tasks.get(status[1]!);
      return task === undefined ? problem(404, "publishNotFound") : Response.json(task);
    }
    const read = /^\/(@[^/]+\/[^/]+)\/(.+)$/.exec(decodeURIComponent(pathname));
    const versions = read === null ? undefined : packages.get(read[1]!);
    if (read === null || versions === undefined) return problem(404, "packageNotFound");
    return await readPackage(read[1]!, versions, read[2]!);
  }

  const server = Deno.serve({
    hostname: "127.0.0.1",
    port,
    signal: stop.signal,
    onListen: () => {},
    onError: (error) => problem(400, (error as Error).message),
  }, answer);

  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    requests,
    packages: () =>
      [...packages].flatMap(([name, versions]) => [...versions.keys()].map((v) => `${name}@${v}`)),
    addDirectory: async (directory) => {
      const files = await readDirectory(directory);
      const { name, version } = JSON.parse(new TextDecoder().decode(files.get("/deno.json")));
      add(name, version, files);
    },
    close: async () => {
      stop.abort();
      await server.finished;
    },
  };
}

function problem(status: number, code: string): Response {
  return Response.json({ code, message: code }, { status });
}

/** Answers `meta.json`, `VERSION_meta.json` and `VERSION/path`. */
async function readPackage(
  name: string,
  versions: ReadonlyMap<string, Files>,
  rest: string,
): Promise<Response> {
  if (rest === "meta.json") {
    const [scope, short] = name.slice(1).split("/");
    const entries = [...versions.keys()].map((version) => [version, {}]);
    const latest = [...versions.keys()].at(-1);
    return Response.json({
      scope,
      name: short,
      latest,
      versions: Object.fromEntries(entries),
    });
  }
  const meta = /^([^/]+)_meta\.json$/.exec(rest);
  if (meta !== null) {
    const files = versions.get(meta[1]!);
    if (files === undefined) return problem(404, "packageVersionNotFound");
    const manifest: Record<string, { size: number; checksum: string }> = {};
    for (const [path, bytes] of files) {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      manifest[path] = { size: bytes.byteLength, checksum: `sha256-${digest.toHex()}` };
    }
    return Response.json({ manifest, exports: exportsOf(files) });
  }
  const cut = rest.indexOf("/");
  const bytes = versions.get(rest.slice(0, cut))?.get(rest.slice(cut));
  if (bytes === undefined) return problem(404, "fileNotFound");
  const type = CONTENT_TYPES[rest.slice(rest.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return new Response(bytes, { headers: { "content-type": type } });
}

/** The package's entry points; undefined without a manifest. */
function exportsOf(files: Files): Record<string, string> | undefined {
  const manifest = files.get("/deno.json") ?? files.get("/jsr.json");
  if (manifest === undefined) return undefined;
  const { exports } = JSON.parse(new TextDecoder().decode(manifest));
  return typeof exports === "string" ? { ".": exports } : exports;
}

async function gunzip(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of body.pipeThrough(new DecompressionStream("gzip"))) {
    length += chunk.byteLength;
    if (length > limit) throw new RangeError("The archive is too large");
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function readDirectory(directory: URL | string): Promise<Files> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  async function walk(path: string, prefix: string): Promise<void> {
    for await (const entry of Deno.readDir(path)) {
      if (entry.isDirectory) await walk(`${path}/${entry.name}`, `${prefix}${entry.name}/`);
      if (entry.isFile) {
        files.set(prefix + entry.name, await Deno.readFile(`${path}/${entry.name}`));
      }
    }
  }
  const root = directory instanceof URL ? decodeURIComponent(directory.pathname) : directory;
  await walk(root.replace(/\/+$/, ""), "/");
  return files;
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, { string: ["port"] });
  const registry = startRegistry({ port: Number(flags.port ?? 0) });
  for (const directory of flags._) await registry.addDirectory(String(directory));
  console.log(registry.url);
  for (const name of registry.packages()) console.log(name);
}
