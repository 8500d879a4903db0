/**
 * A thread of data-parallel training: a replica of the model, whose weights the caller sends.
 *
 * @module
 */
import { type Device, selectDevice } from "@heed/nn";
import { type LossOptions, serveTraining, type TrainingWorkerScope } from "@heed/training";
import * as tf from "@tensorflow/tfjs";
import type { SearchConfig, TensorSpec } from "@heed/model";
import { functionsOf } from "./functions.ts";
import type { Seq2SeqBatch } from "./teacher_forcing.ts";

/** What the worker makes its replica from. */
export interface TrainingWorkerSetup {
  /** Sizes, and the rate of dropout to train with. */
  readonly config: SearchConfig;
  /** Label smoothing while training. */
  readonly labelSmoothing: number;
  /** Where the caller's model runs; the replica runs on the same kind of device. */
  readonly device: Pick<Device, "name" | "simd">;
}

/** Answers the caller's messages; called by itself where this module is a worker. */
export function serve(scope: TrainingWorkerScope): void {
  serveTraining<Seq2SeqBatch, TrainingWorkerSetup>(scope, async (setup) => {
    const { config, labelSmoothing, device: { name, simd } } = setup;
    await selectDevice({ prefer: name, simd });
    const variables = new Map<string, tf.Variable>();
    const functions = await functionsOf(config.modelType);
    const weights = functions.build(config, ({ name, shape }: TensorSpec) => {
      const known = variables.get(name);
      if (known) return known;
      const variable = tf.tidy(() => tf.variable(tf.zeros([...shape])));
      variables.set(name, variable);
      return variable;
    });
    const loss = (batch: Seq2SeqBatch, { training, seed }: LossOptions) =>
      functions.loss(weights, batch, {
        config,
        ...(training && { labelSmoothing, dropoutSeed: seed }),
      });
    return { variables, loss };
  });
}

if ("WorkerGlobalScope" in globalThis) serve(globalThis as unknown as TrainingWorkerScope);
