/**
 * The module that a thread of data-parallel training imports: it makes a replica of a GPT, whose weights the caller
 * sends.
 *
 * @module
 */
import { type CausalConfig, type CausalTensors, findFamily, tensorsOf } from "@heed/model";
import { selectDevice, type SelectDeviceOptions } from "@heed/nn";
import type { ReplicaModel } from "@heed/training";
import * as tf from "@tensorflow/tfjs";
import { type LanguageBatch, languageLoss } from "./language_loss.ts";
import { weightsOfStored } from "./weights.ts";

/** What the worker makes its replica from. */
export interface ReplicaOptions {
  /** Sizes. */
  readonly config: CausalConfig;
  /** Rate of dropout while training. */
  readonly dropout: number;
  /** Where the caller's model runs; the replica runs on the same kind of device. */
  readonly device: SelectDeviceOptions;
}

/** Makes a model with weights of zero, which are replaced. */
export async function createReplica(
  { config, dropout, device }: ReplicaOptions,
): Promise<ReplicaModel<LanguageBatch>> {
  await selectDevice(device);
  const tensors = findFamily(config.modelType).tensors(config) as CausalTensors;
  const variables = new Map<string, tf.Variable>();
  for (const [name, { shape }] of tensorsOf(tensors)) {
    variables.set(name, tf.tidy(() => tf.variable(tf.zeros([...shape]))));
  }
  return {
    variables,
    loss: (batch, { training, seed }) => {
      const dropping = training ? { dropout, dropoutSeed: seed } : {};
      return languageLoss(weightsOfStored(tensors, variables), batch, { config, ...dropping });
    },
  };
}
