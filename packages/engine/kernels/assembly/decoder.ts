import {
  LAYER_BYTES, LAYER_CROSS_NORM_WEIGHT, LAYER_CROSS_OUT, LAYER_CROSS_QUERY, LAYER_SELF_NORM_WEIGHT,
  LAYER_SELF_OUT, LAYER_SELF_QKV, LAYER_SSRU, LAYER_WINDOW, STACK_FINAL_NORM_WEIGHT, STACK_HEAD_DIM, STACK_HEADS,
  STACK_HIDDEN, STACK_LAYER, STACK_LAYERS, STACK_MEMORY_STRIDE, STACK_PRE_NORM,
  STACK_RECORD_STRIDE, STACK_SCALE, STACK_WIDTH,
} from "../layout";
import { attendRecords, attendRows } from "./attention";
import { scoreBytes } from "./attention_keys";
import { embed } from "./embedding";
import { clearPadding } from "./encoder";
import { feedForward, feedForwardBytes, normalise, productBytes } from "./feed_forward";
import { linear } from "./linear";
import { ssruCell } from "./ssru";

/** Bytes of `scratch` for `tokens` tokens, none of which sees more than `longestKeys` keys. */
export function decoderScratchBytes(stack: usize, tokens: i32, longestKeys: i32): usize {
  return sublayerBytes(stack, tokens) + max(
    scoreBytes(longestKeys, load<i32>(stack, STACK_HEADS)) + productBytes(stack, tokens),
    feedForwardBytes(stack, tokens),
  );
}

/** Normalised rows, projections and contexts. */
function sublayerBytes(stack: usize, tokens: i32): usize {
  const width = load<i32>(stack, STACK_WIDTH), hidden = load<i32>(stack, STACK_HIDDEN);
  return <usize> (tokens * (hidden + max(3 * width, 2 * hidden) + width)) << 2;
}

/**
 * A step of a whole decoder: out [tokens][hidden]. `tables` u32[tokens]: the address of a list of record
 * addresses, one for each position up to the token's own, whose record is written here. Several tokens
 * of one row may be given, in ascending order. `sources` u32[tokens]: the first row of the source's keys
 * and values, `sourceLengths` i32[tokens] rows long; both unused without cross-attention. Attentions:
 * 0, or [layers][tokens][heads][attentionStride], zero after the last key.
 */
export function decoder(
  stack: usize, ids: usize, positions: usize, tables: usize, sources: usize, sourceLengths: usize,
  tokens: i32, out: usize, selfAttentions: usize, crossAttentions: usize, attentionStride: i32,
  scratch: usize,
): void {
  if (tokens <= 0) return;
  embed(stack, ids, positions, 0, tokens, out);
  const layers = load<i32>(stack, STACK_LAYERS), width = <usize> load<i32>(stack, STACK_WIDTH) << 2;
  const maps = <usize> (tokens * load<i32>(stack, STACK_HEADS) * attentionStride) << 2;
  const recordStride = <usize> load<i32>(stack, STACK_RECORD_STRIDE);
  let layer = <usize> load<u32>(stack, STACK_LAYER);
  for (let l = 0; l < layers; l++) {
    const record = <usize> l * recordStride;
    if (load<u32>(layer, LAYER_SSRU)) {
      recur(stack, layer, positions, tables, record, tokens, out, scratch);
    } else {
      attendSelf(
        stack, layer, positions, tables, record, tokens, out, selfAttentions, attentionStride,
        scratch,
      );
    }
    if (load<u32>(layer, LAYER_CROSS_QUERY)) {
      attendSource(
        stack, layer, sources, sourceLengths, <usize> l * 2 * width, tokens, out, crossAttentions,
        attentionStride, scratch,
      );
    }
    feedForward(stack, layer, out, tokens, scratch);
    layer += LAYER_BYTES;
    if (selfAttentions) selfAttentions += maps;
    if (crossAttentions) crossAttentions += maps;
  }
  if (load<u32>(stack, STACK_FINAL_NORM_WEIGHT)) {
    normalise(stack, stack + STACK_FINAL_NORM_WEIGHT, out, out, tokens);
  }
}

/** The record of position `position` of token `token`. */
// @ts-ignore: decorator
@inline
function recordOf(tables: usize, token: i32, position: i32): usize {
  return load<u32>(<usize> load<u32>(tables + (<usize> token << 2)) + (<usize> position << 2));
}

