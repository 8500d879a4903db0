/**
 * Lets the page be opened without a network once it has translated by itself: newest files while there is a server,
 * else those seen last; files of models from the browser's store, where they never change.
 *
 * @module
 */
import { MODEL_CACHE } from "./keep_files.ts";

/** What of a service worker's scope is used. */
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: ScopeEvent) => void): void;
}

interface ScopeEvent {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const PAGE_CACHE = "heed-page";
const FILES = ["./", "page.js", "page.css", "frontend/settings", "browser/models.json"];

const scope = globalThis as unknown as Scope;

scope.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(PAGE_CACHE);
    const urlOf = (path: string) => new URL(path, scope.registration.scope);
    const scripts: string[] = await (await fetch(urlOf("browser/files.json"))).json();
    const paths = [...FILES, ...scripts.map((name) => `browser/${name}`)];
    // Past the browser's own cache: the files have to belong together.
    await Promise.all(paths.map(async (path) => {
      const answer = await fetch(urlOf(path), { cache: "reload" });
      if (answer.ok) await cache.put(urlOf(path), answer);
    }));
    await scope.skipWaiting();
  };
  event.waitUntil(keep());
});

scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method !== "GET" && method !== "HEAD" || !url.startsWith(scope.registration.scope)) return;
  const path = url.slice(scope.registration.scope.length).replace(/\?.*$/, "");
  if (path.startsWith("browser/models/")) event.respondWith(keptFirst(event.request));
  else if (isOfPage(path)) event.respondWith(newestFirst(event.request));
});

function isOfPage(path: string): boolean {
  return path === "" || FILES.includes(path) || /^browser\/.*\.js$/.test(path);
}

async function keptFirst(request: Request): Promise<Response> {
  const cache = await caches.open(MODEL_CACHE);
  const kept = await cache.match(request.url);
  if (!kept) return await fetch(request);
  return request.method === "HEAD" ? new Response(null, { headers: kept.headers }) : kept;
}

async function newestFirst(request: Request): Promise<Response> {
  const cache = await caches.open(PAGE_CACHE);
  const [address] = request.url.split("?");
  try {
    const answer = await fetch(request);
    if (answer.ok && request.method === "GET") await cache.put(address, answer.clone());
    return answer;
  } catch (error) {
    // The page speaks the language in which it was seen last.
    const kept = await cache.match(address, { ignoreVary: true } as CacheQueryOptions);
    if (kept) return kept;
    throw error;
  }
}
