import * as tf from "@tensorflow/tfjs";
import type { BlockPattern } from "@heed/attention";
import { drawRandomBlocks, type EncoderConfig, sparseBlocks } from "@heed/model";
import type { TokenTensors } from "./token_tensors.ts";

/** Texts filled up to whole blocks, and which blocks see which. */
export interface SparseTokens {
  /** The texts; the padding is hidden. */
  readonly tokens: TokenTensors;
  /** Blocks of a layer, by its number; undefined where every token sees every other. */
  readonly patternOf: (layer: number) => BlockPattern | undefined;
}

/** Fills texts that BigBird's attention thins out up to whole blocks; leaves all others as they are. */
export function sparseTokens(
  tokens: TokenTensors,
  { config, drawn }: { config: EncoderConfig; drawn: boolean },
): SparseTokens {
  const { inputIds, tokenTypeIds, attentionMask } = tokens, { sparsity } = config;
  const [batch, length] = inputIds.shape as [number, number];
  const blocks = sparseBlocks(length, sparsity);
  if (!sparsity || blocks === 0) return { tokens, patternOf: () => undefined };
  const patternOf = (layer: number): BlockPattern => ({
    blockSize: sparsity.blockSize,
    randomBlocks: drawRandomBlocks(blocks, { ...config, ...sparsity, layer, drawn }),
  });
  const missing = blocks * sparsity.blockSize - length;
  if (missing === 0) return { tokens, patternOf };
  const fill = (x: tf.Tensor, value: number) =>
    tf.concat([x, tf.fill([batch, missing], value, x.dtype as "int32" | "float32")], 1);
  return {
    patternOf,
    tokens: {
      inputIds: fill(inputIds, config.padTokenId),
      tokenTypeIds: tokenTypeIds && fill(tokenTypeIds, 0),
      attentionMask: fill(attentionMask ?? tf.ones([batch, length]), 0),
    } as TokenTensors,
  };
}
