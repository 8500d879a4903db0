import {
  LAYER_BYTES, LAYER_SELF_NORM_WEIGHT, LAYER_SELF_OUT, LAYER_SELF_QKV,
  STACK_BLOCK_SIZE, STACK_CAUSAL, STACK_FINAL_NORM_WEIGHT, STACK_HEAD_DIM, STACK_HEADS, STACK_HIDDEN, STACK_LAYER,
  STACK_LAYERS, STACK_PRE_NORM, STACK_RANDOM_BLOCKS, STACK_SCALE, STACK_WIDTH,
} from "../layout";
import { attendRows } from "./attention";
import { scoreBytes } from "./attention_keys";
import { attendBlocks, blockListBytes } from "./block_sparse";
import { embed } from "./embedding";
import { feedForward, feedForwardBytes, normalise, productBytes } from "./feed_forward";
import { linear } from "./linear";

/** Sentences go through the attention together until they have so many rows. */
const GROUP: i32 = 64;

/** Bytes of `scratch` for `rows` rows, the longest sentence having `longest`. */
export function encoderScratchBytes(stack: usize, rows: i32, longest: i32): usize {
  const group = min(rows, GROUP - 1 + longest);
  const floats = 4 * load<i32>(stack, STACK_WIDTH) + load<i32>(stack, STACK_HIDDEN);
  const attention = (<usize> (group * floats) << 2) + scoreBytes(longest, load<i32>(stack, STACK_HEADS)) +
    productBytes(stack, group) +
    blockListBytes(load<i32>(stack, STACK_BLOCK_SIZE), load<i32>(stack, STACK_RANDOM_BLOCKS)) + 16;
  return max(attention, feedForwardBytes(stack, rows));
}

/**
 * A whole encoder: out [rows][hidden] of `sentences` sentences, sentence s being the rows starts[s] to
 * starts[s + 1]. `types` 0: type 0; `attentions` 0: not wanted, else [layers][rows][heads]
 * [attentionStride], zero after the last key. `sparse` 0: every token sees every other; else for each sentence the
 * address of its random blocks, i32 [layers][heads][blocks - 2][STACK_RANDOM_BLOCKS], 0 where that sees all.
 */
export function encoder(
  stack: usize, ids: usize, positions: usize, types: usize, rows: i32, starts: usize,
  sentences: i32, out: usize, attentions: usize, attentionStride: i32, sparse: usize, scratch: usize,
): void {
  if (rows <= 0) return;
  embed(stack, ids, positions, types, rows, out);
  const layers = load<i32>(stack, STACK_LAYERS);
  const maps = <usize> (rows * load<i32>(stack, STACK_HEADS) * attentionStride) << 2;
  let layer = <usize> load<u32>(stack, STACK_LAYER);
  for (let l = 0; l < layers; l++) {
    for (let first = 0; first < sentences;) {
      const start = load<i32>(starts + (<usize> first << 2));
      let next = first + 1;
      while (next < sentences && load<i32>(starts + (<usize> next << 2)) - start < GROUP) next++;
      attendGroup(
        stack, layer, starts + (<usize> first << 2), next - first, out, attentions,
        attentionStride, sparse ? sparse + (<usize> first << 2) : 0, l, scratch,
      );
      first = next;
    }
    feedForward(stack, layer, out, rows, scratch);
    layer += LAYER_BYTES;
    if (attentions) attentions += maps;
  }
  if (load<u32>(stack, STACK_FINAL_NORM_WEIGHT)) {
    normalise(stack, stack + STACK_FINAL_NORM_WEIGHT, out, out, rows);
  }
}

/** The attention sub-layer of the `sentences` sentences from `starts` on, in place. */
function attendGroup(
  stack: usize, layer: usize, starts: usize, sentences: i32, hidden: usize, attentions: usize,
  attentionStride: i32, sparse: usize, layerNumber: i32, scratch: usize,
): void {
  const first = load<i32>(starts), rows = load<i32>(starts + (<usize> sentences << 2)) - first;
  if (rows <= 0) return;
  const heads = load<i32>(stack, STACK_HEADS), headBytes = <usize> load<i32>(stack, STACK_HEAD_DIM) << 2;
  const stride = <usize> load<i32>(stack, STACK_HIDDEN) << 2, causal = load<i32>(stack, STACK_CAUSAL);
  const width = <usize> load<i32>(stack, STACK_WIDTH) << 2, scale = load<f32>(stack, STACK_SCALE);
  const preNorm = load<i32>(stack, STACK_PRE_NORM), norm = layer + LAYER_SELF_NORM_WEIGHT;
  const projected = scratch, context = projected + <usize> rows * 3 * width;
  const normal = context + <usize> rows * width, scores = normal + <usize> rows * stride;
  const x = hidden + <usize> first * stride;
  let longest = 0;
  for (let s = 0; s < sentences; s++) {
    const p = starts + (<usize> s << 2);
    longest = max(longest, load<i32>(p, 4) - load<i32>(p));
  }
  const blockSize = load<i32>(stack, STACK_BLOCK_SIZE), count = load<i32>(stack, STACK_RANDOM_BLOCKS);
  const lists = scores + scoreBytes(longest, heads);
  const products = lists + (blockListBytes(blockSize, count) + 15 & ~15);
  if (preNorm) normalise(stack, norm, x, normal, rows);
  linear(
    preNorm ? normal : x, rows, stride, load<u32>(layer, LAYER_SELF_QKV), projected, 3 * width, 0,
    products,
  );
  clearPadding(context, rows, width, <usize> heads * headBytes);
  for (let s = 0; s < sentences; s++) {
    const p = starts + (<usize> s << 2), start = load<i32>(p) - first, end = load<i32>(p, 4) - first;
    const keys = projected + <usize> start * 3 * width + width;
    const map = attentions
      ? attentions + (<usize> ((first + start) * heads * attentionStride) << 2)
      : 0;
    const random = sparse ? <usize> load<u32>(sparse + (<usize> s << 2)) : 0;
    if (random) {
      const blocks = (end - start + blockSize - 1) / blockSize;
      attendBlocks(
        projected + <usize> start * 3 * width, 3 * width, end - start, keys, width, heads,
        headBytes, scale, blockSize, count,
        random + (<usize> (layerNumber * heads * (blocks - 2) * count) << 2),
        context + <usize> start * width, width, map, attentionStride, lists, scores,
      );
      continue;
    }
    attendRows(
      projected + <usize> start * 3 * width, 3 * width, end - start, keys, 3 * width, width,
      causal ? 1 : end - start, causal, heads, headBytes, scale, context + <usize> start * width,
      width, map, attentionStride, scores,
    );
  }
  linear(context, rows, width, load<u32>(layer, LAYER_SELF_OUT), x, stride, 2, products);
  if (!preNorm) normalise(stack, norm, x, x, rows);
}

/** Zeros after the last head: they meet weights of zero, but zero times what was left there may be NaN. */
export function clearPadding(context: usize, rows: i32, width: usize, used: usize): void {
  if (used == width) return;
  for (let row = 0; row < rows; row++, context += width) {
    memory.fill(context + used, 0, width - used);
  }
}
