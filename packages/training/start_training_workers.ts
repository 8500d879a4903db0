import { TrainingWorkers } from "./parallel/training_workers.ts";
import type { WorkerSetup } from "./replica_module.ts";
import type { TrainableModel } from "./trainable_model.ts";

/** Options of {@linkcode startTrainingWorkers}. */
export interface StartTrainingWorkersOptions<Batch> {
  /** Threads that compute, the caller's included; at least 2. */
  readonly workers: number;
  /** A module that exports `createReplica`; see `ReplicaModule`. */
  readonly module: string | URL;
  /** What `createReplica` gets; it is sent as a message. */
  readonly options: unknown;
  /** Splits a batch into so many parts; empty ones may be undefined. */
  readonly split: (batch: Batch, parts: number) => readonly (Batch | undefined)[];
  /** The worker's module, for bundlers that do not see the default. */
  readonly workerUrl?: string | URL;
}

/**
 * Starts threads that train a model together, each with a replica that the module of the model's family makes.
 *
 * @param model The caller's model.
 * @param options How many, the module, how a batch is split.
 * @returns The threads, for the option `workers` of `train`; dispose of them when done.
 * @throws {RangeError} When threads cannot share memory here, or there would be only one.
 * @throws {TypeError} When a replica has other weights than the model.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { selectDevice } from "@heed/nn";
 * import { startTrainingWorkers } from "@heed/training";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * // The module of a family, and its model: the mean of numbers.
 * const module = `data:text/javascript,${encodeURIComponent(`
 *   import * as tf from "${import.meta.resolve("@tensorflow/tfjs")}";
 *   export async function createReplica() {
 *     await tf.setBackend("cpu");
 *     const mean = tf.variable(tf.tensor1d([0]));
 *     const loss = (batch) => ({
 *       lossSum: tf.sum(tf.square(tf.sub(mean, batch))),
 *       tokens: batch.length,
 *     });
 *     return { variables: new Map([["mean", mean]]), loss };
 *   }
 * `)}`;
 * await selectDevice({ prefer: "cpu" });
 * const mean: tf.Variable = tf.variable(tf.tensor1d([0]));
 * const model = {
 *   variables: new Map([["mean", mean]]),
 *   loss: (batch: number[]) => ({
 *     lossSum: tf.sum(tf.square(tf.sub(mean, batch))) as tf.Scalar,
 *     tokens: batch.length,
 *   }),
 *   save: () => Promise.resolve(),
 * };
 * using workers = await startTrainingWorkers(model, {
 *   workers: 2,
 *   module,
 *   options: {},
 *   split: (batch) => [batch.slice(0, 1), batch.slice(1)],
 * });
 * workers.begin({ optimizer: { clipNorm: 0 } });
 * await workers.shareWeights();
 * const { loss } = await workers.step([[1, 2, 3]], { step: 1, learningRate: 0.5, seed: 1 });
 * assertAlmostEquals(loss, (1 + 4 + 9) / 3, 1e-5);
 * assertAlmostEquals((await mean.data())[0], 0.5, 1e-5);
 * ```
 */
export async function startTrainingWorkers<Batch>(
  model: TrainableModel<Batch>,
  { workers, module, options, split, workerUrl }: StartTrainingWorkersOptions<Batch>,
): Promise<TrainingWorkers<Batch>> {
  const setup: WorkerSetup = { module: String(module), options };
  return await TrainingWorkers.start(model, {
    workers,
    start: () => startWorker(workerUrl),
    setup,
    split,
  });
}

function startWorker(url?: string | URL): Worker {
  return new Worker(url ?? new URL("./training_worker.ts", import.meta.url), { type: "module" });
}

/**
 * Loads the worker's module without starting it. A literal import, so that installing or caching the package
 * includes it: the line above does not put it into the module graph.
 */
export const trainingWorkerModule = (): Promise<unknown> => import("./training_worker.ts");
