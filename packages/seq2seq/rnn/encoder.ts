import * as tf from "@tensorflow/tfjs";
import { deriveSeed, dropout, embedding, gru, lstm } from "@heed/nn";
import type { RnnConfig } from "../config.ts";
import type { CellWeights, RnnWeights } from "./weights.ts";

/** Options of {@linkcode encodeRnn}. */
export interface RnnEncodeOptions {
  /** Sizes of the model. */
  readonly config: RnnConfig;
  /** `[batch, source_len]` float32, 1 = token, 0 = padding; default: no padding. */
  readonly attentionMask?: tf.Tensor;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
}

/** Result of {@linkcode encodeRnn}; every tensor is owned by the caller. */
export interface RnnEncodeResult {
  /**
   * States of both directions side by side, `[batch, source_len, 2 * encoder_hidden]`: the
   * annotations h_j of Bahdanau et al. 2015, section 3.2.
   */
  readonly states: tf.Tensor;
  /** What each direction knows at its end, forward first: `[batch, 2 * encoder_hidden]`. */
  readonly summary: tf.Tensor;
}

/**
 * Source ids -> the states of a bidirectional recurrent encoder (Bahdanau et al. 2015, appendix
 * A.2.1). Padding never matters: forward states end at a row's last token, backward ones begin there.
 *
 * @param weights The model's weights.
 * @param inputIds `[batch, source_len]` int32, padded on the right.
 * @param options Config, mask, dropout.
 * @returns States and summary.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { defaultRnnConfig } from "@heed/seq2seq";
 * import { freshWeights } from "@heed/nn";
 * import { buildRnnWeights, encodeRnn } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultRnnConfig({ vocabSize: 8, encoderHiddenSize: 5 });
 * const weights = buildRnnWeights(config, freshWeights({ seed: 1 }));
 * const { states } = encodeRnn(weights, tf.tensor2d([[1, 2, 0]], [1, 3], "int32"), { config });
 * assertEquals(states.shape, [1, 3, 10]);
 * ```
 */
export function encodeRnn(
  weights: RnnWeights,
  inputIds: tf.Tensor,
  { config, attentionMask, dropoutSeed }: RnnEncodeOptions,
): RnnEncodeResult {
  const seed = dropoutSeed === undefined ? undefined : deriveSeed(dropoutSeed, "encoder");
  const [batch, length] = inputIds.shape;
  return tf.tidy(() => {
    let states = embedRnnTokens(weights, inputIds, { config, seed });
    let ends: tf.Tensor[] = [];
    weights.encoder.forEach((layer, index) => {
      if (index > 0) states = dropRnnStates(states, { config, seed, name: `layer ${index}` });
      const forward = recur(layer.forward, states, { config, mask: attentionMask });
      const backward = recur(layer.backward, states, {
        ...{ config, mask: attentionMask, reverse: true },
      });
      const width = config.encoderHiddenSize;
      ends = [
        tf.slice(forward, [0, length! - 1, 0], [batch, 1, width]),
        tf.slice(backward, [0, 0, 0], [batch, 1, width]),
      ];
      states = tf.concat([forward, backward], -1);
    });
    return { states, summary: tf.squeeze(tf.concat(ends, -1), [1]) };
  });
}

/** All states of a layer of the config's cells. */
function recur(
  weights: CellWeights,
  input: tf.Tensor,
  { config, mask, reverse = false }: { config: RnnConfig; mask?: tf.Tensor; reverse?: boolean },
): tf.Tensor {
  const options = { reverse, mask };
  if (config.cell === "gru") return gru(weights, input, options);
  return lstm(weights, input, options).hidden;
}

/** Embeds, scales to unit variance, drops out: `[batch, len]` -> `[batch, len, embedding]`. */
export function embedRnnTokens(
  weights: RnnWeights,
  ids: tf.Tensor,
  { config, seed }: { config: RnnConfig; seed: number | undefined },
): tf.Tensor {
  const scale = Math.sqrt(config.embeddingSize);
  const embedded = embedding({ weight: weights.shared }, ids, { scale });
  return dropRnnStates(embedded, { config, seed, name: "embedding" });
}

/** Dropout between layers (Zaremba et al. 2014), never from step to step; none without a seed. */
export function dropRnnStates(
  states: tf.Tensor,
  { config, seed, name }: { config: RnnConfig; seed: number | undefined; name: string },
): tf.Tensor {
  if (seed === undefined || config.dropout === 0) return states;
  return dropout(states, { rate: config.dropout, seed: deriveSeed(seed, name) });
}
