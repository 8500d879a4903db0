import { selectDevice } from "@heed/nn";
import {
  splitTokenBatch,
  startTrainingWorkers as startWorkers,
  type TrainingWorkers,
  workerDevice,
  workersProblem,
} from "@heed/training";
import type { ReplicaOptions } from "./replica.ts";
import type { Seq2SeqBatch } from "./teacher_forcing.ts";
import { type AnyModel, trainableEncoderDecoder, type TrainableOptions } from "./trainable.ts";

/** Options of {@linkcode startTrainingWorkers}. */
export interface StartTrainingWorkersOptions extends TrainableOptions {
  /** Threads that compute, the caller's included; at least 2. */
  readonly workers: number;
  /** The worker's module, for bundlers that do not see the default. */
  readonly workerUrl?: string | URL;
  /** The module that makes a replica, for bundlers that do not see the default. */
  readonly replicaUrl?: string | URL;
}

/**
 * Starts threads that train a model together, each with a replica and kernels of its own.
 *
 * @param model Loaded or created with `trainable: true`.
 * @param options How many, label smoothing and dropout; the latter as for `trainableEncoderDecoder`.
 * @returns The threads, for the option `workers` of `train`; dispose of them when done.
 * @throws {RangeError} Where {@linkcode parallelProblem} names a reason.
 * @throws {TypeError} When the model's weights are not variables.
 *
 * @example
 * ```ts
 * import { createModel, defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { startTrainingWorkers } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 16, hiddenSize: 8 });
 * using model = await createModel(config, { seed: 1, device: "wasm" });
 * using workers = await startTrainingWorkers(model, { workers: 2, labelSmoothing: 0.1 });
 * assertEquals(workers.workers, 2);
 * ```
 */
export async function startTrainingWorkers(
  model: AnyModel,
  options: StartTrainingWorkersOptions,
): Promise<TrainingWorkers<Seq2SeqBatch>> {
  const { workers, workerUrl, replicaUrl, labelSmoothing = 0, dropout = model.config.dropout } =
    options;
  const problem = parallelProblem(model);
  if (problem !== undefined) throw new RangeError(`Cannot train with several workers: ${problem}`);
  const device = workerDevice(model.device, workers);
  if (model.device.blas) await selectDevice(device); // the caller's thread takes its share only, too
  const replica: ReplicaOptions = {
    config: { ...model.config, dropout },
    labelSmoothing,
    device,
  };
  return await startWorkers(trainableEncoderDecoder(model, { labelSmoothing, dropout }), {
    workers,
    module: replicaUrl ?? new URL("./replica.ts", import.meta.url),
    options: replica,
    split: splitTokenBatch,
    workerUrl,
  });
}

/**
 * Why a model cannot be trained by several threads.
 *
 * @param model The model.
 * @returns The reason for a person; undefined where it can.
 *
 * @example
 * ```ts
 * import { createModel, defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { parallelProblem } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 16, hiddenSize: 8 });
 * using model = await createModel(config, { seed: 1, device: "wasm" });
 * assertEquals(parallelProblem(model), undefined);
 * ```
 */
export function parallelProblem(model: Pick<AnyModel, "device">): string | undefined {
  return workersProblem(model.device);
}

/**
 * Loads the module that makes a worker's replica. A literal import, so that installing or caching the package
 * includes it: the URL above does not put it into the module graph.
 */
export const replicaModule = (): Promise<unknown> => import("./replica.ts");
