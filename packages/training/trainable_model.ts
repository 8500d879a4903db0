import type * as tf from "@tensorflow/tfjs";

/** What {@linkcode TrainableModel.loss} gives. */
export interface LossSum {
  /**
   * Sum (not mean) over target tokens of the label-smoothed cross-entropy in nats, a scalar. Sums add
   * up exactly over batches; the trainer divides by all tokens of a step at once.
   */
  readonly lossSum: tf.Scalar;
  /** Target tokens that were counted. */
  readonly tokens: number;
}

/** How {@linkcode TrainableModel.loss} is computed. */
export interface LossOptions {
  /** True: with dropout and label smoothing. False: the plain negative log-likelihood. */
  readonly training: boolean;
  /** Seed of all dropout in this call, an unsigned 32-bit integer. */
  readonly seed: number;
}

/** A model that gradients can be computed of. */
export interface ReplicaModel<Batch> {
  /** Every weight that is trained, by its name in `model.safetensors`. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /**
   * The loss of a batch, in one synchronous pass that can be differentiated.
   *
   * @param batch The batch.
   * @param options Training or evaluation, and the seed.
   * @returns The loss and the number of tokens.
   */
  loss(batch: Batch, options: LossOptions): LossSum;
}

/** A model as the trainer sees it. */
export interface TrainableModel<Batch> extends ReplicaModel<Batch> {
  /**
   * Writes all that it takes to load the model; among it `model.safetensors` with every variable
   * under its name as F32, from which training resumes.
   *
   * @param directory An existing directory.
   */
  save(directory: string): Promise<void>;
}
