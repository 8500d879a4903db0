import * as tf from "@tensorflow/tfjs";
import { hasKernel } from "./kernels/fused_op.ts";
import { fusedGru } from "./kernels/rnn_gru.ts";
import { linear } from "./linear.ts";
import {
  checkRecurrentShapes,
  composedSequence,
  initRecurrentWeights,
  type RecurrentConfig,
} from "./_recurrent.ts";

/** Weights of a layer of gated recurrent units, in PyTorch's layout; units in the order r, z, n. */
export interface GruWeights {
  /** `[3 * hidden, in]` */
  readonly weightIh: tf.Tensor;
  /** `[3 * hidden, hidden]` */
  readonly weightHh: tf.Tensor;
  /** `[3 * hidden]` */
  readonly biasIh: tf.Tensor;
  /** `[3 * hidden]` */
  readonly biasHh: tf.Tensor;
}

/** Options of {@linkcode gru}. */
export interface GruOptions {
  /** State before the first step `[batch, hidden]`; default zeros. */
  readonly initialState?: tf.Tensor;
  /** `[batch, len]` float32, 1 = token, 0 = padding, whose steps copy the state; default: no padding. */
  readonly mask?: tf.Tensor;
  /** From the last step to the first; a padded row then starts at its own end. Default false. */
  readonly reverse?: boolean;
}

/**
 * A layer of gated recurrent units (Cho et al. 2014) over whole sequences:
 *
 *     r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)
 *     z = sigmoid(W_iz x + b_iz + W_hz h + b_hz)
 *     n = tanh(W_in x + b_in + r * (W_hn h + b_hn))
 *     h' = (1 - z) * n + z * h
 *
 * in the form of cuDNN and PyTorch: the reset gate applies after the product with `W_hn`. The state
 * after the last step is the output at the last position (the first, when `reverse`), also of a
 * padded row, because padding copies the state.
 *
 * @param weights In PyTorch's layout.
 * @param input `[batch, len, in]`, padded on the right.
 * @param options Initial state, mask, direction.
 * @returns The states after every step, `[batch, len, hidden]`.
 * @throws {TypeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { gru, initGruWeights } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initGruWeights({ inSize: 3, hiddenSize: 4 }, { seed: 1 });
 * assertEquals(gru(weights, tf.ones([2, 5, 3]), { reverse: true }).shape, [2, 5, 4]);
 * ```
 */
export function gru(
  weights: GruWeights,
  input: tf.Tensor,
  { initialState, mask, reverse = false }: GruOptions = {},
): tf.Tensor {
  checkRecurrentShapes("gru", weights, input, { units: 3, initialState, mask });
  const hidden = weights.weightHh.shape[1]!;
  return tf.tidy(() => {
    const initial = initialState ?? tf.zeros([input.shape[0], hidden]);
    if (hasKernel("HeedGru")) {
      const seen = mask && tf.cast(mask, "float32");
      return fusedGru({ ...weights, x: input, initial }, { mask: seen, reverse });
    }
    const projected = linear({ weight: weights.weightIh, bias: weights.biasIh }, input);
    const [states] = composedSequence(
      projected,
      [initial],
      (step, [h]) => [composedGruCell(weights, step, h)],
      { mask, reverse },
    );
    return states;
  });
}

/**
 * One step of {@linkcode gru}.
 *
 * @param weights In PyTorch's layout.
 * @param input `[batch, in]`
 * @param state The state before, `[batch, hidden]`.
 * @returns The state after, `[batch, hidden]`.
 * @throws {TypeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { gruCell, initGruWeights } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initGruWeights({ inSize: 3, hiddenSize: 4 }, { seed: 1 });
 * assertEquals(gruCell(weights, tf.ones([2, 3]), tf.zeros([2, 4])).shape, [2, 4]);
 * ```
 */
export function gruCell(weights: GruWeights, input: tf.Tensor, state: tf.Tensor): tf.Tensor {
  return tf.tidy(() =>
    tf.squeeze(gru(weights, tf.expandDims(input, 1), { initialState: state }), [1])
  );
}

/** The cell made of tfjs ops; `projected` is `W_i x + b_i`. */
export function composedGruCell(
  { weightHh, biasHh }: Pick<GruWeights, "weightHh" | "biasHh">,
  projected: tf.Tensor,
  h: tf.Tensor,
): tf.Tensor {
  const [ir, iz, candidate] = tf.split(projected, 3, -1);
  const [hr, hz, hn] = tf.split(linear({ weight: weightHh, bias: biasHh }, h), 3, -1);
  const r = tf.sigmoid(tf.add(ir, hr)), z = tf.sigmoid(tf.add(iz, hz));
  const n = tf.tanh(tf.add(candidate, tf.mul(r, hn)));
  return tf.add(n, tf.mul(z, tf.sub(h, n)));
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
 * import { initGruWeights } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const { weightIh } = initGruWeights({ inSize: 3, hiddenSize: 4 }, { seed: 1 });
 * assertEquals(weightIh.shape, [12, 3]);
 * ```
 */
export function initGruWeights(config: RecurrentConfig, options: { seed: number }): GruWeights {
  return initRecurrentWeights(config, { ...options, units: 3 });
}
