import * as tf from "@tensorflow/tfjs";
import { type CausalTensors, mapTensors, type TensorSpec } from "@heed/model";
import type { LayerNormWeights } from "@heed/nn";
import type { DecoderLayerWeights } from "@heed/transformer";

/** Weights of a layer. */
export interface GptLayerWeights extends DecoderLayerWeights {
  /** How many tokens each token sees, itself and those right before it; default all up to itself. */
  readonly window?: number;
}

/** Weights of a GPT-2-like decoder, each in PyTorch's layout `[out, in]`. */
export interface GptWeights {
  /** A row for each token `[vocab, hidden]`, for input and output. */
  readonly tokens: tf.Tensor;
  /** A row for each position `[positions, hidden]`. */
  readonly positions: tf.Tensor;
  /** Layers, the first one first. */
  readonly layers: readonly GptLayerWeights[];
  /** Normalisation after the last layer. */
  readonly finalNorm: LayerNormWeights;
}

/**
 * Name of a weight while it is in memory: that of the checkpoint, and which part of it where several are stored as
 * one (`c_attn` holds queries, keys and values).
 *
 * @param spec What the family says of the weight.
 * @returns The name.
 *
 * @example
 * ```ts
 * import { weightName } from "@heed/gpt/layers";
 * import { ZEROS } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const keys = { name: "c_attn.bias", shape: [6], init: ZEROS, slice: { index: 1, count: 3 } };
 * assertEquals(weightName(keys), "c_attn.bias:1");
 * assertEquals(weightName({ name: "wte.weight", shape: [9, 2], init: ZEROS }), "wte.weight");
 * ```
 */
export function weightName({ name, slice }: TensorSpec): string {
  return slice ? `${name}:${slice.index}` : name;
}

/**
 * Puts the weights of a model together.
 *
 * @param tensors What its family describes.
 * @param source Gives each weight in the layout `[out, in]`; asked once for those that are tied.
 * @returns The weights.
 * @throws {TypeError} When the family has no learned positions, or no norm after the last layer.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { loadGpt } from "@heed/gpt";
 * import { buildGptWeights } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm" });
 * const { tokens, layers } = buildGptWeights(model.tensors, ({ shape }) => tf.zeros([...shape]));
 * const { vocabSize, hiddenSize } = model.config;
 * assertEquals([tokens.shape, layers.length], [[vocabSize, hiddenSize], 2]);
 * ```
 */
export function buildGptWeights(
  tensors: CausalTensors,
  source: (spec: TensorSpec) => tf.Tensor,
): GptWeights {
  const { decoder: { tokens, positions, layers, finalNorm } } = mapTensors(tensors, source);
  if (positions.kind !== "learned" || !finalNorm) {
    throw new TypeError("Cannot build a GPT without learned positions or a norm after its layers");
  }
  return {
    tokens,
    positions: positions.table,
    layers: layers as readonly GptLayerWeights[],
    finalNorm: finalNorm as LayerNormWeights,
  };
}

/**
 * Reads a weight out of the tensor that a checkpoint holds: its part of it, `[out, in]`.
 *
 * @param spec What the family says of the weight.
 * @param stored The whole stored tensor; stays the caller's.
 * @returns The weight, the caller's.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { readStored } from "@heed/gpt/layers";
 * import { ZEROS } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const keys = { name: "c_attn.bias", shape: [6], init: ZEROS, slice: { index: 1, count: 3 } };
 * const stored = tf.tensor1d([1, 2, 3, 4, 5, 6]);
 * assertEquals([...await readStored(keys, stored).data()], [3, 4]);
 * ```
 */
export function readStored({ transposed, slice }: TensorSpec, stored: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const rows = transposed && stored.rank === 2 ? tf.transpose(stored) : tf.clone(stored);
    if (!slice) return rows;
    const size = rows.shape[0] / slice.count;
    const begin = [slice.index * size, ...rows.shape.slice(1).map(() => 0)];
    return tf.slice(rows, begin, [size, ...rows.shape.slice(1)]);
  });
}

