import * as tf from "@tensorflow/tfjs";
import type { KeyValueCache } from "@heed/attention";
import { deriveSeed, dropout, embedding, linear } from "@heed/nn";
import { addPositions } from "@heed/positional";
import { decoder, encoder, type TransformerLayerOptions } from "@heed/transformer";
import type { Seq2SeqConfig } from "./config.ts";
import type { Seq2SeqWeights } from "./weights.ts";

/** Options of {@linkcode encode}. */
export interface EncodeOptions {
  /** Sizes of the model. */
  readonly config: Seq2SeqConfig;
  /** `[batch, source_len]` float32, 1 = token, 0 = padding; default: no padding. */
  readonly attentionMask?: tf.Tensor;
  /** Return the self-attention of every layer; default false. */
  readonly outputAttentions?: boolean;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
}

/** Result of {@linkcode encode}; every tensor is owned by the caller. */
export interface EncodeResult {
  /** `[batch, source_len, hidden]` */
  readonly lastHiddenState: tf.Tensor;
  /** One `[batch, heads, source_len, source_len]` for each layer when asked for. */
  readonly attentions?: readonly tf.Tensor[];
}

/**
 * Source ids -> the encoder's hidden states.
 *
 * @param weights The model's weights.
 * @param inputIds `[batch, source_len]` int32, padded on the right.
 * @param options Config, mask, dropout.
 * @returns Hidden states of the last layer, and attention weights on request.
 * @throws {RangeError} When the source is longer than the table of positions.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { freshWeights } from "@heed/nn";
 * import { buildSeq2SeqWeights, encode } from "@heed/seq2seq/layers";
 * import { defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 8, hiddenSize: 8 });
 * const weights = buildSeq2SeqWeights(config, freshWeights({ seed: 1 }));
 * const { lastHiddenState } = encode(weights, tf.tensor2d([[1, 2, 0]], [1, 3], "int32"), { config });
 * assertEquals(lastHiddenState.shape, [1, 3, 8]);
 * ```
 */
export function encode(
  weights: Seq2SeqWeights,
  inputIds: tf.Tensor,
  { config, attentionMask, outputAttentions = false, dropoutSeed }: EncodeOptions,
): EncodeResult {
  const seed = dropoutSeed === undefined ? undefined : deriveSeed(dropoutSeed, "encoder");
  const embedded = embedTokens(weights, inputIds, { config, seed });
  const result = encoder(weights.encoder, embedded, {
    ...layerOptions(config, { numHeads: config.encoderAttentionHeads, seed }),
    attentionMask,
    outputAttentions,
  });
  embedded.dispose();
  return result;
}

/** Options of {@linkcode decode}. */
export interface DecodeOptions {
  /** Sizes of the model. */
  readonly config: Seq2SeqConfig;
  /** Keys and values of the source, one for each layer, from `projectMemory`. */
  readonly memory: readonly KeyValueCache[];
  /** `[batch, source_len]` float32, 1 = token, 0 = padding; default: no padding. */
  readonly memoryMask?: tf.Tensor;
  /** Caches of the target so far; default none. Stay the caller's. */
  readonly past?: readonly KeyValueCache[];
  /** Return the attention weights of every layer; default false. */
  readonly outputAttentions?: boolean;
  /** Set while training: switches dropout on, with masks from this seed. */
  readonly dropoutSeed?: number;
}

/** Result of {@linkcode decode}; every tensor is owned by the caller. */
export interface DecodeResult {
  /** `[batch * target_len, vocab]` */
  readonly logits: tf.Tensor;
  /** Caches for the next step, one for each layer. */
  readonly cache: readonly KeyValueCache[];
  /** One `[batch, heads, target_len, source_len]` for each layer when asked for. */
  readonly crossAttentions?: readonly tf.Tensor[];
  /** One `[batch, heads, target_len, past_len + target_len]` for each layer when asked for. */
  readonly selfAttentions?: readonly tf.Tensor[];
}

/**
 * Target ids -> logits of the token after each of them: a whole target at once, or the newest
 * token after `past`.
 *
 * @param weights The model's weights.
 * @param decoderInputIds `[batch, target_len]` int32.
 * @param options Config, memory, past, dropout.
 * @returns Logits and caches, and attention weights on request.
 * @throws {RangeError} When the target is longer than the table of positions.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { freshWeights } from "@heed/nn";
 * import { buildSeq2SeqWeights, decode, encode } from "@heed/seq2seq/layers";
 * import { defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { projectMemory } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 8, hiddenSize: 8 });
 * const weights = buildSeq2SeqWeights(config, freshWeights({ seed: 1 }));
 * const source = tf.tensor2d([[1, 2, 0]], [1, 3], "int32");
 * const memory = projectMemory(weights.decoder, encode(weights, source, { config }).lastHiddenState);
 * const start = tf.tensor2d([[config.decoderStartTokenId]], [1, 1], "int32");
 * assertEquals(decode(weights, start, { config, memory }).logits.shape, [1, 8]);
 * ```
 */
export function decode(
  weights: Seq2SeqWeights,
  decoderInputIds: tf.Tensor,
  { config, memory, memoryMask, past, outputAttentions = false, dropoutSeed }: DecodeOptions,
): DecodeResult {
  const seed = dropoutSeed === undefined ? undefined : deriveSeed(dropoutSeed, "decoder");
  const offset = past?.[0].key.shape[1] ?? 0;
  const embedded = embedTokens(weights, decoderInputIds, { config, seed, offset });
  const { lastHiddenState, ...rest } = decoder(weights.decoder, embedded, {
    ...layerOptions(config, { numHeads: config.decoderAttentionHeads, seed }),
    memory,
    memoryMask,
    past,
    outputAttentions,
  });
  embedded.dispose();
  const rows = tf.reshape(lastHiddenState, [-1, config.hiddenSize]); // [batch * target_len, hidden]
  const bias = tf.reshape(weights.finalLogitsBias, [config.vocabSize]);
  const logits = linear({ weight: weights.output, bias }, rows);
  tf.dispose([lastHiddenState, rows, bias]);
  return { logits, ...rest };
}

/** Embeds, scales, adds positions, drops out: `[batch, seq_len]` -> `[batch, seq_len, hidden]`. */
function embedTokens(
  weights: Seq2SeqWeights,
  ids: tf.Tensor,
  { config, seed, offset = 0 }: { config: Seq2SeqConfig; seed?: number; offset?: number },
): tf.Tensor {
  return tf.tidy(() => {
    const scale = config.scaleEmbedding ? Math.sqrt(config.hiddenSize) : 1;
    const embedded = embedding({ weight: weights.shared }, ids, { scale });
    const placed = addPositions(embedded, { table: weights.positions, offset });
    return seed === undefined || config.dropout === 0
      ? placed
      : dropout(placed, { rate: config.dropout, seed: deriveSeed(seed, "embedding") });
  });
}

function layerOptions(
  config: Seq2SeqConfig,
  { numHeads, seed }: { numHeads: number; seed: number | undefined },
): TransformerLayerOptions {
  return {
    numHeads,
    activation: config.activationFunction,
    dropout: seed === undefined ? undefined : {
      hidden: config.dropout,
      attention: config.attentionDropout,
      activation: config.activationDropout,
      seed,
    },
  };
}
