import * as tf from "@tensorflow/tfjs";
import { attentionCore, embedding, linear } from "@heed/nn";
import type { MultiHeadAttentionResult, MultiHeadAttentionWeights } from "./multi_head.ts";

/** Which blocks of a text see which; `sparseBlocks` and `drawRandomBlocks` of `@heed/model` choose them. */
export interface BlockPattern {
  /** Tokens of a block. */
  readonly blockSize: number;
  /** Other blocks that each but the first and the last one sees `[heads * (blocks - 2) * count]`. */
  readonly randomBlocks: Int32Array;
}

/** Options of {@linkcode blockSparseAttention}. */
export interface BlockSparseAttentionOptions {
  /** Number of heads. */
  readonly numHeads: number;
  /** Which blocks see which. */
  readonly pattern: BlockPattern;
  /** `[batch, seq_len]` float32, 1 = attend, 0 = hide; default: every key may be seen. */
  readonly attentionMask?: tf.Tensor | undefined;
  /** Return the attention weights, which are as many as those of full attention; default false. */
  readonly outputAttentions?: boolean;
}

/**
 * Multi-head attention of BigBird (Zaheer et al. 2020): a text is cut into blocks. The first and the last one see all
 * and are seen by all; the others see themselves, their neighbours and some more. Its cost grows with the length, not
 * with its square.
 *
 * @param weights The layer's weights.
 * @param states `[batch, seq_len, hidden]`, at least six whole blocks.
 * @param options Heads, blocks, mask.
 * @returns `[batch, seq_len, hidden]`, and the weights `[batch, heads, seq_len, seq_len]` when asked for.
 * @throws {RangeError} When the length is not that of the pattern.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { blockSparseAttention, initMultiHeadAttentionWeights } from "@heed/attention";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = initMultiHeadAttentionWeights({ hiddenSize: 4, numHeads: 1 }, { seed: 1 });
 * // Eight blocks of two tokens; the second one sees the sixth, the third the seventh, ...
 * const pattern = { blockSize: 2, randomBlocks: Int32Array.of(5, 6, 1, 1, 2, 3) };
 * const { output } = blockSparseAttention(weights, tf.ones([1, 16, 4]), { numHeads: 1, pattern });
 * assertEquals(output.shape, [1, 16, 4]);
 * ```
 */