/**
 * Puts the weights back into the tensors that a checkpoint holds.
 *
 * @param specs Every weight once, the parts of a tensor in their order.
 * @param named Weights by {@linkcode weightName}.
 * @returns Tensors by their names in the checkpoint; the caller's.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { readStored, storedTensors, weightName } from "@heed/gpt/layers";
 * import { ZEROS } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const specs = [0, 1, 2].map((index) => (
 *   { name: "c_attn.bias", shape: [6], init: ZEROS, slice: { index, count: 3 } }
 * ));
 * const stored = tf.tensor1d([1, 2, 3, 4, 5, 6]);
 * const named = new Map(specs.map((spec) => [weightName(spec), readStored(spec, stored)]));
 * const again = storedTensors(specs, named).get("c_attn.bias")!;
 * assertEquals([...await again.data()], [1, 2, 3, 4, 5, 6]);
 * ```
 */
export function storedTensors(
  specs: readonly TensorSpec[],
  named: ReadonlyMap<string, tf.Tensor>,
): Map<string, tf.Tensor> {
  const parts = Map.groupBy(specs, ({ name }) => name);
  const stored = new Map<string, tf.Tensor>();
  for (const [name, all] of parts) {
    stored.set(
      name,
      tf.tidy(() => {
        const rows = all.map((spec) => named.get(weightName(spec))!);
        const whole = rows.length > 1 ? tf.concat(rows, 0) : rows[0];
        return all[0].transposed && whole.rank === 2 ? tf.transpose(whole) : tf.clone(whole);
      }),
    );
  }
  return stored;
}

/**
 * The weights as parts of the tensors that a checkpoint holds, such as a trainer changes.
 *
 * @param tensors What the family describes.
 * @param stored Tensors by their names in the checkpoint.
 * @returns The weights: new tensors where a stored one is fused or transposed, to be released after use, as `tf.tidy`
 * does. Gradients lead to the stored ones.
 *
 * @example
 * ```ts
 * import { loadGpt } from "@heed/gpt";
 * import { weightsOfStored } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm", trainable: true });
 * const { layers } = weightsOfStored(model.tensors, model.named);
 * const size = model.config.hiddenSize;
 * assertEquals(layers[0].selfAttention.query.weight.shape, [size, size]); // out of [size, 3 * size]
 * ```
 */
export function weightsOfStored(
  tensors: CausalTensors,
  stored: ReadonlyMap<string, tf.Tensor>,
): GptWeights {
  const parts = new Map<string, tf.Tensor[]>();
  return buildGptWeights(tensors, ({ name, transposed, slice }) => {
    const whole = stored.get(name)!;
    const isMatrix = transposed === true && whole.rank === 2;
    if (!slice) return isMatrix ? tf.transpose(whole) : whole;
    // Together, so that their gradients are joined rather than padded and added up.
    const found = parts.get(name) ?? tf.split(whole, slice.count, isMatrix ? 1 : 0);
    parts.set(name, found);
    return isMatrix ? tf.transpose(found[slice.index]) : found[slice.index];
  });
}

/**
 * Every weight of a model once, the parts of a stored tensor one by one, in the order of the tree.
 *
 * @example
 * ```ts
 * import { loadGpt } from "@heed/gpt";
 * import { weightName, weightSpecs } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm" });
 * const names = weightSpecs(model.tensors).map(weightName).filter((name) => /0.*c_attn.bias/.test(name));
 * assertEquals(names.map((name) => name.split(":")[1]), ["0", "1", "2"]);
 * ```
 */
export function weightSpecs(tensors: CausalTensors): TensorSpec[] {
  const specs = new Map<string, TensorSpec>();
  mapTensors(tensors, (spec) => {
    if (!specs.has(weightName(spec))) specs.set(weightName(spec), spec);
  });
  return [...specs.values()];
}
