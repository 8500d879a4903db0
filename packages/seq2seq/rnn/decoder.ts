import * as tf from "@tensorflow/tfjs";
import { attentiveGru, deriveSeed, gru, linear, lstm } from "@heed/nn";
import type { RnnConfig } from "../config.ts";
import { dropRnnStates, embedRnnTokens, type RnnEncodeResult } from "./encoder.ts";
import type { CellWeights, RnnWeights } from "./weights.ts";

/** What the decoder knows of the source; the same for every step. */
export interface RnnMemory {
  /** What `rnnsearch` compares its state with: `[batch, source_len, size]`. */
  readonly keys?: tf.Tensor;
  /** What it averages: `[batch, source_len, 2 * encoder_hidden]`. */
  readonly values?: tf.Tensor;
  /** `[batch, source_len]` float32, 1 = token; absent without padding. */
  readonly mask?: tf.Tensor;
  /** All that `rnnencdec` knows: `[batch, 2 * encoder_hidden]`. */
  readonly summary?: tf.Tensor;
}

/** States of all decoder layers: the hidden state of each, and for an LSTM its cell after it. */
export type RnnDecoderStates = readonly tf.Tensor[];

/**
 * From the encoder's result to what decoding starts from: the memory, and initial states
 * `s_0 = tanh(W_s h)`, of the backward direction's end for `rnnsearch` (Bahdanau et al. 2015, appendix
 * A.2.2), of both ends for `rnnencdec`. An LSTM's cell starts at zero.
 *
 * @param weights The model's weights.
 * @param encoded States and summary; they stay the caller's.
 * @param options Config, and the source's mask.
 * @returns Memory and states, owned by the caller.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { defaultRnnConfig } from "@heed/seq2seq";
 * import { freshWeights } from "@heed/nn";
 * import { buildRnnWeights, encodeRnn, startRnn } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultRnnConfig({ vocabSize: 8, encoderHiddenSize: 5, decoderHiddenSize: 6 });
 * const weights = buildRnnWeights(config, freshWeights({ seed: 1 }));
 * const source = tf.tensor2d([[1, 2, 0]], [1, 3], "int32");
 * const { memory, states } = startRnn(weights, encodeRnn(weights, source, { config }), { config });
 * assertEquals(memory.values?.shape, [1, 3, 2 * 5]);
 * assertEquals(states.map(({ shape }) => shape), [[1, 6]]);
 * ```
 */
export function startRnn(
  weights: RnnWeights,
  { states, summary }: RnnEncodeResult,
  { config, mask }: { config: RnnConfig; mask?: tf.Tensor },
): { memory: RnnMemory; states: RnnDecoderStates } {
  const { encoderHiddenSize, decoderHiddenSize } = config, batch = summary.shape[0];
  const attends = weights.alignment !== undefined;
  const initial = tf.tidy(() => {
    const end = attends
      ? tf.slice(summary, [0, encoderHiddenSize], [batch, encoderHiddenSize])
      : summary;
    return weights.bridges.flatMap((bridge) => {
      const hidden = linear(bridge, end, { activation: "tanh" });
      return config.cell === "gru" ? [hidden] : [hidden, tf.zeros([batch, decoderHiddenSize])];
    });
  });
  if (!attends) return { memory: { summary: tf.clone(summary) }, states: initial };
  const { key } = weights.alignment!;
  const memory = {
    keys: key ? linear({ weight: key }, states) : tf.clone(states),
    values: tf.clone(states),
    mask: mask && tf.clone(mask),
  };
  return { memory, states: initial };
}

/** Options of {@linkcode decodeRnn}. */
export interface RnnDecodeOptions {
  /** Sizes of the model. */
  readonly config: RnnConfig;
  /** From {@linkcode startRnn}. */
  readonly memory: RnnMemory;
  /** States after all earlier tokens; stay the caller's. */
  readonly states: RnnDecoderStates;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
}

/** Result of {@linkcode decodeRnn}; every tensor is owned by the caller. */
export interface RnnDecodeResult {
  /** `[batch * target_len, vocab]` */
  readonly logits: tf.Tensor;
  /** States after the last token. */
  readonly states: RnnDecoderStates;
  /** `[batch, target_len, source_len]` of `rnnsearch`: how each target token attended. */
  readonly attention?: tf.Tensor;
}