export function blockSparseAttention(
  weights: MultiHeadAttentionWeights,
  states: tf.Tensor,
  { numHeads: heads, pattern, attentionMask, outputAttentions = false }:
    BlockSparseAttentionOptions,
): Pick<MultiHeadAttentionResult, "output"> & Partial<MultiHeadAttentionResult> {
  const [batch, length] = states.shape as [number, number, number];
  const { blockSize, randomBlocks } = pattern, blocks = length / blockSize;
  const count = randomBlocks.length / (heads * (blocks - 2));
  if (!Number.isInteger(blocks) || blocks < 6 || !Number.isInteger(count)) {
    throw new RangeError(
      `Cannot attend in blocks: ${length} tokens are not what ${randomBlocks.length} random ` +
        `blocks of ${blockSize} tokens for ${heads} heads were chosen for`,
    );
  }
  return tf.tidy(() => {
    const [query, key, value] = [weights.query, weights.key, weights.value]
      .map((projection) => linear(projection, states));
    const hidden = query.shape[2]!, headDim = hidden / heads;
    const edge = (at: number) => tf.slice(query, [0, at, 0], [batch, blockSize, hidden]);
    const global = attentionCore(tf.concat([edge(0), edge(length - blockSize)], 1), key, value, {
      heads,
      mask: attentionMask,
    });

    // A row for each block of a head: what a query sees are whole rows.
    const rowsOf = (x: tf.Tensor) =>
      tf.reshape(
        tf.transpose(tf.reshape(x, [batch, length, heads, headDim]), [0, 2, 1, 3]),
        [batch * heads * blocks, blockSize * headDim],
      );
    const seen = seenBlocks({ heads, blocks, count, randomBlocks });
    const rows = batch * heads * (blocks - 2), width = 5 + count;
    const ids = (stride: number) => {
      const all = new Int32Array(rows * width);
      for (let text = 0; text < batch; text++) {
        seen.forEach((block, i) => {
          const head = Math.floor(i / (width * (blocks - 2)));
          all[text * seen.length + i] = (text * stride + (stride > 1 ? head : 0)) * blocks +
            Math.max(block, 0);
        });
      }
      return tf.tensor(all, [rows, width], "int32");
    };
    const ofHeads = ids(heads);
    const gather = (x: tf.Tensor) =>
      tf.reshape(embedding({ weight: rowsOf(x) }, ofHeads), [rows, width * blockSize, headDim]);
    const asked = tf.reshape(
      tf.slice(
        tf.reshape(rowsOf(query), [batch * heads, blocks, blockSize * headDim]),
        [0, 1, 0],
        [batch * heads, blocks - 2, blockSize * headDim],
      ),
      [rows, blockSize, headDim],
    );
    const local = attentionCore(asked, gather(key), gather(value), {
      heads: 1,
      mask: visible({ seen, rows, width, blockSize, attentionMask, ids: () => ids(1), blocks }),
    });
    const middle = tf.reshape(
      tf.transpose(
        tf.reshape(local.context, [batch, heads, length - 2 * blockSize, headDim]),
        [0, 2, 1, 3],
      ),
      [batch, length - 2 * blockSize, hidden],
    );
    const ends = tf.split(global.context, 2, 1);
    const output = linear(weights.output, tf.concat([ends[0], middle, ends[1]], 1));
    if (!outputAttentions) return { output };
    // [rows, q_block, width, k_block] -> [rows, q_block * k_block, width] x [rows, width, blocks]
    const turned = tf.reshape(
      tf.transpose(
        tf.reshape(local.probabilities, [rows, blockSize, width, blockSize]),
        [0, 1, 3, 2],
      ),
      [rows, blockSize * blockSize, width],
    );
    const places = tf.tensor(placesOf(seen, blocks), [seen.length / width, width, blocks]);
    const summed = tf.matMul(turned, tf.tile(places, [batch, 1, 1]));
    const spread = tf.reshape(
      tf.transpose(
        tf.reshape(summed, [rows, blockSize, blockSize, blocks]),
        [0, 1, 3, 2],
      ),
      [batch, heads, length - 2 * blockSize, length],
    );
    const [first, last] = tf.split(global.probabilities, 2, 2);
    return { output, weights: tf.concat([first, spread, last], 2) };
  });
}

/**
 * Blocks that each but the first and the last one sees `[heads * (blocks - 2) * (5 + count)]`; -1 where there is none:
 * the second one has the first, the second to last the last one as a neighbour already.
 */
function seenBlocks({ heads, blocks, count, randomBlocks }: {
  heads: number;
  blocks: number;
  count: number;
  randomBlocks: Int32Array;
}): Int32Array {
  const seen: number[] = [];
  for (let head = 0, at = 0; head < heads; head++) {
    for (let block = 1; block < blocks - 1; block++, at += count) {
      seen.push(
        block === 1 ? -1 : 0,
        block - 1,
        block,
        block + 1,
        block === blocks - 2 ? -1 : blocks - 1,
        ...randomBlocks.subarray(at, at + count),
      );
    }
  }
  return Int32Array.from(seen);
}

/** Which keys of those that were gathered may be seen `[rows, width * block_size]`. */
function visible({ seen, rows, width, blockSize, attentionMask, ids, blocks }: {
  seen: Int32Array;
  rows: number;
  width: number;
  blockSize: number;
  attentionMask: tf.Tensor | undefined;
  ids: () => tf.Tensor;
  blocks: number;
}): tf.Tensor {
  const exists = new Float32Array(rows * width * blockSize).fill(1);
  for (let i = 0; i < rows * width; i++) {
    if (seen[i % seen.length] < 0) exists.fill(0, i * blockSize, (i + 1) * blockSize);
  }
  const mask = tf.tensor(exists, [rows, width * blockSize]);
  if (!attentionMask) return mask;
  const inBlocks = tf.reshape(attentionMask, [-1, blockSize]);
  if (inBlocks.shape[0] % blocks !== 0) {
    throw new TypeError(`Cannot attend in blocks: the mask is [${attentionMask.shape}]`);
  }
  return tf.mul(mask, tf.reshape(embedding({ weight: inBlocks }, ids()), mask.shape));
}

/** One where a place of a row stands for a block `[seen, blocks]`. */
function placesOf(seen: Int32Array, blocks: number): Float32Array {
  const places = new Float32Array(seen.length * blocks);
  seen.forEach((block, i) => block >= 0 && (places[i * blocks + block] = 1));
  return places;
}
