/**
 * The module that a thread of data-parallel training imports: it makes a replica of an encoder-decoder of
 * either family, whose weights the caller sends.
 *
 * @module
 */
import { type Device, selectDevice } from "@heed/nn";
import type { LossOptions, ReplicaModel } from "@heed/training";
import * as tf from "@tensorflow/tfjs";
import type { Seq2SeqConfig } from "./config.ts";
import { seq2SeqLoss } from "./loss.ts";
import type { Seq2SeqBatch } from "./teacher_forcing.ts";
import type { RnnConfig } from "./rnn/config.ts";
import { rnnLoss } from "./rnn/loss.ts";
import { buildRnnWeights } from "./rnn/weights.ts";
import { buildSeq2SeqWeights } from "./weights.ts";

/** What the worker makes its replica from. */
export interface ReplicaOptions {
  /** Sizes, and the rate of dropout to train with. */
  readonly config: Seq2SeqConfig | RnnConfig;
  /** Label smoothing while training. */
  readonly labelSmoothing: number;
  /** Where the caller's model runs; the replica runs on the same kind of device. */
  readonly device: Pick<Device, "name" | "simd">;
}

/** Makes a model with weights of zero, which are replaced. */
export async function createReplica(
  { config, labelSmoothing, device: { name, simd } }: ReplicaOptions,
): Promise<ReplicaModel<Seq2SeqBatch>> {
  await selectDevice({ prefer: name, simd });
  const variables = new Map<string, tf.Variable>();
  const source = (name: string, shape: number[]) => {
    const variable = tf.tidy(() => tf.variable(tf.zeros(shape)));
    variables.set(name, variable);
    return variable;
  };
  const during = ({ training, seed }: LossOptions) =>
    training ? { labelSmoothing, dropoutSeed: seed } : {};
  if ("architecture" in config) {
    const weights = buildRnnWeights(config, source);
    return {
      variables,
      loss: (batch, options) => rnnLoss(weights, batch, { config, ...during(options) }),
    };
  }
  const weights = buildSeq2SeqWeights(config, source);
  return {
    variables,
    loss: (batch, options) => seq2SeqLoss(weights, batch, { config, ...during(options) }),
  };
}
