import * as tf from "@tensorflow/tfjs";
import { type Activation, deriveSeed, dropout, embedding, layerNorm, linear } from "@heed/nn";
import { addPositions } from "@heed/positional";
import type { EncoderConfig } from "@heed/model";
import { encoderLayer } from "@heed/transformer";
import { sparseTokens } from "./sparse_tokens.ts";
import type { TokenTensors } from "./token_tensors.ts";
import type { EncoderWeights, HeadWeights } from "./weights.ts";

/** Options of {@linkcode encodeTokens}. */
export interface EncodeTokensOptions {
  /** Sizes, and the rates of dropout. */
  readonly config: EncoderConfig;
  /** Return the embeddings and the states of every layer, too; default false. */
  readonly outputHiddenStates?: boolean;
  /** Return the attention weights of every layer, too; default false. */
  readonly outputAttentions?: boolean;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
  /** Draw BigBird's random blocks; default while training. */
  readonly drawBlocks?: boolean;
}

/** Result of {@linkcode encodeTokens}; every tensor is owned by the caller. */
export interface EncodedTokens {
  /** `[batch, seq_len, hidden]` */
  readonly lastHiddenState: tf.Tensor;
  /** The embeddings, and what each layer made of them, each `[batch, seq_len, hidden]`, when asked for. */
  readonly hiddenStates?: readonly tf.Tensor[];
  /** One `[batch, heads, seq_len, seq_len]` for each layer when asked for. */
  readonly attentions?: readonly tf.Tensor[];
}

/**
 * Token ids -> hidden states.
 *
 * @param weights The model's weights.
 * @param tokens Padded texts.
 * @param options Config, what is returned, dropout.
 * @returns States of the last layer, and others on request.
 * @throws {RangeError} When a text is longer than the table of positions.
 *
 * @example
 * ```ts
 * import { loadBert } from "@heed/bert";
 * import { encodeTokens, tokenTensors } from "@heed/bert/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadBert("testdata/bert/bert/model", { device: "wasm" });
 * const { config, weights } = model;
 * const tokens = tokenTensors([[0, 7, 2], [0, 2]], { padTokenId: 1, hasTypes: true });
 * const { hiddenStates } = encodeTokens(weights, tokens, { config, outputHiddenStates: true });
 * assertEquals(hiddenStates?.map(({ shape }) => shape), [[2, 3, 20], [2, 3, 20], [2, 3, 20]]);
 * ```
 */
export function encodeTokens(
  weights: EncoderWeights,
  tokens: TokenTensors,
  {
    config,
    outputHiddenStates = false,
    outputAttentions = false,
    dropoutSeed,
    drawBlocks = dropoutSeed !== undefined,
  }: EncodeTokensOptions,
): EncodedTokens {
  return tf.tidy(() => {
    const { hiddenDropout, attentionDropout, layerNormEps, numHeads } = config;
    const seed = (...place: (string | number)[]) => deriveSeed(dropoutSeed!, ...place);
    const { tokens: filled, patternOf } = sparseTokens(tokens, { config, drawn: drawBlocks });
    const [, length] = tokens.inputIds.shape, isFilled = filled !== tokens;
    const cut = (x: tf.Tensor) => isFilled ? tf.slice(x, [0, 0, 0], [-1, length!, -1]) : x;
    const cutMap = (x: tf.Tensor) =>
      isFilled ? tf.slice(x, [0, 0, 0, 0], [-1, -1, length!, length!]) : x;
    let states = embedTokens(weights, filled, config);
    if (dropoutSeed !== undefined) {
      states = dropout(states, { rate: hiddenDropout, seed: seed("embedding") });
    }
    const hiddenStates = [cut(states)], attentions: tf.Tensor[] = [];
    weights.layers.forEach((layer, index) => {
      const result = encoderLayer(layer, states, {
        numHeads,
        activation: activationOf(config),
        layerNormEps,
        outputAttentions,
        attentionMask: filled.attentionMask,
        pattern: patternOf(index),
        dropout: dropoutSeed === undefined
          ? undefined
          : { hidden: hiddenDropout, attention: attentionDropout, seed: seed("layer", index) },
      });
      states = result.hiddenStates;
      if (outputHiddenStates) hiddenStates.push(cut(states));
      if (result.attention) attentions.push(cutMap(result.attention));
    });
    states = cut(states);
    return {
      // A copy where it is given twice: each is the caller's to release.
      lastHiddenState: outputHiddenStates ? tf.clone(states) : states,
      hiddenStates: (outputHiddenStates ? hiddenStates : undefined) as tf.Tensor[],
      attentions: (outputAttentions ? attentions : undefined) as tf.Tensor[],
    };
  });
}

