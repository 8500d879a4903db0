/**
 * The module that a thread of data-parallel training imports: it makes a replica of an encoder, whose weights the
 * caller sends.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type EncoderConfig, type EncoderTensors, findFamily, tensorsOf } from "@heed/model";
import { selectDevice, type SelectDeviceOptions } from "@heed/nn";
import type { ReplicaModel } from "@heed/training";
import { type EncoderBatch, encoderLoss, type EncoderLossOptions } from "../loss.ts";
import { buildEncoderWeights } from "../weights.ts";

/** What the worker makes its replica from. */
export interface EncoderReplicaOptions {
  /** Sizes, and the rates of dropout to train with. */
  readonly config: EncoderConfig;
  /** Names of the caller's weights, in their order. */
  readonly names: readonly string[];
  /** Where the caller's model runs; the replica runs on the same kind of device. */
  readonly device: SelectDeviceOptions;
  /** Weights of classes and the like. */
  readonly loss?: Pick<EncoderLossOptions, "labelSmoothing" | "classWeights"> | undefined;
}

/** Makes a model with weights of zero, which are replaced. */
export async function createReplica(
  { config, names, device, loss = {} }: EncoderReplicaOptions,
): Promise<ReplicaModel<EncoderBatch>> {
  await selectDevice(device);
  const tensors = findFamily(config.modelType).tensors(config, names) as EncoderTensors;
  const specs = tensorsOf(tensors);
  const variables = new Map(
    names.map((name) => [name, tf.variable(tf.zeros([...specs.get(name)!.shape])) as tf.Variable]),
  );
  const weights = buildEncoderWeights(tensors, ({ name }) => variables.get(name)!);
  return {
    variables,
    loss: (batch, { training, seed }) =>
      encoderLoss(weights, batch, {
        config,
        classWeights: loss.classWeights,
        labelSmoothing: training ? loss.labelSmoothing : undefined,
        dropoutSeed: training ? seed : undefined,
      }),
  };
}
