import * as tf from "@tensorflow/tfjs";
import { hasKernel } from "./kernels/fused_op.ts";
import { fusedLstm } from "./kernels/rnn_lstm.ts";
import { linear } from "./linear.ts";
import {
  checkRecurrentShapes,
  composedSequence,
  initRecurrentWeights,
  type RecurrentConfig,
} from "./_recurrent.ts";

export type { RecurrentConfig };

/** Weights of an LSTM layer, in PyTorch's layout; units in the order i, f, g, o. */
export interface LstmWeights {
  /** `[4 * hidden, in]` */
  readonly weightIh: tf.Tensor;
  /** `[4 * hidden, hidden]` */
  readonly weightHh: tf.Tensor;
  /** `[4 * hidden]` */
  readonly biasIh: tf.Tensor;
  /** `[4 * hidden]` */
  readonly biasHh: tf.Tensor;
}

/** The two parts of an LSTM's state. */
export interface LstmState {
  /** What the layer shows: `[batch, hidden]`, or `[batch, len, hidden]` for all steps. */
  readonly hidden: tf.Tensor;
  /** What it remembers, of the same shape. */
  readonly cell: tf.Tensor;
}

/** Options of {@linkcode lstm}. */
export interface LstmOptions {
  /** State before the first step, parts `[batch, hidden]`; default zeros. */
  readonly initialState?: LstmState;
  /** `[batch, len]` float32, 1 = token, 0 = padding, whose steps copy the state; default: no padding. */
  readonly mask?: tf.Tensor;
  /** From the last step to the first; a padded row then starts at its own end. Default false. */
  readonly reverse?: boolean;
}

/**
 * A layer of long short-term memory (Hochreiter & Schmidhuber 1997) over whole sequences:
 *
 *     i, f, o = sigmoid(W_i x + b_i + W_h h + b_h)   g = tanh(the same for g)
 *     c' = f * c + i * g
 *     h' = o * tanh(c')
 *
 * The state after the last step is the output at the last position (the first, when `reverse`), also
 * of a padded row, because padding copies the state.
 *
 * @param weights In PyTorch's layout.
 * @param input `[batch, len, in]`, padded on the right.
 * @param options Initial state, mask, direction.
 * @returns Both parts of the state after every step, `[batch, len, hidden]`, owned by the caller.
 * @throws {TypeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { initLstmWeights, lstm } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initLstmWeights({ inSize: 3, hiddenSize: 4 }, { seed: 1 });
 * const { hidden, cell } = lstm(weights, tf.ones([2, 5, 3]));
 * assertEquals([hidden.shape, cell.shape], [[2, 5, 4], [2, 5, 4]]);
 * ```
 */
export function lstm(
  weights: LstmWeights,
  input: tf.Tensor,
  { initialState, mask, reverse = false }: LstmOptions = {},
): LstmState {
  const parts = { units: 4, mask };
  checkRecurrentShapes("lstm", weights, input, { ...parts, initialState: initialState?.hidden });
  checkRecurrentShapes("lstm", weights, input, { ...parts, initialState: initialState?.cell });
  const batch = input.shape[0], size = weights.weightHh.shape[1]!;
  const bias = () => tf.add(weights.biasIh, weights.biasHh);
  return tf.tidy(() => {
    const start = initialState ??
      { hidden: tf.zeros([batch, size]), cell: tf.zeros([batch, size]) };
    const initial = [start.hidden, start.cell];
    if (hasKernel("HeedLstm")) {
      const both = fusedLstm(
        { ...weights, x: input, initial: tf.stack(initial), bias: bias() },
        { mask: mask && tf.cast(mask, "float32"), reverse },
      );
      const [hidden, cell] = tf.unstack(both);
      return { hidden, cell };
    }
    const projected = linear({ weight: weights.weightIh, bias: bias() }, input);
    const [hidden, cell] = composedSequence(
      projected,
      initial,
      (step, [h, c]) => {
        const sums = tf.add(step, linear({ weight: weights.weightHh }, h));
        const [i, f, g, o] = tf.split(sums, 4, -1);
        const next = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
        return [tf.mul(tf.sigmoid(o), tf.tanh(next)), next];
      },
      { mask, reverse },
    );
    return { hidden, cell };
  });
}

/**
 * One step of {@linkcode lstm}.
 *
 * @param weights In PyTorch's layout.
 * @param input `[batch, in]`
 * @param state The state before, parts `[batch, hidden]`.
 * @returns The state after, parts `[batch, hidden]`.
 * @throws {TypeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { initLstmWeights, lstmCell } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initLstmWeights({ inSize: 3, hiddenSize: 4 }, { seed: 1 });
 * const state = { hidden: tf.zeros([2, 4]), cell: tf.zeros([2, 4]) };
 * assertEquals(lstmCell(weights, tf.ones([2, 3]), state).cell.shape, [2, 4]);
 * ```
 */
export function lstmCell(weights: LstmWeights, input: tf.Tensor, state: LstmState): LstmState {
  return tf.tidy(() => {
    const { hidden, cell } = lstm(weights, tf.expandDims(input, 1), { initialState: state });
    return { hidden: tf.squeeze(hidden, [1]), cell: tf.squeeze(cell, [1]) };
  });
}

/**
 * Fresh weights, all uniform within `1 / sqrt(hidden)`, as PyTorch's.
 *
 * @param config Sizes of input and state.
 * @param options The seed.
 * @returns Weights owned by the caller.
 *
 * @example
 * ```ts
 * import { initLstmWeights } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const { weightHh } = initLstmWeights({ inSize: 3, hiddenSize: 4 }, { seed: 1 });
 * assertEquals(weightHh.shape, [16, 4]);
 * ```
 */
export function initLstmWeights(config: RecurrentConfig, options: { seed: number }): LstmWeights {
  return initRecurrentWeights(config, { ...options, units: 4 });
}
