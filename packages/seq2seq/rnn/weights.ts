import * as tf from "@tensorflow/tfjs";
import {
  deriveSeed,
  type GruWeights,
  type LinearWeights,
  normal,
  randomUniform,
  xavierUniform,
} from "@heed/nn";
import type { WeightSource } from "../weights.ts";
import type { RnnConfig } from "./config.ts";

/** Weights of one recurrent layer; PyTorch's layout, 3 (gru) or 4 (lstm) blocks of rows. */
export type CellWeights = GruWeights;

/** Weights of the whole model. */
export interface RnnWeights {
  /** `[vocab, embedding]`: source, target and output embeddings in one. */
  readonly shared: tf.Tensor;
  /** `[vocab]`, added to the logits. */
  readonly finalLogitsBias: tf.Tensor;
  /** Encoder layers, first layer first. */
  readonly encoder: readonly { readonly forward: CellWeights; readonly backward: CellWeights }[];
  /** From the source's summary to each decoder layer's initial state. */
  readonly bridges: readonly LinearWeights[];
  /** Decoder layers; the first reads embedding and context, `[3 * hidden, embedding + context]`. */
  readonly decoder: readonly CellWeights[];
  /** Alignment model of `rnnsearch`; `key` is absent for `dot`, the rest unless `additive`. */
  readonly alignment?: {
    /** U_a `[size, 2 * encoder_hidden]` */
    readonly key?: tf.Tensor;
    /** W_a `[size, decoder_hidden]` and v_a `[size]` */
    readonly additive?: { readonly query: tf.Tensor; readonly v: tf.Tensor };
  };
  /** Deep output before maxout, `[2 * embedding, decoder_hidden + context + embedding]`. */
  readonly output: LinearWeights;
}

/** Blocks of rows in a cell's weights. */
const UNITS = { gru: 3, lstm: 4 } as const;

/**
 * The checkpoint's layout, in the one place that knows it: asks `source` for every weight by its name
 * and shape, and puts them together.
 *
 * @param config Sizes of the model.
 * @param source Gives each weight: from a checkpoint, or fresh.
 * @returns The tree of weights, which belong to `source`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { defaultRnnConfig } from "@heed/seq2seq";
 * import { buildRnnWeights } from "@heed/seq2seq/layers";
 * import { assert } from "@std/assert";
 *
 * const names: string[] = [];
 * buildRnnWeights(defaultRnnConfig({ vocabSize: 8 }), (name, shape) => {
 *   names.push(name);
 *   return tf.zeros(shape);
 * });
 * assert(names.includes("encoder.layers.0.backward.weight_hh"));
 * ```
 */
export function buildRnnWeights(config: RnnConfig, source: WeightSource): RnnWeights {
  const { vocabSize, embeddingSize, encoderHiddenSize, decoderHiddenSize, attentionSize } = config;
  const context = 2 * encoderHiddenSize, units = UNITS[config.cell];
  const cell = (name: string, inSize: number, hidden: number): CellWeights => ({
    weightIh: source(`${name}.weight_ih`, [units * hidden, inSize]),
    weightHh: source(`${name}.weight_hh`, [units * hidden, hidden]),
    biasIh: source(`${name}.bias_ih`, [units * hidden]),
    biasHh: source(`${name}.bias_hh`, [units * hidden]),
  });
  const linear = (name: string, outSize: number, inSize: number): LinearWeights => ({
    weight: source(`${name}.weight`, [outSize, inSize]),
    bias: source(`${name}.bias`, [outSize]),
  });
  const attends = config.architecture === "rnnsearch";
  const layers = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));
  const alignment = () => {
    if (config.attentionScore === "dot") return {};
    if (config.attentionScore === "general") {
      return { key: source("attention.key.weight", [decoderHiddenSize, context]) };
    }
    return {
      key: source("attention.key.weight", [attentionSize, context]),
      additive: {
        query: source("attention.query.weight", [attentionSize, decoderHiddenSize]),
        v: source("attention.v", [attentionSize]),
      },
    };
  };
  return {
    shared: source("shared.weight", [vocabSize, embeddingSize]),
    finalLogitsBias: source("final_logits_bias", [vocabSize]),
    encoder: layers(config.encoderLayers, (index) => {
      const name = `encoder.layers.${index}`, inSize = index === 0 ? embeddingSize : context;
      return {
        forward: cell(`${name}.forward`, inSize, encoderHiddenSize),
        backward: cell(`${name}.backward`, inSize, encoderHiddenSize),
      };
    }),
    bridges: layers(
      config.decoderLayers,
      (index) =>
        linear(
          `decoder.bridges.${index}`,
          decoderHiddenSize,
          attends ? encoderHiddenSize : context,
        ),
    ),
    decoder: layers(config.decoderLayers, (index) =>
      cell(
        `decoder.layers.${index}`,
        index === 0 ? embeddingSize + context : decoderHiddenSize,
        decoderHiddenSize,
      )),
    ...(attends && { alignment: alignment() }),
    output: linear("output", 2 * embeddingSize, decoderHiddenSize + context + embeddingSize),
  };
}

/**
 * Fresh weights: recurrent layers uniform within `1 / sqrt(hidden)` as PyTorch's, other projections
 * Glorot uniform, embeddings normal with deviation `1 / sqrt(embedding)`, biases zero (an LSTM's
 * forget gate one, Jozefowicz et al. 2015).
 *
 * @param config Sizes of the model.
 * @param options The seed; the same seed gives the same weights on every device.
 * @returns A source for {@linkcode buildRnnWeights}.
 *
 * @example
 * ```ts
 * import { defaultRnnConfig } from "@heed/seq2seq";
 * import { freshRnnWeights } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const source = freshRnnWeights(defaultRnnConfig({ vocabSize: 8 }), { seed: 1 });
 * assertEquals(source("attention.v", [4]).shape, [4]);
 * ```
 */
export function freshRnnWeights(
  { cell }: Pick<RnnConfig, "cell">,
  { seed }: { seed: number },
): WeightSource {
  return (name, shape) => {
    const own = deriveSeed(seed, name), rows = shape[0];
    if (name === "shared.weight") return normal(shape, { seed: own, std: shape[1] ** -0.5 });
    if (name === "attention.v") return normal(shape, { seed: own, std: rows ** -0.5 });
    if (/weight_(ih|hh)$/.test(name)) {
      const limit = Math.sqrt(UNITS[cell] / rows);
      const range = { seed: own, low: -limit, high: limit };
      return tf.tensor(randomUniform(rows * shape[1], range), shape);
    }
    if (name.endsWith("bias_ih") && cell === "lstm") {
      const hidden = rows / 4;
      return tf.tensor(
        Float32Array.from({ length: rows }, (_, i) => i / hidden >> 0 === 1 ? 1 : 0),
      );
    }
    if (/bias(_ih|_hh)?$/.test(name)) return tf.zeros(shape);
    return xavierUniform([rows, shape[1]], { seed: own });
  };
}
