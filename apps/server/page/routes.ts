import type { Context, Hono } from "hono";
import { RequestError } from "../errors.ts";
import type { RouteContext } from "../routes/route_context.ts";
import { SCRIPT, STYLE } from "./_page_files.ts";
import { detectorFiles } from "./detector_files.ts";
import { Page } from "./page.tsx";
import { SharedModels } from "./shared_models.ts";
import { pageLanguage } from "./texts.ts";

/** Nothing of the page comes from elsewhere, and nothing elsewhere may frame it. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "worker-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A worker of its own kind: it compiles the engine's kernels, and starts the engine's workers. */
const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; " +
  "connect-src 'self'; worker-src 'self'";
/** What gives the page memory that threads share. */
const isolation = { "Cross-Origin-Embedder-Policy": "require-corp" };
const script = { "Content-Type": "text/javascript" };
const gzipped = { ...script, "Content-Encoding": "gzip", "Vary": "Accept-Encoding" };

/** Adds the page and its files, and those with which it translates by itself. */
export function addPage(app: Hono, { service, access, settings }: RouteContext): void {
  app.get("/", (c) => {
    const locale = pageLanguage(c.req.query("lang") ?? c.req.header("Accept-Language"));
    const { charLimit, alternativesLimit, frontendTimeout } = settings;
    const languages = service.languages.offered;
    const html = Page({ locale, languages, charLimit, alternativesLimit, frontendTimeout });
    return c.html(`<!DOCTYPE html>${html}`, 200, {
      ...isolation,
      "Content-Security-Policy": policy,
      "Vary": "Accept-Language",
    });
  });
  app.get("/page.js", (c) => c.body(SCRIPT, 200, script));
  app.get("/page.css", (c) => c.body(STYLE, 200, { "Content-Type": "text/css" }));
  app.get("/service_worker.js", async (c) => {
    const { SERVICE_WORKER } = await import("./_service_worker_file.ts");
    return c.body(SERVICE_WORKER, 200, { ...script, "Content-Security-Policy": workerPolicy });
  });
  app.get("/browser/files.json", async (c) => {
    const { WORKER_FILES } = await import("./_worker_files.ts");
    return c.json([...Object.keys(WORKER_FILES), ...detectorFiles.keys()]);
  });
  app.get("/browser/:file{.+\\.js}", async (c) => {
    const { WORKER_FILES } = await import("./_worker_files.ts");
    const name = c.req.param("file");
    const headers = { ...isolation, "Content-Security-Policy": workerPolicy };
    if (Object.hasOwn(WORKER_FILES, name)) return unpacked(c, WORKER_FILES[name], headers);
    const url = detectorFiles.get(name);
    if (url === undefined) throw new RequestError(404, "Not found");
    return await packed(c, url, headers);
  });
  const shared = new SharedModels(service.models.served);
  // Where keys are needed, the models are for their owners too, and a worker has none.
  app.get(
    "/browser/models.json",
    async (c) => c.json(await access.needsKey() ? [] : await shared.list()),
  );
  app.get("/browser/models/:revision/:file", async (c) => {
    const { revision, file: path } = c.req.param();
    const file = await access.needsKey() ? undefined : await shared.open(revision, path);
    if (!file) throw new RequestError(404, "Not found");
    return c.body(file.body, 200, {
      "Content-Type": "application/octet-stream",
      "Content-Length": String(file.bytes),
      "Cache-Control": "public, max-age=31536000, immutable",
    });
  });
}

/** Answers with a script that is kept compressed, as base64; it is read when somebody wants it. */
function unpacked(c: Context, base64: string, headers: Record<string, string>): Response {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (readsGzip(c)) return c.body(bytes, 200, { ...gzipped, ...headers });
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return c.body(plain, 200, { ...script, ...headers, "Vary": "Accept-Encoding" });
}

/** Answers with a script of a package. */
async function packed(c: Context, url: URL, headers: Record<string, string>): Promise<Response> {
  const body = (await fetch(url)).body!;
  if (!readsGzip(c)) return c.body(body, 200, { ...script, ...headers, "Vary": "Accept-Encoding" });
  const stream = body.pipeThrough(new CompressionStream("gzip"));
  return c.body(stream, 200, { ...gzipped, ...headers });
}

function readsGzip(c: Context): boolean {
  return /\bgzip\b/.test(c.req.header("Accept-Encoding") ?? "");
}
