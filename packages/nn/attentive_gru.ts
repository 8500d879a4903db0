import * as tf from "@tensorflow/tfjs";
import { alignmentCore, type AlignmentMemory } from "./alignment.ts";
import { composedGruCell, type GruWeights } from "./gru.ts";
import { hasKernel } from "./kernels/fused_op.ts";
import { fusedAttentiveGru } from "./kernels/rnn_attentive.ts";
import { linear } from "./linear.ts";
import { unstackSteps } from "./_recurrent.ts";

/** Weights of {@linkcode attentiveGru}. */
export interface AttentiveGruWeights extends GruWeights {
  /** `[3 * hidden, in + width]`: columns of the input first, then those of the context. */
  readonly weightIh: tf.Tensor;
  /** Additive scores (Bahdanau); absent where scores are products (Luong). */
  readonly additive?: {
    /** W_a `[size, hidden]`: projects the state to be compared with keys. */
    readonly query: tf.Tensor;
    /** v_a `[size]` */
    readonly v: tf.Tensor;
  };
}

/** Options of {@linkcode attentiveGru}. */
export interface AttentiveGruOptions extends Omit<AlignmentMemory, "v"> {
  /** State before the first step `[batch, hidden]`. */
  readonly initialState: tf.Tensor;
}

/** Result of {@linkcode attentiveGru}; the caller owns both. */
export interface AttentiveGruResult {
  /** State after, and context of, every step side by side: `[batch, len, hidden + width]`. */
  readonly output: tf.Tensor;
  /** Attention weights `[batch, len, k_len]`; no gradient flows through them. */
  readonly weights: tf.Tensor;
}

/**
 * The decoder of RNNsearch (Bahdanau et al. 2015, appendix A.2.2): before each step the state looks at
 * the source, `e_j = v · tanh(W_a s + k_j)`, `context = sum softmax(e)_j h_j`, and a gated recurrent
 * unit reads the context beside its input.
 *
 * @param weights A GRU over input and context, and the alignment's.
 * @param input `[batch, len, in]`
 * @param options Initial state; keys (projected already: `U_a h`), values, mask.
 * @returns States with contexts, and attention weights.
 * @throws {TypeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { attentiveGru, initGruWeights } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initGruWeights({ inSize: 3 + 4, hiddenSize: 4 }, { seed: 1 });
 * const keys = tf.ones([2, 6, 4]), initialState = tf.zeros([2, 4]);
 * const { output, weights: attention } = attentiveGru(weights, tf.ones([2, 5, 3]), {
 *   initialState,
 *   keys,
 *   values: keys,
 * });
 * assertEquals([output.shape, attention.shape], [[2, 5, 8], [2, 5, 6]]);
 * ```
 */
export function attentiveGru(
  weights: AttentiveGruWeights,
  input: tf.Tensor,
  options: AttentiveGruOptions,
): AttentiveGruResult {
  checkShapes(weights, input, options);
  const { initialState, keys, values, mask } = options;
  if (hasKernel("HeedAttentiveGru")) {
    const seen = mask && mask.dtype !== "float32" ? tf.cast(mask, "float32") : mask;
    const result = fusedAttentiveGru(
      { ...weights, x: input, initial: initialState, keys, values },
      { mask: seen },
    );
    if (seen !== mask) seen?.dispose();
    return { output: result.output, weights: result.weights };
  }
  return tf.tidy(() => composedAttentiveGru(weights, input, options));
}

/** {@linkcode attentiveGru} made of tfjs ops, for devices without the fused kernel. */
function composedAttentiveGru(
  weights: AttentiveGruWeights,
  input: tf.Tensor,
  { initialState, ...memory }: AttentiveGruOptions,
): { output: tf.Tensor; weights: tf.Tensor } {
  const inSize = input.shape[2]!, width = memory.values.shape[2]!;
  const [forInput, forContext] = tf.split(weights.weightIh, [inSize, width], 1);
  const projected = linear({ weight: forInput, bias: weights.biasIh }, input);
  const outputs: tf.Tensor[] = [], attention: tf.Tensor[] = [];
  let state = initialState;
  for (const step of unstackSteps(projected)) {
    const query = weights.additive ? linear({ weight: weights.additive.query }, state) : state;
    const aligned = alignmentCore(tf.expandDims(query, 1), { ...memory, v: weights.additive?.v });
    const context = tf.squeeze(aligned.context, [1]);
    state = composedGruCell(weights, tf.add(step, linear({ weight: forContext }, context)), state);
    outputs.push(tf.concat([state, context], 1));
    attention.push(tf.squeeze(aligned.weights, [1]));
  }
  return { output: tf.stack(outputs, 1), weights: tf.stack(attention, 1) };
}

function checkShapes(
  { weightIh, weightHh, biasIh, biasHh, additive }: AttentiveGruWeights,
  input: tf.Tensor,
  { initialState, keys, values, mask }: AttentiveGruOptions,
): void {
  const is = (tensor: tf.Tensor, shape: number[]) => tf.util.arraysEqual(tensor.shape, shape);
  const hidden = weightHh.shape[1]!, [batch, length, inSize] = input.shape;
  const [, kLen, size] = keys.shape, width = values.shape[2];
  const fits = input.rank === 3 && length! > 0 && is(weightIh, [3 * hidden, inSize! + width!]) &&
    is(weightHh, [3 * hidden, hidden]) && is(biasIh, [3 * hidden]) && is(biasHh, [3 * hidden]) &&
    is(initialState, [batch, hidden]) && is(keys, [batch, kLen!, size!]) &&
    is(values, [batch, kLen!, width!]) && (!mask || is(mask, [batch, kLen!])) &&
    (additive ? is(additive.query, [size!, hidden]) && is(additive.v, [size!]) : size === hidden);
  if (fits) return;
  throw new TypeError(
    `Cannot apply attentive GRU: input [${input.shape}], state [${initialState.shape}], keys ` +
      `[${keys.shape}], values [${values.shape}], weights [${weightIh.shape}] and ` +
      `[${weightHh.shape}]` +
      (additive ? `, query [${additive.query.shape}], v [${additive.v.shape}]` : "") +
      (mask ? `, mask [${mask.shape}]` : "") + " do not fit each other",
  );
}
