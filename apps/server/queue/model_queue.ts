import type { GenerateOptions, Hypothesis } from "@heed/search";
import type { TranslationModel } from "@heed/translation";
import { RequestError } from "../errors.ts";
import { FairQueue } from "./fair_queue.ts";
import { type Row, searchKey } from "./row.ts";

/** How a {@linkcode ModelQueue} gathers and bounds. */
export interface ModelQueueOptions {
  /** Most rows of a batch. Default 16. */
  readonly batchSize?: number;
  /** Most source tokens of a batch. Default 2048. */
  readonly maxTokens?: number;
  /** Milliseconds that a batch which is not full waits for more rows. Default 4. */
  readonly delay?: number;
  /** Most rows that wait; what comes then is sent away. Default 4096. */
  readonly maxWaiting?: number;
}

/** How many batches of one request are handed to the queue at once: those of a long text take turns with others. */
const batchesAtOnce = 64;

/**
 * The one way to a model: sentences of all clients share its batches.
 *
 * A row's translation does not depend on the rows beside it, so that nobody notices. A batch begins when it is full
 * or has waited for `delay`, as many at once as the model gains from; it ends early when nobody waits for any of it.
 */
export class ModelQueue {
  readonly #model: TranslationModel;
  readonly #options: Required<ModelQueueOptions>;
  readonly #waiting = new FairQueue();
  #running = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /**
   * Makes the queue of a model, which it owns.
   *
   * @param model The model.
   * @param options Sizes and delay of the batches, and how much may wait.
   */
  constructor(model: TranslationModel, options: ModelQueueOptions = {}) {
    this.#model = model;
    const { batchSize = 16, maxTokens = 2048, delay = 4, maxWaiting = 4096 } = options;
    this.#options = { batchSize, maxTokens, delay, maxWaiting };
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
   * The model as one client sees it.
   *
   * @param client Who asks; clients take turns.
   * @returns A model that does not have to be disposed.
   */
  forClient(client: string): TranslationModel {
    const model = this.#model;
    return {
      maxSourceTokens: model.maxSourceTokens,
      maxTargetTokens: model.maxTargetTokens,
      concurrency: batchesAtOnce,
      generate: (inputIds, options) => this.#generate(inputIds, { client, options }),
      crossAttention: (source, target) => model.crossAttention(source, target),
      attentions: model.attentions && ((source, target) => model.attentions!(source, target)),
      dispose: () => {},
    };
  }

  /** Releases the model. What still waits is told so. */
  dispose(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const reason = new RequestError(503, "The server is shutting down", { retryAfter: 5 });
    while (this.#waiting.size > 0) {
      for (const row of this.#waiting.take({ rows: Infinity, tokens: Infinity })) {
        row.reject(reason);
      }
    }
    this.#model.dispose();
  }

  /** Releases the model at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #generate(
    inputIds: number[][],
    { client, options }: { client: string; options: GenerateOptions },
  ): Promise<Hypothesis[][]> {
    const { signal, maxNewTokens } = options;
    const room = this.#options.maxWaiting - this.#waiting.size;
    if (this.#isClosed || inputIds.length > room) {
      throw new RequestError(503, "The server is busy: try again in a moment", { retryAfter: 2 });
    }
    const search = searchKey(options);
    const found = inputIds.map((ids, i) =>
      new Promise<Hypothesis[]>((resolve, reject) => {
        const limit = typeof maxNewTokens === "number" ? maxNewTokens : maxNewTokens?.[i];
        this.#waiting.add({ client, ids, maxNewTokens: limit, search, signal, resolve, reject });
      })
    );
    const gone = () => {
      for (const row of this.#waiting.removeAborted()) row.reject(row.signal!.reason);
    };
    signal?.addEventListener("abort", gone, { once: true });
    this.#advance();
    return Promise.all(found).finally(() => signal?.removeEventListener("abort", gone));
  }

  /** Begins what can begin: full batches at once, others after the delay. */
  #advance(): void {
    const { batchSize, delay } = this.#options;
    const most = this.#model.concurrency ?? 1;
    while (this.#running < most && this.#waiting.size >= batchSize) this.#begin();
    if (this.#running >= most || this.#waiting.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      while (this.#running < most && this.#waiting.size > 0) this.#begin();
    }, delay);
  }

  #begin(): void {
    const { batchSize: rows, maxTokens: tokens } = this.#options;
    const batch = this.#waiting.take({ rows, tokens });
    this.#running++;
    this.#run(batch).finally(() => {
      this.#running--;
      if (!this.#isClosed) this.#advance();
    });
  }

  async #run(batch: readonly Row[]): Promise<void> {
    const end = new AbortController();
    const check = () => {
      if (batch.every((row) => row.signal?.aborted)) end.abort(batch[0].signal!.reason);
      for (const row of batch) if (row.signal?.aborted) row.reject(row.signal.reason);
    };
    for (const { signal } of batch) signal?.addEventListener("abort", check);
    try {
      const limits = batch.map((row) => row.maxNewTokens);
      const found = await this.#model.generate(batch.map(({ ids }) => ids), {
        ...batch[0].search.options,
        maxNewTokens: limits.every((limit) => limit !== undefined) ? limits as number[] : undefined,
        signal: end.signal,
      });
      batch.forEach((row, i) => row.resolve(found[i]));
    } catch (error) {
      for (const row of batch) row.reject(error);
    } finally {
      for (const { signal } of batch) signal?.removeEventListener("abort", check);
    }
  }
}
