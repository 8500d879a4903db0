import { power } from "./power.ts";

/** What the worker does; also for threads without workers. */
export function square(value: number): number {
  return power(value, 2);
}

/** The scope of a worker, of which the library for pages has no type. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<number>) => void) | null;
  postMessage(message: number): void;
}

// A page and the main thread of Deno have no such scope; the module may be imported there.
if ("WorkerGlobalScope" in globalThis) {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = (event) => scope.postMessage(square(event.data));
}
