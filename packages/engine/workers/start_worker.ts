/**
 * Starts a worker of the engine.
 *
 * @param url The worker's module; default the one of this package. Bundlers that do not see the default bundle
 * `@heed/engine/worker` by itself and pass its address.
 */
export function startWorker(url?: string | URL): Worker {
  return new Worker(url ?? new URL("./worker.ts", import.meta.url), { type: "module" });
}

/**
 * Loads the worker's module without starting it. A literal import, so that installing or caching the package
 * includes it: the line above does not put it into the module graph.
 */
export const workerModule = (): Promise<unknown> => import("./worker.ts");

/** Whether threads can share memory here. */
export function canShareMemory(): boolean {
  const scope = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === "function" && typeof Worker === "function" &&
    scope.crossOriginIsolated !== false;
}
