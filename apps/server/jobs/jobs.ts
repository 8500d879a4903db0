import { contentChunks } from "../store/contents.ts";
import { StoreError } from "../store/database.ts";
import type { Store } from "../store/store.ts";
import { RequestError } from "../errors.ts";
import { isFinished, type Job, type JobService, type NewJob } from "./job.ts";
import { JobStore } from "./job_store.ts";
import { TaskQueue } from "./task_queue.ts";

/** Limits of {@linkcode Jobs}. */
export interface JobsOptions {
  /** Most jobs that are not finished; what comes then is sent away. Default 100. */
  readonly maxUnfinished?: number;
  /** Hours for which a finished job and its files are kept. Default 24. */
  readonly keepHours?: number;
  /** Told of what went wrong behind the scenes. */
  readonly onError?: (error: unknown) => void;
}

/** How often somebody who waits for a job looks at it, in milliseconds. */
const lookEvery = 250;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Files that are translated in the background, and survive the process that took them. */
export class Jobs implements JobService {
  /** As they stand in the tables. */
  readonly records: JobStore;
  /** What hands them out to workers. */
  readonly tasks: TaskQueue;
  readonly #store: Store;
  readonly #options: Required<JobsOptions>;
  #isStopping = false;
  readonly #cleaning: ReturnType<typeof setInterval>;

  private constructor(store: Store, tasks: TaskQueue, options: Required<JobsOptions>) {
    this.records = new JobStore(store.database);
    this.tasks = tasks;
    this.#store = store;
    this.#options = options;
    const clean = () => this.records.removeOld(options.keepHours).catch(options.onError);
    this.#cleaning = setInterval(clean, 10 * 60_000);
    clean();
  }

  /**
   * Starts to take jobs.
   *
   * @param store Where they are kept.
   * @param options Limits.
   */
  static async start(
    store: Store,
    { maxUnfinished = 100, keepHours = 24, onError = () => {} }: JobsOptions = {},
  ): Promise<Jobs> {
    const tasks = await TaskQueue.start(store.database, { onError });
    return new Jobs(store, tasks, { maxUnfinished, keepHours, onError });
  }

  async add(job: NewJob): Promise<Job> {
    if (await this.records.unfinished() >= this.#options.maxUnfinished) {
      throw new RequestError(503, "Too many files wait: try again later", { retryAfter: 30 });
    }
    const id = await this.#store.database.transaction(async (queries) => {
      const { id, pieces } = await this.records.add(queries, job);
      await this.tasks.add(queries, pieces);
      return id;
    }, { bytes: job.bytes.length });
    return await this.find(id);
  }

  async find(id: string): Promise<Job> {
    const job = uuid.test(id) ? await this.records.find(id) : undefined;
    if (job === undefined) throw new RequestError(404, "There is no such job, or it is too old");
    return job;
  }

  async *watch(id: string, signal?: AbortSignal): AsyncGenerator<Job> {
    let job = await this.find(id);
    let last = "";
    while (!signal?.aborted) {
      if (this.#isStopping) {
        throw new RequestError(503, "The server is shutting down", { retryAfter: 5 });
      }
      const seen = JSON.stringify([job.state, job.done, job.total]);
      if (seen !== last) yield job;
      if (isFinished(job)) return;
      last = seen;
      await new Promise((resolve) => setTimeout(resolve, lookEvery));
      try {
        job = await this.find(id);
      } catch (error) {
        if (!(error instanceof StoreError) || !error.isPassing) throw error;
      }
    }
  }

  async cancel(id: string): Promise<Job> {
    await this.find(id);
    await this.records.end(id, { state: "cancelled" });
    return await this.find(id);
  }

  async *result(id: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (const piece of await this.records.ordinals(id)) {
      yield* contentChunks(this.#store.database, { job: id, part: "result", piece });
    }
  }

  /** Gives back what is under way here, and takes no more. The store stays open. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#cleaning);
    await this.tasks.stop();
  }
}
