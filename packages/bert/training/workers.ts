import type { EncoderConfig } from "@heed/model";
import { type Device, selectDevice, type SelectDeviceOptions } from "@heed/nn";
import {
  sharingProblem,
  splitBatch,
  startTrainingWorkers,
  type TrainableModel,
  type TrainingWorkers,
} from "@heed/training";
import type { EncoderBatch } from "../loss.ts";
import type { EncoderReplicaOptions } from "./replica.ts";

/** Why an encoder cannot be trained by several threads here; undefined where it can. */
export function workersProblem({ name }: Pick<Device, "name">): string | undefined {
  if (name === "webgpu") return "WebGPU is one device, which one thread keeps busy";
  return sharingProblem();
}

/** Starts threads that train an encoder together, each with a replica and kernels of its own. */
export async function startEncoderWorkers(
  model: TrainableModel<EncoderBatch>,
  { workers, config, device }: { workers: number; config: EncoderConfig; device: Device },
): Promise<TrainingWorkers<EncoderBatch>> {
  const own = deviceOf(device, workers);
  if (device.blas) await selectDevice(own); // the caller's thread takes its share only, too
  const options: EncoderReplicaOptions = {
    config,
    names: [...model.variables.keys()],
    device: own,
  };
  return await startTrainingWorkers(model, {
    workers,
    module: new URL("./replica.ts", import.meta.url),
    options,
    split: (batch, parts) =>
      splitBatch<EncoderBatch>(batch, {
        parts,
        lengths: batch.inputIds.map((row) => [row.length]),
      }),
  });
}

/** The caller's device for one of so many threads: a native library has its share of the cores. */
function deviceOf({ name, simd, blas }: Device, workers: number): SelectDeviceOptions {
  const device = { prefer: name, simd };
  if (!blas) return { ...device, blas: "off" };
  const blasThreads = Math.max(1, Math.floor(navigator.hardwareConcurrency / workers));
  return { ...device, blas: blas.library, blasThreads };
}

/**
 * Loads the module that makes a worker's replica. A literal import, so that installing or caching the package
 * includes it: the URL above does not put it into the module graph.
 */
export const replicaModule = (): Promise<unknown> => import("./replica.ts");
