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
 * Makes a worker a thread of the engine: it answers the pool's calls on the model that all threads share.
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
    const { task, method, args, inParts } = data;
    try {
      const signal = cancelSignal(cancelled, task);
      const onPart = inParts
        ? (part: unknown) => {
          signal.throwIfAborted(); // whoever cancelled wants no more of it
          post({ task, part });
        }
        : undefined;
      post({ task, result: await callMethod(runtime!, method, args, { signal, onPart }) });
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
