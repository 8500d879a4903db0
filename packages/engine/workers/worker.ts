/**
 * A thread of the engine: answers the calls of the pool on the model that it shares with the others.
 *
 * @module
 */
import { callMethod, type FromWorker, type ToWorker } from "./protocol.ts";
import { createRuntime } from "./runtimes.ts";

/** What this module needs of a worker's global scope. */
export interface WorkerScope {
  /** Gets the pool's messages. */
  onmessage: ((event: MessageEvent) => void) | null;
  /** Answers. */
  postMessage(message: unknown): void;
}

/**
 * Answers the pool's messages; called by itself where this module is a worker.
 *
 * @param scope The worker's global scope.
 */
export function serve(scope: WorkerScope): void {
  let runtime: object | undefined;
  let cancelled: Int32Array<SharedArrayBuffer>;
  const post = (message: FromWorker) => scope.postMessage(message);
  scope.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
    if ("setup" in data) {
      cancelled = data.setup.cancelled;
      runtime = createRuntime(data.setup.runtime);
      post({ ready: true });
      return;
    }
    const { task, method, args } = data;
    try {
      const signal = cancelSignal(cancelled, task);
      post({ task, result: await callMethod(runtime!, method, args, signal) });
    } catch (error) {
      const { name, message } = error as Error;
      post({ task, error: { name, message } });
    }
  };
}

/** A signal that is aborted as soon as the shared number names the task: no message has to arrive. */
function cancelSignal(cancelled: Int32Array<SharedArrayBuffer>, task: number): AbortSignal {
  const { signal } = new AbortController();
  return Object.assign(signal, {
    throwIfAborted() {
      if (Atomics.load(cancelled, 0) === task) {
        throw new DOMException("The task was cancelled", "AbortError");
      }
    },
  });
}

if ("WorkerGlobalScope" in globalThis) serve(globalThis as unknown as WorkerScope);
