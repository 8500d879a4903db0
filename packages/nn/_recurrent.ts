import * as tf from "@tensorflow/tfjs";
import { deriveSeed, randomUniform } from "./random.ts";

/** Sizes of a recurrent layer. */
export interface RecurrentConfig {
  /** Width of the input. */
  readonly inSize: number;
  /** Width of the state. */
  readonly hiddenSize: number;
}

/** Weights as PyTorch lays them out: `units` blocks of `hidden` rows. */
interface RecurrentWeights {
  readonly weightIh: tf.Tensor;
  readonly weightHh: tf.Tensor;
  readonly biasIh: tf.Tensor;
  readonly biasHh: tf.Tensor;
}

/** Uniform within `1 / sqrt(hidden)`, as PyTorch draws them. */
export function initRecurrentWeights(
  { inSize, hiddenSize }: RecurrentConfig,
  { seed, units }: { seed: number; units: number },
): RecurrentWeights {
  const limit = 1 / Math.sqrt(hiddenSize);
  const draw = (name: string, shape: number[]) => {
    const size = tf.util.sizeFromShape(shape);
    const range = { seed: deriveSeed(seed, name), low: -limit, high: limit };
    return tf.tensor(randomUniform(size, range), shape);
  };
  return {
    weightIh: draw("weightIh", [units * hiddenSize, inSize]),
    weightHh: draw("weightHh", [units * hiddenSize, hiddenSize]),
    biasIh: draw("biasIh", [units * hiddenSize]),
    biasHh: draw("biasHh", [units * hiddenSize]),
  };
}

/** Refuses what does not fit; the kernels would read beyond it. */
export function checkRecurrentShapes(
  name: string,
  weights: RecurrentWeights,
  input: tf.Tensor,
  { units, initialState, mask }: { units: number; initialState?: tf.Tensor; mask?: tf.Tensor },
): void {
  const { weightIh, weightHh, biasIh, biasHh } = weights;
  const hidden = weightHh.shape[1]!, rows = units * hidden;
  const is = (tensor: tf.Tensor, shape: number[]) => tf.util.arraysEqual(tensor.shape, shape);
  const fits = input.rank === 3 && input.shape[1]! > 0 &&
    is(weightIh, [rows, input.shape[2]!]) && is(weightHh, [rows, hidden]) &&
    is(biasIh, [rows]) && is(biasHh, [rows]) &&
    (!initialState || is(initialState, [input.shape[0], hidden])) &&
    (!mask || is(mask, input.shape.slice(0, 2)));
  if (fits) return;
  throw new TypeError(
    `Cannot apply ${name}: input [${input.shape}], weights [${weightIh.shape}] and ` +
      `[${weightHh.shape}], biases [${biasIh.shape}] and [${biasHh.shape}]` +
      (initialState ? `, initial state [${initialState.shape}]` : "") +
      (mask ? `, mask [${mask.shape}]` : "") +
      ` do not fit each other as [batch, len, in], [${units} * hidden, in], [${units} * hidden, hidden]`,
  );
}

/** `[batch, len, ...]` as `len` tensors `[batch, ...]`; tfjs cannot differentiate an unstack into one. */
export function unstackSteps(x: tf.Tensor): tf.Tensor[] {
  return x.shape[1] === 1 ? [tf.squeeze(x, [1])] : tf.unstack(x, 1);
}

/**
 * A loop of tfjs ops over time, for devices without the fused kernels.
 *
 * @param projected `[batch, len, ...]`, what each step gets.
 * @param initial The state's parts, `[batch, hidden]` each.
 * @param cell One step: parts of the state before to parts of the state after.
 * @returns Each part after every step, `[batch, len, hidden]`.
 */
export function composedSequence(
  projected: tf.Tensor,
  initial: readonly tf.Tensor[],
  cell: (step: tf.Tensor, state: readonly tf.Tensor[]) => tf.Tensor[],
  { mask, reverse }: { mask?: tf.Tensor; reverse: boolean },
): tf.Tensor[] {
  const steps = unstackSteps(projected);
  const seen = mask && unstackSteps(tf.expandDims(tf.cast(mask, "float32"), -1)); // [batch, 1] each
  const order = Array.from(steps.keys());
  if (reverse) order.reverse();
  const states: tf.Tensor[][] = new Array(steps.length);
  let state = initial;
  for (const i of order) {
    const next = cell(steps[i], state);
    const old = state;
    state = seen
      ? next.map((part, p) => tf.add(old[p], tf.mul(seen[i], tf.sub(part, old[p]))))
      : next;
    states[i] = [...state];
  }
  return initial.map((_, part) => tf.stack(states.map((parts) => parts[part]), 1));
}
