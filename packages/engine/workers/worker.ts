/**
 * A thread of the engine: answers the calls of the pool on the model that it shares with the others.
 *
 * @module
 */
import { startThread } from "../packing/pack_model.ts";
import { Seq2SeqRuntime } from "../seq2seq/runtime.ts";
import type { FromWorker, TaskName, ToWorker, WorkerSetup } from "./protocol.ts";

/** What this module needs of a worker's global scope. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

/** Answers messages in a worker. */
export function serve(scope: Scope): void {
  let setup: WorkerSetup | undefined;
  let runtime: Seq2SeqRuntime | undefined;
  scope.onmessage = async ({ data }) => {
    if ("setup" in data) {
      setup = data.setup;
      runtime = new Seq2SeqRuntime(startThread(setup.model), setup.model, setup.config);
      scope.postMessage({ ready: true });
      return;
    }
    const { task, name, args } = data;
    try {
      const signal = cancelSignal(setup!.cancelled, task);
      const result = await call(runtime!, name, args, signal);
      scope.postMessage({ task, result });
    } catch (error) {
      const { name, message } = error as Error;
      scope.postMessage({ task, error: { name, message } });
    }
  };
}

async function call(
  runtime: Seq2SeqRuntime,
  name: TaskName,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  const method = runtime[name].bind(runtime) as (...args: unknown[]) => Promise<unknown>;
  const options = args[args.length - 1] as object;
  return await method(...args.slice(0, -1), { ...options, signal });
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

if ("WorkerGlobalScope" in globalThis) serve(globalThis as unknown as Scope);
