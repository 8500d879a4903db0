/**
 * The module of the engine's workers. Programs do not import it; a bundle contains it as an entry of its own.
 *
 * A bundler that does not follow `new Worker(new URL(...))`, such as esbuild or `deno bundle`, needs a second
 * entry named `engine_worker.ts` beside the program, which becomes `engine_worker.js` beside the bundle:
 *
 * ```ts
 * import "@heed/engine/worker";
 * ```
 *
 * Where it becomes something else, the option `workerUrl` says what.
 *
 * @module
 */
import { serve, type WorkerScope } from "./serve.ts";
import { WORKER_NAME } from "./start_worker.ts";

// A program may itself run in a worker, and may have this module in its bundle.
const scope = globalThis as { name?: unknown };
if ("WorkerGlobalScope" in scope && scope.name === WORKER_NAME) {
  serve(scope as unknown as WorkerScope);
}
