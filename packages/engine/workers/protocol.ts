import type { RuntimeSetup } from "./runtimes.ts";

/** What a worker needs to take part: the model, whose memory it shares. */
export interface WorkerSetup {
  readonly runtime: RuntimeSetup;
  /** One int32 in shared memory: number of the task that is to be cancelled. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

/** Main thread -> worker. A task is a method of the runtime, and its arguments without a signal. */
export type ToWorker =
  | { readonly setup: WorkerSetup }
  | {
    readonly task: number;
    readonly method: string;
    readonly args: readonly unknown[];
    /** Whether parts of the result are sent as they come. */
    readonly inParts: boolean;
  };

/** Worker -> main thread. */
export type FromWorker =
  | { readonly ready: true }
  | { readonly task: number; readonly parts: readonly unknown[] }
  | { readonly task: number; readonly result: unknown }
  | { readonly task: number; readonly error: { name: string; message: string } };

/** What a call is given beside its arguments, which could not be sent. */
export interface CallContext {
  /** Cancels the call. */
  readonly signal: AbortSignal | undefined;
  /** Gets parts of the result as they come, as the method's option `onToken`. */
  readonly onPart: ((part: never) => void) | undefined;
}

/** Calls a method of a runtime by its name; the last argument is an object of options, which gets the context. */
export async function callMethod(
  runtime: object,
  method: string,
  args: readonly unknown[],
  { signal, onPart }: CallContext,
): Promise<unknown> {
  const call = (runtime as Record<string, (...args: unknown[]) => Promise<unknown>>)[method];
  const options = args[args.length - 1] as object;
  return await call.apply(runtime, [...args.slice(0, -1), { ...options, signal, onToken: onPart }]);
}
