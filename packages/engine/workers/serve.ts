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
      const parts = new Parts((parts) => post({ task, parts }), signal);
      const onPart = inParts ? (part: unknown) => parts.add(part) : undefined;
      // The last parts are sent before this goes on: their microtask was queued first.
      post({ task, result: await callMethod(runtime!, method, args, { signal, onPart }) });
    } catch (error) {
      const { name, message } = error as Error;
      post({ task, error: { name, message } });
    }
  };
}

/** Parts of a result, sent together where they come together: a message costs more than a token. */
class Parts {
  readonly #post: (parts: readonly unknown[]) => void;
  readonly #signal: AbortSignal;
  #waiting: unknown[] = [];

  constructor(post: (parts: readonly unknown[]) => void, signal: AbortSignal) {
    this.#post = post;
    this.#signal = signal;
  }

  /** Takes a part, which goes with the others of this step. */
  add(part: unknown): void {
    this.#signal.throwIfAborted(); // whoever cancelled wants no more of it
    if (this.#waiting.push(part) > 1) return;
    queueMicrotask(() => {
      this.#post(this.#waiting);
      this.#waiting = [];
    });
  }
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