/**
 * Target ids -> logits of the token after each of them: a whole target at once, or the newest token.
 *
 * The first layer reads the embedding and a context: of `rnnsearch` what attention found
 * (Bahdanau et al. 2015, appendix A.2.2), of `rnnencdec` the same summary at every step (Cho et al.
 * 2014, equation 8). The output is deep, with maxout over pairs and one embedding table as output
 * matrix. What differs from Bahdanau's equations:
 *
 * - the reset gate applies after the product with the old state, as in cuDNN and PyTorch, and z and
 *   1 - z change places;
 * - the deep output sees the state after the step instead of the one before it, s_i instead of
 *   s_(i-1): what equation 4 conditions on;
 * - maxout pairs unit j with unit j + size, not neighbours: the same up to the order of rows;
 * - embeddings are shared by source, target and output, as in the Transformer beside it.
 *
 * @param weights The model's weights.
 * @param decoderInputIds `[batch, target_len]` int32.
 * @param options Config, memory, states, dropout.
 * @returns Logits, states, attention.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { defaultRnnConfig } from "@heed/seq2seq";
 * import { freshWeights } from "@heed/nn";
 * import { buildRnnWeights, decodeRnn, encodeRnn, startRnn } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultRnnConfig({ vocabSize: 8, encoderHiddenSize: 5, decoderHiddenSize: 6 });
 * const weights = buildRnnWeights(config, freshWeights({ seed: 1 }));
 * const source = tf.tensor2d([[1, 2, 0]], [1, 3], "int32");
 * const start = startRnn(weights, encodeRnn(weights, source, { config }), { config });
 * const target = tf.tensor2d([[config.decoderStartTokenId, 4]], [1, 2], "int32");
 * const { logits, attention } = decodeRnn(weights, target, { config, ...start });
 * assertEquals(logits.shape, [1 * 2, 8]);
 * assertEquals(attention?.shape, [1, 2, 3]);
 * ```
 */
export function decodeRnn(
  weights: RnnWeights,
  decoderInputIds: tf.Tensor,
  { config, memory, states: past, dropoutSeed }: RnnDecodeOptions,
): RnnDecodeResult {
  const seed = dropoutSeed === undefined ? undefined : deriveSeed(dropoutSeed, "decoder");
  const result = tf.tidy(() => {
    const embedded = embedRnnTokens(weights, decoderInputIds, { config, seed });
    const first = weights.alignment
      ? attend(weights, embedded, { config, memory, past })
      : unroll(weights, embedded, { config, memory, past });
    let { top } = first;
    const states = [...first.states];
    const parts = config.cell === "gru" ? 1 : 2;
    for (let layer = 1; layer < weights.decoder.length; layer++) {
      const input = dropRnnStates(top, { config, seed, name: `layer ${layer}` });
      const old = past.slice(layer * parts, (layer + 1) * parts);
      const next = recur(weights.decoder[layer], input, { config, past: old });
      top = next.top;
      states.push(...next.states);
    }
    // t = maxout(U_o s + V_o E y + C_o c), the three products as one
    const deep = linear(weights.output, tf.concat([top, first.context, embedded], -1));
    const [left, right] = tf.split(deep, 2, -1);
    const t = dropRnnStates(tf.maximum(left, right), { config, seed, name: "output" });
    const rows = tf.reshape(t, [-1, config.embeddingSize]); // [batch * target_len, embedding]
    const logits = linear({ weight: weights.shared, bias: weights.finalLogitsBias }, rows);
    return { logits, states, attention: first.attention ? [first.attention] : [] };
  });
  const { attention: [attention], ...rest } = result;
  return attention ? { ...rest, attention } : rest;
}

/** A layer's states over time, its last state, and what it read beside the embedding. */
interface Unrolled {
  /** `[batch, target_len, decoder_hidden]` */
  readonly top: tf.Tensor;
  readonly states: tf.Tensor[];
}

interface FirstLayer extends Unrolled {
  /** `[batch, target_len, 2 * encoder_hidden]` */
  readonly context: tf.Tensor;
  readonly attention?: tf.Tensor;
}

interface FirstLayerOptions {
  readonly config: RnnConfig;
  readonly memory: RnnMemory;
  readonly past: RnnDecoderStates;
}

function attend(
  weights: RnnWeights,
  embedded: tf.Tensor,
  { config, memory, past }: FirstLayerOptions,
): FirstLayer {
  const { keys, values, mask } = memory;
  const cell = { ...weights.decoder[0], additive: weights.alignment!.additive };
  const { output, weights: attention } = attentiveGru(cell, embedded, {
    initialState: past[0],
    keys: keys!,
    values: values!,
    mask,
  });
  const [top, context] = tf.split(
    output,
    [config.decoderHiddenSize, 2 * config.encoderHiddenSize],
    -1,
  );
  return { top, context, states: [lastStep(top)], attention };
}

function unroll(
  weights: RnnWeights,
  embedded: tf.Tensor,
  { config, memory, past }: FirstLayerOptions,
): FirstLayer {
  const summary = tf.expandDims(memory.summary!, 1);
  const context = tf.mul(summary, tf.ones([1, embedded.shape[1]!, 1])); // the same at every step
  const input = tf.concat([embedded, context], -1);
  const parts = past.slice(0, config.cell === "gru" ? 1 : 2);
  return { ...recur(weights.decoder[0], input, { config, past: parts }), context };
}

function recur(
  weights: CellWeights,
  input: tf.Tensor,
  { config, past }: { config: RnnConfig; past: RnnDecoderStates },
): Unrolled {
  if (config.cell === "gru") {
    const top = gru(weights, input, { initialState: past[0] });
    return { top, states: [lastStep(top)] };
  }
  const { hidden, cell } = lstm(weights, input, {
    initialState: { hidden: past[0], cell: past[1] },
  });
  return { top: hidden, states: [lastStep(hidden), lastStep(cell)] };
}

function lastStep(states: tf.Tensor): tf.Tensor {
  const [batch, length, width] = states.shape;
  return tf.squeeze(tf.slice(states, [0, length! - 1, 0], [batch, 1, width!]), [1]);
}