/** Sum of a row of each table, normalised. */
function embedTokens(
  { tokens, positions, types, embeddingNorm }: EncoderWeights,
  { inputIds, tokenTypeIds }: TokenTensors,
  { positionOffset: offset, layerNormEps: eps }: EncoderConfig,
): tf.Tensor {
  let embedded = embedding({ weight: tokens }, inputIds);
  if (types && tokenTypeIds) {
    embedded = tf.add(embedded, embedding({ weight: types }, tokenTypeIds));
  }
  return layerNorm(embeddingNorm, addPositions(embedded, { table: positions, offset }), { eps });
}

function activationOf({ activation }: EncoderConfig): Activation {
  if (activation !== "none") return activation;
  throw new RangeError("Cannot run an encoder without an activation");
}

/** Options of {@linkcode headLogits}. */
export interface HeadLogitsOptions {
  /** Sizes, and the rates of dropout. */
  readonly config: EncoderConfig;
  /** Rows of the states, as `batch * seq_len + place`, of heads that read all tokens; default all. */
  readonly rows?: Int32Array;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
}

/**
 * Hidden states -> what a head says of them.
 *
 * @param head Weights of the head.
 * @param states `[batch, seq_len, hidden]`
 * @param options Config, which tokens, dropout.
 * @returns Logits `[batch, outputs]` of a head that reads the first token, else `[rows, outputs]`; the caller's.
 *
 * @example
 * ```ts
 * import { loadBert } from "@heed/bert";
 * import { encodeTokens, headLogits, tokenTensors } from "@heed/bert/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadBert("testdata/bert/bert/masked-lm", { device: "wasm" });
 * const { config, weights } = model;
 * const tokens = tokenTensors([[0, 7, 2]], { padTokenId: 1, hasTypes: true });
 * const { lastHiddenState } = encodeTokens(weights, tokens, { config });
 * const rows = Int32Array.of(1); // of the second token
 * const logits = headLogits(weights.heads[0], lastHiddenState, { config, rows });
 * assertEquals(logits.shape, [1, config.vocabSize]);
 * ```
 */
export function headLogits(
  head: HeadWeights,
  states: tf.Tensor,
  { config, rows, dropoutSeed }: HeadLogitsOptions,
): tf.Tensor {
  return tf.tidy(() => {
    const [batch, , hidden] = states.shape;
    let picked = head.reads === "first"
      ? tf.reshape(tf.slice(states, [0, 0, 0], [batch, 1, hidden]), [batch, hidden])
      : tf.reshape(states, [-1, hidden]);
    // As a lookup, whose gradient every device has.
    if (rows && head.reads === "tokens") {
      picked = embedding({ weight: picked }, tf.tensor1d(rows, "int32"));
    }
    const drops = head.task.endsWith("-classification") && dropoutSeed !== undefined;
    const drop = (input: tf.Tensor, place: string) =>
      drops
        ? dropout(input, {
          rate: config.classifierDropout,
          seed: deriveSeed(dropoutSeed!, "head", place),
        })
        : input;
    if (head.dense) {
      // The classifiers of RoBERTa and BigBird drop out what they read as well.
      const twice = config.modelType !== "bert" && config.modelType !== "distilbert";
      const { activation } = head;
      const read = picked;
      picked = linear(head.dense, twice ? drop(picked, "dense") : picked, { activation });
      if (head.down) picked = tf.add(linear(head.down, picked), read);
      if (head.norm) picked = layerNorm(head.norm, picked, { eps: config.layerNormEps });
    }
    return linear(head.output, drop(picked, "output"));
  });
}
