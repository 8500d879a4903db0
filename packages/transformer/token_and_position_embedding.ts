import type * as tf from "@tensorflow/tfjs";
import { deriveSeed, embedding, type EmbeddingWeights, normal } from "@heed/nn";
import { addPositions, initLearnedPositions } from "@heed/positional";

/** Sizes of a {@linkcode tokenAndPositionEmbedding}. */
export interface TokenAndPositionEmbeddingConfig {
  /** Number of token ids. */
  readonly vocabSize: number;
  /** Most tokens of a text. */
  readonly maxPositionEmbeddings: number;
  /** Width of the hidden states. */
  readonly hiddenSize: number;
}

/** Weights of a {@linkcode tokenAndPositionEmbedding}. */
export interface TokenAndPositionEmbeddingWeights {
  /** A row for each token. */
  readonly tokens: EmbeddingWeights;
  /** A row for each position `[positions, hidden]`. */
  readonly positions: tf.Tensor;
}

/**
 * What a token means and where it stands: the sum of a row of each table, both learned (Devlin et al. 2019, figure 2,
 * without segments).
 *
 * @param weights Both tables.
 * @param inputIds int32 `[batch, seq_len]`.
 * @param options `offset`: position of the first token, default 0.
 * @returns `[batch, seq_len, hidden]`, owned by the caller.
 * @throws {RangeError} When the text is longer than the table of positions.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import {
 *   initTokenAndPositionEmbeddingWeights,
 *   tokenAndPositionEmbedding,
 * } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { vocabSize: 10, maxPositionEmbeddings: 6, hiddenSize: 4 };
 * const weights = initTokenAndPositionEmbeddingWeights(config, { seed: 1 });
 * const inputIds = tf.tensor2d([[7, 7, 3]], [1, 3], "int32");
 * assertEquals(tokenAndPositionEmbedding(weights, inputIds).shape, [1, 3, 4]);
 * ```
 */
export function tokenAndPositionEmbedding(
  weights: TokenAndPositionEmbeddingWeights,
  inputIds: tf.Tensor,
  { offset = 0 }: { offset?: number } = {},
): tf.Tensor {
  const embedded = embedding(weights.tokens, inputIds);
  try {
    return addPositions(embedded, { table: weights.positions, offset });
  } finally {
    embedded.dispose();
  }
}

/**
 * Fresh weights: normal with a deviation of 0.02, as BERT's.
 *
 * @param config Sizes.
 * @param options The seed.
 * @returns Weights owned by the caller.
 *
 * @example
 * ```ts
 * import { initTokenAndPositionEmbeddingWeights } from "@heed/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { vocabSize: 10, maxPositionEmbeddings: 6, hiddenSize: 4 };
 * const { positions } = initTokenAndPositionEmbeddingWeights(config, { seed: 1 });
 * assertEquals(positions.shape, [6, 4]);
 * ```
 */
export function initTokenAndPositionEmbeddingWeights(
  { vocabSize, maxPositionEmbeddings: maxPositions, hiddenSize }: TokenAndPositionEmbeddingConfig,
  { seed }: { seed: number },
): TokenAndPositionEmbeddingWeights {
  const tokens = normal([vocabSize, hiddenSize], { seed: deriveSeed(seed, "tokens"), std: 0.02 });
  const positions = initLearnedPositions({ maxPositions, hiddenSize }, {
    seed: deriveSeed(seed, "positions"),
  });
  return { tokens: { weight: tokens }, positions };
}
