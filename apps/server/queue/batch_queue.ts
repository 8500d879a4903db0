import { RequestError } from "../errors.ts";
import { FairQueue } from "./fair_queue.ts";
import type { Row } from "./row.ts";

/** How a {@linkcode BatchQueue} gathers and bounds. */
export interface QueueLimits {
  /** Most rows of a batch. Default 16. */
  readonly batchSize?: number;
  /** Most that the rows of a batch have in size together, such as tokens. Default 2048. */
  readonly maxTokens?: number;
  /** Milliseconds that a batch which is not full waits for more rows. Default 4. */
  readonly delay?: number;
  /** Most rows that wait; what comes then is sent away. Default 4096. */
  readonly maxWaiting?: number;
}

/** Who works off a {@linkcode BatchQueue}. */
export interface BatchWork<Item, Result> {
  /** Batches that are worked on at once. */
  readonly concurrency: number;
  /**
   * Works on a batch.
   *
   * @param items What was asked for, all with the same key.
   * @param signal Ends the work, when nobody waits for any of it.
   * @returns A result for each.
   */
  run(items: readonly Item[], signal: AbortSignal): Promise<readonly Result[]>;
}

/** Who asks, and what may share a batch. */
export interface AskOptions<Item> {
  /** Who asks: clients take turns. */
  readonly client: string;
  /** What items share a batch. */
  readonly key: string;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** How large an item is. */
  sizeOf(item: Item): number;
}

/**
 * The one way to a model: what all clients want of it shares batches.
 *
 * A batch begins when it is full or has waited for `delay`, as many at once as the model gains from, which share what
 * waits; it ends early when nobody waits for any of it.
 */
export class BatchQueue<Item, Result> {
  readonly #work: BatchWork<Item, Result>;
  readonly #limits: Required<QueueLimits>;
  readonly #waiting = new FairQueue<Item, Result>();
  #running = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /**
   * Makes a queue.
   *
   * @param work Who works it off.
   * @param limits Sizes and delay of the batches, and how much may wait.
   */
  constructor(work: BatchWork<Item, Result>, limits: QueueLimits = {}) {
    this.#work = work;
    const { batchSize = 16, maxTokens = 2048, delay = 4, maxWaiting = 4096 } = limits;
    this.#limits = { batchSize, maxTokens, delay, maxWaiting };
  }

  /** How many rows wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** How many batches are under way. */
  get running(): number {
    return this.#running;
  }

  /**
   * Asks for items.
   *
   * @param items The items.
   * @param options Who asks, and what may share a batch.
   * @returns A result for each.
   * @throws {RequestError} 503 when too much waits.
   */
  ask(
    items: readonly Item[],
    { client, key, signal, sizeOf }: AskOptions<Item>,
  ): Promise<Result[]> {
    if (this.#isClosed || items.length > this.#limits.maxWaiting - this.#waiting.size) {
      throw new RequestError(503, "The server is busy: try again in a moment", { retryAfter: 2 });
    }
    const found = items.map((item) =>
      new Promise<Result>((resolve, reject) => {
        this.#waiting.add({ client, item, size: sizeOf(item), key, signal, resolve, reject });
      })
    );
    const gone = () => {
      for (const row of this.#waiting.removeAborted()) row.reject(row.signal!.reason);
    };
    signal?.addEventListener("abort", gone, { once: true });
    this.#advance();
    return Promise.all(found).finally(() => signal?.removeEventListener("abort", gone));
  }

  /** Ends the queue. What still waits is told so. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const reason = new RequestError(503, "The server is shutting down", { retryAfter: 5 });
    while (this.#waiting.size > 0) {
      for (const row of this.#waiting.take({ rows: Infinity, size: Infinity })) row.reject(reason);
    }
  }

  /** Begins what can begin: full batches at once, others after the delay. */
  #advance(): void {
    const { batchSize, delay } = this.#limits;
    const most = this.#work.concurrency;
    while (this.#running < most && this.#waiting.size >= batchSize) this.#begin();
    if (this.#running >= most || this.#waiting.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      while (this.#running < most && this.#waiting.size > 0) this.#begin();
    }, delay);
  }

  #begin(): void {
    const { batchSize, maxTokens: size } = this.#limits;
    // What else is free gets its share: half as large a batch on each of two threads is done sooner.
    const free = this.#work.concurrency - this.#running;
    const rows = Math.min(batchSize, Math.ceil(this.#waiting.size / free));
    const batch = this.#waiting.take({ rows, size });
    this.#running++;
    this.#run(batch).finally(() => {
      this.#running--;
      if (!this.#isClosed) this.#advance();
    });
  }

  async #run(batch: readonly Row<Item, Result>[]): Promise<void> {
    const end = new AbortController();
    const check = () => {
      if (batch.every((row) => row.signal?.aborted)) end.abort(batch[0].signal!.reason);
      for (const row of batch) if (row.signal?.aborted) row.reject(row.signal.reason);
    };
    for (const { signal } of batch) signal?.addEventListener("abort", check);
    try {
      const found = await this.#work.run(batch.map(({ item }) => item), end.signal);
      batch.forEach((row, i) => row.resolve(found[i]));
    } catch (error) {
      for (const row of batch) row.reject(error);
    } finally {
      for (const { signal } of batch) signal?.removeEventListener("abort", check);
    }
  }
}
