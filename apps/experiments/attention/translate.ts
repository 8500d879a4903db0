import { loadModel } from "@heed/seq2seq";
import { translateBatch, type TranslateReply, type TranslateRequest } from "./translate_worker.ts";

/** How {@linkcode translateAll} translates. */
export interface TranslateAllOptions {
  /** Beams; 1 is greedy. */
  readonly numBeams: number;
  /** Sentences of a batch. */
  readonly rows: number;
  /** Threads. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Called with the number of sentences that are done. */
  readonly onProgress: (done: number) => void;
}

/** A batch of sentences of similar length, and their places. */
interface Batch {
  readonly places: readonly number[];
  readonly inputIds: readonly (readonly number[])[];
}

type Run = (batch: Batch, index: number) => Promise<number[][]>;

/**
 * Translates sentences with a trained model. What comes out does not depend on the number of threads: the
 * batches are the same.
 *
 * @returns Ids of the best translation of each sentence.
 */
export async function translateAll(
  directory: string,
  inputIds: readonly (readonly number[])[],
  options: TranslateAllOptions,
): Promise<number[][]> {
  const batches = cutBatches(inputIds, options.rows);
  const translations = new Array<number[]>(inputIds.length);
  const runs = await startRuns(directory, { ...options, most: batches.length });
  let next = 0, done = 0;
  async function work(run: Run): Promise<void> {
    while (next < batches.length) {
      options.signal.throwIfAborted();
      const index = next++;
      const { places } = batches[index];
      const ids = await run(batches[index], index);
      places.forEach((place, i) => translations[place] = ids[i]);
      done += places.length;
      options.onProgress(done);
    }
  }
  try {
    await Promise.all(runs.map(({ run }) => work(run)));
  } finally {
    for (const { stop } of runs) stop();
  }
  return translations;
}

/** Longest first, so that the threads end together. */
function cutBatches(inputIds: readonly (readonly number[])[], rows: number): Batch[] {
  const order = [...inputIds.keys()].sort((a, b) => inputIds[b].length - inputIds[a].length);
  const batches: Batch[] = [];
  for (let start = 0; start < order.length; start += rows) {
    const places = order.slice(start, start + rows);
    batches.push({ places, inputIds: places.map((place) => inputIds[place]) });
  }
  return batches;
}

async function startRuns(
  directory: string,
  { workers, numBeams, signal, most }: TranslateAllOptions & { most: number },
): Promise<{ run: Run; stop: () => void }[]> {
  const count = Math.min(workers, most);
  if (count > 1) {
    return Array.from({ length: count }, () => startWorker({ directory, numBeams }, signal));
  }
  const model = await loadModel(directory, { device: "wasm" });
  return [{
    run: async ({ inputIds }) => {
      const ids = await translateBatch(model, inputIds, { numBeams, signal });
      await new Promise((resolve) => setTimeout(resolve)); // a signal arrives between batches
      return ids;
    },
    stop: () => model.dispose(),
  }];
}

function startWorker(
  setup: Extract<TranslateRequest, { directory: string }>,
  signal: AbortSignal,
): { run: Run; stop: () => void } {
  const worker = new Worker(new URL("./translate_worker.ts", import.meta.url), { type: "module" });
  const send = (message: TranslateRequest) => worker.postMessage(message);
  let fail: (reason: unknown) => void = () => {};
  const abort = () => fail(signal.reason);
  signal.addEventListener("abort", abort);
  send(setup);
  return {
    run: ({ inputIds }, index) =>
      new Promise((resolve, reject) => {
        fail = reject;
        worker.onmessage = ({ data }: MessageEvent<TranslateReply>) => {
          if ("failure" in data) reject(new Error(`Cannot translate: ${data.failure}`));
          else resolve(data.ids);
        };
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(`Cannot translate: ${event.message}`));
        };
        send({ index, inputIds });
      }),
    stop() {
      signal.removeEventListener("abort", abort);
      worker.terminate();
    },
  };
}
