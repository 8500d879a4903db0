/** Name of the engine's workers, by which their module knows them from others. */
export const WORKER_NAME = "heed-engine";

/**
 * Lists the ways to start a worker of the engine, the likeliest first. A worker that cannot start says so by an
 * `error` event, or the way throws.
 *
 * @param url The worker's module, if the caller knows it; then there is no other way.
 */
export function workerStarters(url?: string | URL): (() => Worker)[] {
  const start = (module: string | URL) => new Worker(module, { type: "module", name: WORKER_NAME });
  if (url !== undefined) return [() => start(url)];
  // Bundlers that know workers look for this very expression, and put another address into it.
  const named = () =>
    new Worker(new URL("./engine_worker.ts", import.meta.url), {
      type: "module",
      name: "heed-engine",
    });
  if (new URL(import.meta.url).pathname.endsWith(".ts")) return [named];
  // Others leave it as it is; there the worker may be a second entry of the bundle. And in a package for npm
  // that was made of this one, all modules but this address have become `.js`.
  return [named, () => start(new URL("./engine_worker.js", import.meta.url))];
}

/**
 * Loads the worker's module without starting it. A literal import, so that installing or caching the package
 * includes it: the lines above do not put it into the module graph.
 */
export const workerModule = (): Promise<unknown> => import("./engine_worker.ts");

/** Whether threads can share memory here. */
export function canShareMemory(): boolean {
  const scope = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === "function" && typeof Worker === "function" &&
    scope.crossOriginIsolated !== false;
}
