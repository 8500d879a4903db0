import type { JobService } from "./jobs/job.ts";
import { Jobs } from "./jobs/jobs.ts";
import { workOff } from "./jobs/piece_worker.ts";
import type { Models } from "./models.ts";
import { TranslationService } from "./service.ts";
import { openStore, type Store } from "./store/store.ts";

/** What a server keeps, and the work that it does on it. */
export interface Keeping {
  /** Keys, suggestions and known translations; undefined where nothing is kept. */
  readonly store?: Store;
  /** Files that are translated in the background; undefined where nothing is kept. */
  readonly jobs?: JobService;
  /** Gives back the work that is under way, for this process or another to take up again. */
  stop(): Promise<void>;
  /** Writes everything. */
  close(): Promise<void>;
}

/** Where things are kept, and what is done here. */
export interface KeepingOptions {
  /** Address of a PostgreSQL server, which several processes may share. */
  readonly url: string | undefined;
  /** Folder of one in this process; used where there is no address. */
  readonly folder: string;
  /** Translations that are kept, to be given again. */
  readonly cached: number;
  /** Pieces of files that are translated here at a time. */
  readonly workers: number;
  /** What translates them. */
  readonly models: Models;
  /** Told of what went wrong behind the scenes. */
  readonly onError: (error: unknown) => void;
}

/**
 * Opens what a server keeps, and takes up the jobs in it.
 *
 * @param options Where, and how much is done here; undefined to keep nothing.
 * @throws {StoreError} When the database cannot be reached.
 *
 * @example
 * ```ts
 * import { createApp, Models, servedModels, startKeeping } from "@heed/server";
 * import { assertEquals } from "@std/assert";
 *
 * using models = new Models(await servedModels([]));
 * const folder = await Deno.makeTempDir();
 * const options = { url: undefined, folder, cached: 0, workers: 2, models };
 * const keeping = await startKeeping({ ...options, onError: console.error });
 * const app = createApp({ models, store: keeping.store, jobs: keeping.jobs });
 * const settings = await (await app.request("/frontend/settings")).json();
 * assertEquals(settings.filesTranslation, true);
 * await keeping.stop();
 * await keeping.close();
 * ```
 */
export async function startKeeping(options: KeepingOptions | undefined): Promise<Keeping> {
  const nothing = () => Promise.resolve();
  if (options === undefined) return { stop: nothing, close: nothing };
  const { url, folder, cached, workers, models, onError } = options;
  const store = await openStore(url === undefined ? { folder, cached } : { url, cached });
  const jobs = await Jobs.start(store, { onError });
  if (workers > 0) {
    await workOff(jobs, new TranslationService(models, store.cache), { atOnce: workers });
  }
  return { store, jobs, stop: () => jobs.stop(), close: () => store.close() };
}
