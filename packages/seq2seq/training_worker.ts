/**
 * A thread of data-parallel training: a replica of the model, whose weights the caller sends.
 *
 * @module
 */
import { selectDevice, type SelectDeviceOptions } from "@heed/nn";
import { type LossOptions, serveTraining, type TrainingWorkerScope } from "@heed/training";
import * as tf from "@tensorflow/tfjs";
import type { Seq2SeqConfig } from "./config.ts";
import { seq2SeqLoss } from "./loss.ts";
import type { Seq2SeqBatch } from "./teacher_forcing.ts";
import type { RnnConfig } from "./rnn/config.ts";
import { rnnLoss } from "./rnn/loss.ts";
import { buildRnnWeights } from "./rnn/weights.ts";
import { buildSeq2SeqWeights } from "./weights.ts";

/** What the worker makes its replica from. */
export interface TrainingWorkerSetup {
  /** Sizes, and the rate of dropout to train with. */
  readonly config: Seq2SeqConfig | RnnConfig;
  /** Label smoothing while training. */
  readonly labelSmoothing: number;
  /** Where the caller's model runs; the replica runs on the same kind of device. */
  readonly device: SelectDeviceOptions;
}

/** Answers the caller's messages; called by itself where this module is a worker. */
export function serve(scope: TrainingWorkerScope): void {
  serveTraining<Seq2SeqBatch, TrainingWorkerSetup>(scope, async (setup) => {
    const { config, labelSmoothing, device } = setup;
    await selectDevice(device);
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
      const loss = (batch: Seq2SeqBatch, options: LossOptions) =>
        rnnLoss(weights, batch, { config, ...during(options) });
      return { variables, loss };
    }
    const weights = buildSeq2SeqWeights(config, source);
    const loss = (batch: Seq2SeqBatch, options: LossOptions) =>
      seq2SeqLoss(weights, batch, { config, ...during(options) });
    return { variables, loss };
  });
}

if ("WorkerGlobalScope" in globalThis) serve(globalThis as unknown as TrainingWorkerScope);
