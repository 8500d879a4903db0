import type { AttentionMaps } from "@heed/model";
import type { Heap } from "../memory/heap.ts";

/**
 * Copies what the kernels wrote, `[layers][tokens][heads][stride]`, for the tokens of one sequence.
 *
 * @param heap Where it lies.
 * @param address Address of the first layer.
 * @param options Sizes; `first` is the sequence's first token among all `tokens`.
 */
export function readAttentionMaps(
  heap: Heap,
  address: number,
  { layers, heads, tokens, stride, first = 0, queries, keys }: {
    layers: number;
    heads: number;
    tokens: number;
    stride: number;
    first?: number;
    queries: number;
    keys: number;
  },
): AttentionMaps {
  const weights = new Float32Array(layers * heads * queries * keys);
  const { floats } = heap.views;
  let at = 0;
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) {
      for (let query = 0; query < queries; query++) {
        const row = (layer * tokens + first + query) * heads + head;
        const start = address / 4 + row * stride;
        weights.set(floats.subarray(start, start + keys), at);
        at += keys;
      }
    }
  }
  return { weights, layers, heads, queries, keys };
}
