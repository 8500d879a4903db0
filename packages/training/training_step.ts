import { deriveSeed, gradientNorm } from "@heed/nn";
import * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "./optimizer.ts";
import type { ReplicaModel } from "./trainable_model.ts";

/** Options of {@linkcode trainingStep}. */
export interface TrainingStepOptions {
  /** Changes the weights. */
  readonly optimizer: Optimizer;
  /** Number of the step, from 1. */
  readonly step: number;
  /** Learning rate of the step. */
  readonly learningRate: number;
  /** Seed of the run; dropout depends on it, the step and the index of the batch alone. */
  readonly seed: number;
}

/** What a step measured. */
export interface StepResult {
  /** Mean loss per target token in nats, over all batches of the step. */
  readonly loss: number;
  /** Norm of all gradients together, before clipping. */
  readonly gradientNorm: number;
  /** Target tokens. */
  readonly tokens: number;
  /**
   * Index of the first batch whose loss is not finite, or -1 when only the gradients are not;
   * undefined after a good step. When it is set the weights did not change.
   */
  readonly failedBatch?: number;
}

/**
 * One step of training: the gradients of all batches are summed, weighted by their tokens, so that
 * several small batches do what one large batch would.
 *
 * @param model The model.
 * @param batches At least one batch.
 * @param options Optimizer, step, learning rate and seed.
 * @returns Loss and norm.
 * @throws {TypeError} When a weight has no part in the loss.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { Optimizer, trainingStep } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const weight = tf.variable(tf.scalar(2));
 * const model = {
 *   variables: new Map([["weight", weight as tf.Variable]]),
 *   loss: (batch: number) => ({ lossSum: tf.mul(weight, batch) as tf.Scalar, tokens: 1 }),
 * };
 * using optimizer = new Optimizer(model.variables);
 * const options = { optimizer, step: 1, learningRate: 0.1, seed: 1 };
 * assertEquals((await trainingStep(model, [1, 3], options)).loss, 4);
 * ```
 */
export async function trainingStep<Batch>(
  model: ReplicaModel<Batch>,
  batches: readonly Batch[],
  { optimizer, step, learningRate, seed }: TrainingStepOptions,
): Promise<StepResult> {
  const seeds = batches.map((_, i) => deriveSeed(seed, "dropout", step, i));
  const sums = sumGradients(model, batches, seeds);
  const { losses, tokens } = sums;
  // A loss that is not finite keeps the weights as they are, too: 0 times it is NaN.
  const norm = tf.tidy(() => tf.add(gradientNorm(sums.gradients), tf.mul(0, tf.addN(losses))));
  // The update follows at once, and one reading for all numbers comes after it: a GPU never waits.
  optimizer.apply(sums, { step, learningRate, norm });
  const numbers = tf.stack([norm, ...losses]);
  tf.dispose([losses, sums.gradients, norm]);
  const [normOfSums, ...values] = await numbers.data();
  numbers.dispose();
  const loss = values.reduce((a, b) => a + b, 0) / tokens;
  const measured = { loss, gradientNorm: normOfSums / tokens, tokens };
  const failedBatch = values.findIndex((value) => !Number.isFinite(value));
  return failedBatch >= 0 || !Number.isFinite(normOfSums) ? { ...measured, failedBatch } : measured;
}

/** Losses of batches one by one, and the sums of their gradients; the caller's to dispose of. */
export function sumGradients<Batch>(
  model: ReplicaModel<Batch>,
  batches: readonly Batch[],
  seeds: readonly number[],
): { losses: tf.Scalar[]; gradients: tf.Tensor[]; tokens: number } {
  const losses: tf.Scalar[] = [];
  let gradients: tf.Tensor[] = [];
  let tokens = 0;
  try {
    batches.forEach((batch, i) => {
      const result = lossAndGradients(model, batch, seeds[i]);
      losses.push(result.loss);
      tokens += result.tokens;
      gradients = i > 0 ? addInto(gradients, result.gradients) : result.gradients;
    });
    return { losses, gradients, tokens };
  } catch (error) {
    tf.dispose([losses, gradients]);
    throw error;
  }
}

function lossAndGradients<Batch>(
  model: ReplicaModel<Batch>,
  batch: Batch,
  seed: number,
): { loss: tf.Scalar; gradients: tf.Tensor[]; tokens: number } {
  let tokens = 0;
  const variables = [...model.variables.values()];
  const { value, grads } = tf.variableGrads(() => {
    const result = model.loss(batch, { training: true, seed });
    tokens = result.tokens;
    return result.lossSum;
  }, variables);
  const unused = [...model.variables].filter(([, { name }]) => !grads[name]).map(([name]) => name);
  if (unused.length > 0) {
    tf.dispose([value, grads]);
    throw new TypeError(`Cannot train ${unused.join(", ")}: the loss does not depend on it`);
  }
  return { loss: value, gradients: variables.map(({ name }) => grads[name]), tokens };
}

function addInto(sums: tf.Tensor[], more: tf.Tensor[]): tf.Tensor[] {
  return sums.map((sum, i) => {
    const total = tf.add(sum, more[i]);
    tf.dispose([sum, more[i]]);
    return total;
  });
}
