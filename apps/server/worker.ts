/**
 * Works off the files of a translation server, on the same machine or another: as many workers as one likes share them.
 *
 * @module
 */
import type { LoadOptions } from "@heed/translation";
import { Jobs } from "./jobs/jobs.ts";
import { workOff } from "./jobs/piece_worker.ts";
import { Models, servedModels } from "./models.ts";
import { TranslationService } from "./service.ts";
import { openStore } from "./store/store.ts";

/** How {@linkcode runWorker} works. */
export interface WorkerOptions extends LoadOptions {
  /** Address of the PostgreSQL server that the translation server keeps its files in. */
  readonly url: string;
  /** Model directories; the models that come with Heed where there are none. */
  readonly models?: readonly string[];
  /** Pieces of files that are translated at a time. Default 2. */
  readonly atOnce?: number;
  /** Ends the work; what is under way is given back. */
  readonly signal: AbortSignal;
  /** Told when the worker waits for work. */
  readonly onReady?: () => void;
  /** Told of each piece of a file that is translated. */
  readonly onPiece?: (piece: { readonly job: string; readonly ordinal: number }) => void;
  /** Told of what went wrong behind the scenes, such as a database that is away for a while. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Translates pieces of files until it is told to end. A worker that is killed is missed after 10 seconds, and its
 * piece is given to another.
 *
 * @param options Where files are, and what translates them.
 * @throws {StoreError} When the database cannot be reached at the start.
 *
 * @example
 * ```ts
 * import { runWorker } from "@heed/server/worker";
 * import { assertRejects } from "@std/assert";
 *
 * const url = "postgres://heed@127.0.0.1:1/nowhere";
 * const { signal } = new AbortController();
 * await assertRejects(() => runWorker({ url, signal }), Error, "Cannot use the store");
 * ```
 */
export async function runWorker(
  { url, models: directories = [], atOnce, signal, ...options }: WorkerOptions,
): Promise<void> {
  const { onReady, onPiece, onError, ...load } = options;
  using models = new Models(await servedModels(directories, load));
  const store = await openStore({ url });
  try {
    const jobs = await Jobs.start(store, { onError });
    try {
      await workOff(jobs, new TranslationService(models), { atOnce, onPiece });
      onReady?.();
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    } finally {
      await jobs.stop();
    }
  } finally {
    await store.close();
  }
}
