import type { EncoderConfig } from "@heed/model";
import { type Device, selectDevice } from "@heed/nn";
import {
  splitBatch,
  startTrainingWorkers,
  type TrainableModel,
  type TrainingWorkers,
  workerDevice,
} from "@heed/training";
import type { EncoderBatch, EncoderLossOptions } from "../loss.ts";
import type { EncoderReplicaOptions } from "./replica.ts";

/** Starts threads that train an encoder together, each with a replica and kernels of its own. */
export async function startEncoderWorkers(
  model: TrainableModel<EncoderBatch>,
  { workers, config, device, loss }: {
    workers: number;
    config: EncoderConfig;
    device: Device;
    /** Weights of classes and the like. */
    loss?: Pick<EncoderLossOptions, "labelSmoothing" | "classWeights">;
  },
): Promise<TrainingWorkers<EncoderBatch>> {
  const own = workerDevice(device, workers);
  if (device.blas) await selectDevice(own); // the caller's thread takes its share only, too
  const options: EncoderReplicaOptions = {
    config,
    names: [...model.variables.keys()],
    device: own,
    loss,
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

/**
 * Loads the module that makes a worker's replica. A literal import, so that installing or caching the package
 * includes it: the URL above does not put it into the module graph.
 */
export const replicaModule = (): Promise<unknown> => import("./replica.ts");
