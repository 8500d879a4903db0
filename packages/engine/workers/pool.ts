import type { EngineThread } from "../packing/pack_model.ts";
import { callMethod, type FromWorker, type ToWorker } from "./protocol.ts";
import { createRuntime, type Runtimes, type RuntimeSetup } from "./runtimes.ts";
import { workerStarters } from "./start_worker.ts";

/** Options of {@linkcode Pool}. */
export interface PoolOptions {
  /** Threads that compute at once. */
  readonly threads: number;
  /** Whether the caller's own thread is never one of them. */
  readonly keepCallerFree: boolean;
  /** Where the worker's module is, if it is not beside this one. */
  readonly workerUrl?: string | URL;
}

/** A call that waits for a thread, or runs on one. */
interface Task {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly signal: AbortSignal | undefined;
  readonly onPart: ((part: never) => void) | undefined;
  /** Whether the caller has its result or error, and wants nothing more. */
  answered: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** One worker, and what it is doing. */
interface Lane {
  readonly worker: Worker;
  readonly cancelled: Int32Array<SharedArrayBuffer>;
  readonly ready: Promise<void>;
  number: number;
  task: Task | undefined;
}

/**
 * Gives each call a thread of its own. The first runs on the caller's, unless that is kept free, so that a single
 * sentence starts no worker; calls that overlap start workers, which then do everything. Where none can start, as
 * in a bundle without their module, all calls run on the caller's thread.
 */
export class Pool<Kind extends keyof Runtimes> {
  readonly #runtime: object;
  readonly #setup: RuntimeSetup;
  readonly #options: PoolOptions;
  readonly #lanes: Lane[] = [];
  readonly #queue: Task[] = [];
  #starters: (() => Worker)[];
  #callerIsBusy = false;
  #disposed = false;

  /**
   * Makes a pool; no worker is started yet.
   *
   * @param setup The model.
   * @param thread The caller's thread.
   * @param options How many threads.
   */
  constructor(
    setup: RuntimeSetup & { readonly kind: Kind },
    thread: EngineThread,
    options: PoolOptions,
  ) {
    this.#runtime = createRuntime(setup, thread);
    this.#setup = setup;
    this.#options = options;
    this.#starters = workerStarters(options.workerUrl);
  }

  /**
   * Runs a method of the runtime on a free thread, or as soon as there is one.
   *
   * @param method Its name.
   * @param args Its arguments, the last of them an object of options without the signal.
   * @param options `signal` cancels; `onPart` gets parts of the result in their order, all before the result and none
   * after it was cancelled, and what it throws is what the call rejects with;
   * `local` keeps the call on the caller's thread, for what cannot be sent.
   * @returns What the method returns.
   */
  run<Method extends keyof Runtimes[Kind]>(
    method: Method,
    args: Runtimes[Kind][Method] extends (...args: infer Args) => unknown ? Args : never,
    { signal, onPart, local = false }: {
      signal?: AbortSignal;
      onPart?: (part: never) => void;
      local?: boolean;
    } = {},
  ): Runtimes[Kind][Method] extends (...args: never[]) => infer Result ? Result : never {
    const result = new Promise<unknown>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#disposed) throw new Error("Cannot use an engine that was disposed: load it again");
      const task: Task = {
        method: String(method),
        args,
        signal,
        onPart,
        answered: false,
        resolve: (result) => {
          task.answered = true;
          signal?.removeEventListener("abort", cancel);
          resolve(result);
        },
        reject: (error) => {
          task.answered = true;
          signal?.removeEventListener("abort", cancel);
          reject(error);
        },
      };
      const cancel = () => this.#cancel(task, signal!.reason);
      if (local || this.#isAlone) void this.#runHere(task);
      else {
        signal?.addEventListener("abort", cancel);
        this.#queue.push(task);
        this.#next();
      }
    });
    return result as ReturnType<typeof this.run<Method>>;
  }

  /** Threads that compute at once; one where no worker can start. */
  get concurrency(): number {
    return this.#isAlone ? 1 : this.#options.threads;
  }

  /** Ends the workers; calls that run or wait are rejected. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const error = new Error("Cannot finish: the engine was disposed");
    for (const { worker, task } of this.#lanes.splice(0)) {
      worker.terminate();
      task?.reject(error);
    }
    for (const { reject } of this.#queue.splice(0)) reject(error);
  }

  /** Whether every call runs on the caller's thread. */
  get #isAlone(): boolean {
    if (this.#starters.length === 0) return this.#lanes.length === 0;
    return this.#options.threads === 1 && !this.#options.keepCallerFree;
  }

