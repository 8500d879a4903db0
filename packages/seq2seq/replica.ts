/**
 * The module that a thread of data-parallel training imports: it makes a replica of an encoder-decoder of
 * any family, whose weights the caller sends.
 *
 * @module
 */
import type { SearchConfig } from "@heed/model";
import { selectDevice, type SelectDeviceOptions } from "@heed/nn";
import type { ReplicaModel } from "@heed/training";
import * as tf from "@tensorflow/tfjs";
import { functionsOf } from "./functions.ts";
import type { Seq2SeqBatch } from "./teacher_forcing.ts";

/** What the worker makes its replica from. */
export interface ReplicaOptions {
  /** Sizes, and the rate of dropout to train with. */
  readonly config: SearchConfig;
  /** Label smoothing while training. */
  readonly labelSmoothing: number;
  /** Where the caller's model runs; the replica runs on the same kind of device. */
  readonly device: SelectDeviceOptions;
}

/** Makes a model with weights of zero, which are replaced. */
export async function createReplica(
  { config, labelSmoothing, device }: ReplicaOptions,
): Promise<ReplicaModel<Seq2SeqBatch>> {
  await selectDevice(device);
  const functions = await functionsOf(config.modelType);
  const variables = new Map<string, tf.Variable>();
  const weights = functions.build(config, ({ name, shape }) => {
    let variable = variables.get(name);
    if (!variable) {
      variable = tf.tidy(() => tf.variable(tf.zeros([...shape])));
      variables.set(name, variable);
    }
    return variable;
  });
  return {
    variables,
    loss: (batch, { training, seed }) =>
      functions.loss(weights, batch, {
        config,
        labelSmoothing: training ? labelSmoothing : 0,
        dropoutSeed: training ? seed : undefined,
      }),
  };
}
