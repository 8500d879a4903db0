import type { AttentionMaps } from "./attention_maps.ts";
import type { AlignmentHead, Seq2SeqConfig } from "./families/marian_config.ts";

/** How much each target token attended to each source token. */
export interface CrossAttention {
  /** Weights, row by row `[targetLength * sourceLength]`; each row sums to 1. */
  readonly weights: Float32Array;
  /** Number of target tokens (rows), the end token counted. */
  readonly targetLength: number;
  /** Number of source tokens (columns), the end token counted. */
  readonly sourceLength: number;
}

/** Which attention of a target over its source is wanted; by default what aligns the two best. */
export interface CrossAttentionOptions {
  /** Decoder layer; the last one when only a head is named. */
  layer?: number;
  /** Head of that layer; the mean of all when only a layer is named. */
  head?: number;
}

/** All attention between a source and a target. */
export interface Seq2SeqAttentions {
  /** Attention of the source over itself; absent in models that have none. */
  readonly encoder?: AttentionMaps;
  /** Attention of the target over itself, each row that of the token that is read; absent where there is none. */
  readonly decoder?: AttentionMaps;
  /** Attention of the target over the source, each row that of the step that produces its token. */
  readonly cross: AttentionMaps;
  /** What aligns target and source best: the mean of some heads of `cross`. */
  readonly alignment: CrossAttention;
  /** What the decoder reads before the first token of the target. */
  readonly startTokenId: number;
}

/**
 * Chooses some heads of the attention of a target over its source, and takes their mean.
 *
 * Without a layer and a head these are the model's alignment heads; a model that has none named gives the mean of its
 * last layer. With `alignmentShift` a token has the row of the step that reads it. The last token is never read: the
 * same heads would give it the row of the token before it, so it has the mean of the last layer, of the step that
 * produces it.
 *
 * @param maps Attention of all layers and heads.
 * @param config Which heads align, and whose attention.
 * @param options A layer, a head, or neither.
 * @returns The matrix `[target][source]`.
 * @throws {RangeError} When the model has no such layer or head.
 *
 * @example
 * ```ts
 * import { selectCrossAttention } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * // One layer of two heads, over a target and a source of two tokens each.
 * const weights = Float32Array.of(1, 0, 0, 1, 0.5, 0.5, 0, 1);
 * const maps = { weights, layers: 1, heads: 2, queries: 2, keys: 2 };
 * assertEquals([...selectCrossAttention(maps, {}).weights], [0.75, 0.25, 0, 1]);
 * const config = { alignmentHeads: [[0, 1]], alignmentShift: 1 } as const;
 * assertEquals([...selectCrossAttention(maps, config).weights], [0, 1, 0, 1]);
 * ```
 */
export function selectCrossAttention(
  maps: AttentionMaps,
  { alignmentHeads, alignmentShift = 0 }: Pick<Seq2SeqConfig, "alignmentHeads" | "alignmentShift">,
  options: CrossAttentionOptions = {},
): CrossAttention {
  const { weights, layers, heads, queries, keys } = maps;
  const isAlignment = options.layer === undefined && options.head === undefined;
  const chosen = isAlignment && alignmentHeads || namedHeads(maps, options);
  const shift = isAlignment && alignmentHeads ? alignmentShift : 0;
  const mean = new Float32Array(queries * keys);
  const addRow = (query: number, step: number, from: readonly AlignmentHead[]) => {
    for (const [layer, head] of from) {
      const row = ((layer * heads + head) * queries + step) * keys;
      for (let key = 0; key < keys; key++) {
        mean[query * keys + key] += weights[row + key] / from.length;
      }
    }
  };
  for (const [layer, head] of chosen) {
    checkIndex("decoder layer", layer, layers);
    checkIndex("head", head, heads);
  }
  for (let query = 0; query < queries; query++) {
    const isRead = query + shift < queries;
    if (isRead) addRow(query, query + shift, chosen);
    else addRow(query, query, namedHeads(maps, {}));
  }
  return { weights: mean, targetLength: queries, sourceLength: keys };
}

function namedHeads(
  { layers, heads }: AttentionMaps,
  { layer = layers - 1, head }: CrossAttentionOptions,
): AlignmentHead[] {
  const numbers = head === undefined ? Array.from({ length: heads }, (_, i) => i) : [head];
  return numbers.map((head) => [layer, head]);
}

function checkIndex(what: string, value: number, count: number): void {
  if (Number.isInteger(value) && value >= 0 && value < count) return;
  throw new RangeError(
    `Cannot show ${what} ${value}: the model has ${
      count === 1 ? `only ${what} 0` : `${what}s 0 to ${count - 1}`
    }`,
  );
}