  /** Hands waiting tasks to free threads. */
  #next(): void {
    while (this.#queue.length > 0) {
      const { threads, keepCallerFree } = this.#options;
      // Once there are workers, the caller only hands out: one that computes answers them late.
      if (this.#lanes.length === 0 && !this.#callerIsBusy && (!keepCallerFree || this.#isAlone)) {
        void this.#runHere(this.#queue.shift()!);
        continue;
      }
      let lane = this.#lanes.find(({ task }) => task === undefined);
      if (!lane && this.#lanes.length < threads && this.#starters.length > 0) {
        lane = this.#startLane();
        if (!lane) continue; // there may be another way to start one, or none any more
      }
      if (!lane) return;
      void this.#send(lane, this.#queue.shift()!);
    }
  }

  async #runHere({ method, args, signal, onPart, resolve, reject }: Task): Promise<void> {
    this.#callerIsBusy = true;
    try {
      resolve(await callMethod(this.#runtime, method, args, { signal, onPart }));
    } catch (error) {
      reject(error);
    } finally {
      this.#callerIsBusy = false;
      this.#next();
    }
  }

  /** Starts a worker; undefined if it is known at once that this way leads nowhere. */
  #startLane(): Lane | undefined {
    const [start] = this.#starters;
    let worker: Worker;
    try {
      worker = start();
    } catch {
      this.#giveUp(start);
      return undefined;
    }
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    let ready!: () => void, failed!: (error: Error) => void;
    const lane: Lane = {
      worker,
      cancelled,
      ready: new Promise((resolve, reject) => [ready, failed] = [resolve, reject]),
      number: 0,
      task: undefined,
    };
    let isReady = false;
    lane.ready.catch(() => {}); // whoever waits for it hears of it
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ("ready" in data) {
        isReady = true;
        return ready();
      }
      const { task } = lane;
      if (!task || data.task !== lane.number) return; // cancelled, and answered already
      if ("parts" in data) return this.#hand(task, data.parts);
      lane.task = undefined;
      if ("result" in data) task.resolve(data.result);
      else task.reject(toError(data.error));
      this.#next();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#lanes.splice(this.#lanes.indexOf(lane), 1);
      worker.terminate();
      const error = new Error(`A worker of the engine failed: ${event.message}`);
      if (isReady) lane.task?.reject(error);
      else this.#giveUp(start);
      failed(error);
      this.#next();
    };
    this.#lanes.push(lane);
    this.#post(lane, { setup: { runtime: this.#setup, cancelled } });
    return lane;
  }

  /** Strikes a way of starting workers off the list; another lane may have done so before. */
  #giveUp(start: () => Worker): void {
    this.#starters = this.#starters.filter((other) => other !== start);
  }

  async #send(lane: Lane, task: Task): Promise<void> {
    lane.task = task;
    const number = ++lane.number;
    try {
      await lane.ready;
    } catch {
      // It never started: the task goes to another thread.
      if (task.signal?.aborted) return;
      this.#queue.unshift(task);
      return this.#next();
    }
    try {
      const { method, args, onPart } = task;
      this.#post(lane, { task: number, method, args, inParts: onPart !== undefined });
    } catch (error) {
      lane.task = undefined;
      task.reject(error);
      this.#next();
    }
  }

  #post(lane: Lane, message: ToWorker): void {
    lane.worker.postMessage(message);
  }

  /** Gives parts to whoever called, until that has had enough. */
  #hand(task: Task, parts: readonly unknown[]): void {
    for (const part of parts) {
      if (task.answered) return;
      try {
        task.onPart?.(part as never);
      } catch (error) {
        return this.#cancel(task, error);
      }
    }
  }

  /** Takes a task out of the queue, or tells its worker to stop at the next step. */
  #cancel(task: Task, reason: unknown): void {
    const waiting = this.#queue.indexOf(task);
    if (waiting >= 0) {
      this.#queue.splice(waiting, 1);
      task.reject(reason);
      return;
    }
    const lane = this.#lanes.find((lane) => lane.task === task);
    if (!lane) return;
    Atomics.store(lane.cancelled, 0, lane.number);
    task.reject(reason);
  }
}

function toError({ name, message }: { name: string; message: string }): Error {
  const types: Record<string, ErrorConstructor> = { RangeError, TypeError, SyntaxError };
  return Object.assign(new (types[name] ?? Error)(message), { name });
}
