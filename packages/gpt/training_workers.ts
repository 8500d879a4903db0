import { selectDevice } from "@heed/nn";
import {
  startTrainingWorkers,
  type TrainingWorkers,
  workerDevice,
  workersProblem,
} from "@heed/training";
import type { LanguageBatch } from "./language_loss.ts";
import type { GptModel } from "./model.ts";
import type { ReplicaOptions } from "./replica.ts";
import { trainableGpt } from "./trainable.ts";

/** Options of {@linkcode startGptWorkers}. */
export interface GptWorkersOptions {
  /** Threads that compute, the caller's included; at least 2. */
  readonly workers: number;
  /** Rate of dropout while training; default 0. */
  readonly dropout?: number;
}

/**
 * Starts threads that train a model together, each with a replica and kernels of its own.
 *
 * @param model Loaded or created with `trainable: true`.
 * @param options How many, and the rate of dropout.
 * @returns The threads, for the option `workers` of `train`; dispose of them when done.
 * @throws {RangeError} Where `workersProblem` of `@heed/training` names a reason.
 *
 * @example
 * ```ts
 * import { createGpt, gptConfig } from "@heed/gpt";
 * import { startGptWorkers } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = gptConfig({ vocabSize: 16, hiddenSize: 8, numHiddenLayers: 1, numHeads: 2 });
 * using model = await createGpt(config, { seed: 1, device: "wasm" });
 * using workers = await startGptWorkers(model, { workers: 2 });
 * assertEquals(workers.workers, 2);
 * ```
 */
export async function startGptWorkers(
  model: GptModel,
  { workers, dropout = 0 }: GptWorkersOptions,
): Promise<TrainingWorkers<LanguageBatch>> {
  const problem = workersProblem(model.device);
  if (problem !== undefined) throw new RangeError(`Cannot train with several workers: ${problem}`);
  const device = workerDevice(model.device, workers);
  if (model.device.blas) await selectDevice(device); // the caller's thread takes its share only, too
  const replica: ReplicaOptions = { config: model.config, dropout, device };
  return await startTrainingWorkers(trainableGpt(model, { dropout }), {
    workers,
    module: new URL("./replica.ts", import.meta.url),
    options: replica,
    split: splitRows,
  });
}

/** As many rows for each part, give or take one. */
export function splitRows(batch: LanguageBatch, parts: number): (LanguageBatch | undefined)[] {
  const { inputIds } = batch;
  return Array.from({ length: parts }, (_, part) => {
    const begin = Math.floor(part * inputIds.length / parts);
    const end = Math.floor((part + 1) * inputIds.length / parts);
    return end > begin ? { inputIds: inputIds.slice(begin, end) } : undefined;
  });
}

/**
 * Loads the module that makes a worker's replica. A literal import, so that installing or caching the package
 * includes it: the URL above does not put it into the module graph.
 */
export const replicaModule = (): Promise<unknown> => import("./replica.ts");