/** The self-attention sub-layer, in place. */
function attendSelf(
  stack: usize, layer: usize, positions: usize, tables: usize, record: usize, tokens: i32,
  x: usize, attentions: usize, attentionStride: i32, scratch: usize,
): void {
  const heads = load<i32>(stack, STACK_HEADS), headBytes = <usize> load<i32>(stack, STACK_HEAD_DIM) << 2;
  const stride = <usize> load<i32>(stack, STACK_HIDDEN) << 2, scale = load<f32>(stack, STACK_SCALE);
  const width = <usize> load<i32>(stack, STACK_WIDTH) << 2, row: usize = 3 * width;
  const preNorm = load<i32>(stack, STACK_PRE_NORM), norm = layer + LAYER_SELF_NORM_WEIGHT;
  const normal = scratch, projected = normal + <usize> tokens * stride;
  const context = projected + <usize> tokens * row, scores = context + <usize> tokens * width;
  const window = load<i32>(layer, LAYER_WINDOW);
  let longest = 0;
  for (let i = 0; i < tokens; i++) longest = max(longest, load<i32>(positions + (<usize> i << 2)) + 1);
  const products = scores + scoreBytes(longest, heads);
  if (preNorm) normalise(stack, norm, x, normal, tokens);
  linear(
    preNorm ? normal : x, tokens, stride, load<u32>(layer, LAYER_SELF_QKV), projected, row, 0,
    products,
  );
  for (let i = 0; i < tokens; i++) {
    const target = recordOf(tables, i, load<i32>(positions + (<usize> i << 2))) + record;
    memory.copy(target, projected + <usize> i * row + width, 2 * width);
  }
  clearPadding(context, tokens, width, <usize> heads * headBytes);
  for (let i = 0; i < tokens;) {
    const word = <usize> i << 2, list = load<u32>(tables + word), position = load<i32>(positions + word);
    // Where the window ends before the beginning each token sees keys of its own.
    const hidden = window ? max(0, position + 1 - window) : 0;
    const most = window ? max(1, window - position) : tokens;
    let count = 1;
    while (count < most && i + count < tokens && follows(positions, tables, i + count)) count++;
    const map = attentions ? attentions + (<usize> (i * heads * attentionStride) << 2) : 0;
    attendRecords(
      projected + <usize> i * row, row, count, list, hidden, record, width, position + 1, heads, headBytes,
      scale, context + <usize> i * width, width, map, attentionStride, scores,
    );
    i += count;
  }
  linear(context, tokens, width, load<u32>(layer, LAYER_SELF_OUT), x, stride, 2, products);
  if (!preNorm) normalise(stack, norm, x, x, tokens);
}

/** Whether a token comes right after the one before it, in the same table. */
function follows(positions: usize, tables: usize, token: i32): bool {
  const word = <usize> token << 2;
  return load<u32>(tables + word) == load<u32>(tables + word - 4) &&
    load<i32>(positions + word) == load<i32>(positions + word - 4) + 1;
}

/** The cross-attention sub-layer, in place; the layer's keys begin `offset` bytes into a source's row. */
function attendSource(
  stack: usize, layer: usize, sources: usize, sourceLengths: usize, offset: usize, tokens: i32,
  x: usize, attentions: usize, attentionStride: i32, scratch: usize,
): void {
  const heads = load<i32>(stack, STACK_HEADS), headBytes = <usize> load<i32>(stack, STACK_HEAD_DIM) << 2;
  const stride = <usize> load<i32>(stack, STACK_HIDDEN) << 2, scale = load<f32>(stack, STACK_SCALE);
  const width = <usize> load<i32>(stack, STACK_WIDTH) << 2;
  const memoryStride = <usize> load<i32>(stack, STACK_MEMORY_STRIDE);
  const preNorm = load<i32>(stack, STACK_PRE_NORM), norm = layer + LAYER_CROSS_NORM_WEIGHT;
  const normal = scratch, projected = normal + <usize> tokens * stride;
  const context = projected + <usize> tokens * width, scores = context + <usize> tokens * width;
  let longest = 0;
  for (let i = 0; i < tokens; i++) longest = max(longest, load<i32>(sourceLengths + (<usize> i << 2)));
  const products = scores + scoreBytes(longest, heads);
  if (preNorm) normalise(stack, norm, x, normal, tokens);
  linear(
    preNorm ? normal : x, tokens, stride, load<u32>(layer, LAYER_CROSS_QUERY), projected, width, 0,
    products,
  );
  clearPadding(context, tokens, width, <usize> heads * headBytes);
  for (let i = 0; i < tokens;) {
    const word = <usize> i << 2, source = load<u32>(sources + word), size = load<i32>(sourceLengths + word);
    // Beams of one sentence read the same keys.
    let count = 1;
    while (
      i + count < tokens &&
      load<u32>(sources + word + (<usize> count << 2)) == source &&
      load<i32>(sourceLengths + word + (<usize> count << 2)) == size
    ) count++;
    const map = attentions ? attentions + (<usize> (i * heads * attentionStride) << 2) : 0;
    attendRows(
      projected + <usize> i * width, width, count, <usize> source + offset, memoryStride, width,
      size, 0, heads, headBytes, scale, context + <usize> i * width, width, map, attentionStride,
      scores,
    );
    i += count;
  }
  linear(context, tokens, width, load<u32>(layer, LAYER_CROSS_OUT), x, stride, 2, products);
  if (!preNorm) normalise(stack, norm, x, x, tokens);
}

/** The recurrent sub-layer, in place. */
function recur(
  stack: usize, layer: usize, positions: usize, tables: usize, record: usize, tokens: i32,
  x: usize, scratch: usize,
): void {
  const hidden = load<i32>(stack, STACK_HIDDEN), stride = <usize> hidden << 2;
  const preNorm = load<i32>(stack, STACK_PRE_NORM), norm = layer + LAYER_SELF_NORM_WEIGHT;
  const normal = scratch, projected = normal + <usize> tokens * stride;
  const products = projected + <usize> tokens * 2 * stride;
  if (preNorm) normalise(stack, norm, x, normal, tokens);
  linear(
    preNorm ? normal : x, tokens, stride, load<u32>(layer, LAYER_SSRU), projected, 2 * stride, 0,
    products,
  );
  for (let i = 0; i < tokens; i++) {
    const position = load<i32>(positions + (<usize> i << 2));
    const candidate = projected + <usize> i * 2 * stride;
    ssruCell(
      candidate, candidate + stride,
      position ? recordOf(tables, i, position - 1) + record : 0,
      recordOf(tables, i, position) + record, x + <usize> i * stride, hidden,
    );
  }
  if (!preNorm) normalise(stack, norm, x, x, tokens);
}
