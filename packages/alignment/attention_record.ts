import type { AttentionMaps } from "@heed/model";

/** Which tokens attend to which: of a source or target to itself, or of a target to its source. */
export type AttentionKind = "encoder-self" | "decoder-self" | "cross";

/** Attention of one head, as every model family can give it. */
export interface AttentionRecord {
  /** Which tokens attend to which. */
  readonly kind: AttentionKind;
  /** Layer, from 0. */
  readonly layer: number;
  /** Head, from 0, or `mean` for the mean over all heads of the layer. */
  readonly head: number | "mean";
  /** Tokens that attend `[queries]`. */
  readonly queryTokens: readonly string[];
  /** Tokens that are attended to `[keys]`. */
  readonly keyTokens: readonly string[];
  /** Weights, row by row `[queries * keys]`; each row sums to 1. */
  readonly weights: Float32Array;
  /** Index of the first query token that the model generated; absent when it generated none. */
  readonly generatedFrom?: number;
}

/** How far the sum of a row may be from 1: half precision is allowed. */
const ROW_TOLERANCE = 5e-3;

/**
 * Checks that a record can be drawn: sizes agree, and every row is a distribution.
 *
 * @param record Attention of one head.
 * @throws {RangeError} When there are no tokens, when sizes do not agree, when a weight is not a
 * number from 0 to 1, or when a row does not sum to 1.
 *
 * @example
 * ```ts
 * import { checkAttention } from "@heed/alignment";
 * import { assertThrows } from "@std/assert";
 *
 * const record = { kind: "cross", layer: 0, head: 0, queryTokens: ["ja"] } as const;
 * checkAttention({ ...record, keyTokens: ["yes", "."], weights: Float32Array.of(0.9, 0.1) });
 * assertThrows(() => checkAttention({ ...record, keyTokens: [], weights: new Float32Array() }));
 * ```
 */
export function checkAttention(record: AttentionRecord): void {
  const { kind, layer, head, queryTokens, keyTokens, weights, generatedFrom } = record;
  const queries = queryTokens.length, keys = keyTokens.length;
  const fail = (reason: string): never => {
    throw new RangeError(
      `Cannot use the ${kind} attention of layer ${layer}, head ${head}: ${reason}`,
    );
  };
  if (queries === 0 || keys === 0) {
    fail(`it has ${queries} query tokens and ${keys} key tokens; give at least one of each`);
  }
  if (weights.length !== queries * keys) {
    fail(`${queries} x ${keys} tokens need ${queries * keys} weights, not ${weights.length}`);
  }
  if (kind === "encoder-self" && queries !== keys) {
    fail(`a text attends to itself, but there are ${queries} query and ${keys} key tokens`);
  }
  if (generatedFrom !== undefined && !(generatedFrom >= 0 && generatedFrom <= queries)) {
    fail(`generatedFrom is ${generatedFrom}, which is no place in ${queries} query tokens`);
  }
  for (let query = 0; query < queries; query++) {
    let sum = 0;
    for (let key = 0; key < keys; key++) {
      const weight = weights[query * keys + key];
      if (!(weight >= 0 && weight <= 1 + ROW_TOLERANCE)) {
        fail(`the weight of query ${query} for key ${key} is ${weight}, not from 0 to 1`);
      }
      sum += weight;
    }
    if (Math.abs(sum - 1) > ROW_TOLERANCE) {
      fail(`the weights of query ${query} sum to ${sum.toFixed(4)}, not to 1; leave padding out`);
    }
  }
}

/** Everything about a layer's attention except its weights. */
export interface SplitHeadsOptions extends Omit<AttentionRecord, "head" | "weights"> {
  /** Number of heads. */
  readonly heads: number;
}

/**
 * Makes one record for each head of a layer, from the array that a model returns.
 *
 * @param weights Weights of one sentence without padding `[heads * queries * keys]`, row-major.
 * @param options Kind, layer, tokens and the number of heads.
 * @returns Checked records, by head; they share the memory of `weights`.
 * @throws {RangeError} When the sizes do not agree or a record is not valid.
 *
 * @example
 * ```ts
 * import { splitHeads } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = ["a", "b"];
 * const weights = Float32Array.of(1, 0, 0.5, 0.5, 0, 1, 1, 0);
 * const heads = splitHeads(weights, {
 *   kind: "encoder-self",
 *   layer: 3,
 *   heads: 2,
 *   queryTokens: tokens,
 *   keyTokens: tokens,
 * });
 * assertEquals(heads.map(({ head, weights }) => [head, weights[0]]), [[0, 1], [1, 0]]);
 * ```
 */
export function splitHeads(weights: Float32Array, options: SplitHeadsOptions): AttentionRecord[] {
  const { heads, ...rest } = options;
  const size = rest.queryTokens.length * rest.keyTokens.length;
  if (!Number.isSafeInteger(heads) || heads < 1 || weights.length !== heads * size) {
    throw new RangeError(
      `Cannot split ${weights.length} weights into ${heads} heads of ${rest.queryTokens.length} x ` +
        `${rest.keyTokens.length} tokens: the product must be the number of weights`,
    );
  }
  return Array.from({ length: heads }, (_, head) => {
    const record = { ...rest, head, weights: weights.subarray(head * size, (head + 1) * size) };
    checkAttention(record);
    return record;
  });
}

/**
 * Makes one record for each head of every layer, from what a model's engine returns.
 *
 * @param maps Weights `[layers][heads][queries][keys]` of one text without padding.
 * @param options Kind and tokens.
 * @returns Checked records, by layer, then head; they share the memory of the maps.
 * @throws {RangeError} When the sizes do not agree or a record is not valid.
 *
 * @example
 * ```ts
 * import { splitLayers } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const maps = { weights: Float32Array.of(1, 1), layers: 2, heads: 1, queries: 1, keys: 1 };
 * const tokens = ["a"];
 * const records = splitLayers(maps, {
 *   kind: "encoder-self",
 *   queryTokens: tokens,
 *   keyTokens: tokens,
 * });
 * assertEquals(records.map(({ layer, head }) => [layer, head]), [[0, 0], [1, 0]]);
 * ```
 */
export function splitLayers(
  { weights, layers, heads }: AttentionMaps,
  options: Omit<SplitHeadsOptions, "heads" | "layer">,
): AttentionRecord[] {
  const size = weights.length / layers;
  return Array.from(
    { length: layers },
    (_, layer) =>
      splitHeads(weights.subarray(layer * size, (layer + 1) * size), { ...options, layer, heads }),
  ).flat();
}

/**
 * Averages heads of one layer.
 *
 * @param records Attention of several heads over the same tokens.
 * @returns Their mean as a new record with head `mean`.
 * @throws {RangeError} When there are no records, or when they are not of one kind, layer and size.
 *
 * @example
 * ```ts
 * import { averageHeads } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const record = { kind: "cross", layer: 0, queryTokens: ["a"], keyTokens: ["b", "c"] } as const;
 * const mean = averageHeads([
 *   { ...record, head: 0, weights: Float32Array.of(1, 0) },
 *   { ...record, head: 1, weights: Float32Array.of(0.5, 0.5) },
 * ]);
 * assertEquals([...mean.weights], [0.75, 0.25]);
 * ```
 */
export function averageHeads(records: readonly AttentionRecord[]): AttentionRecord {
  if (records.length === 0) {
    throw new RangeError("Cannot average heads: there are no records; give at least one");
  }
  const [first] = records;
  const weights = new Float32Array(first.weights.length);
  for (const record of records) {
    checkAttention(record);
    const isSame = record.kind === first.kind && record.layer === first.layer &&
      record.queryTokens.length === first.queryTokens.length &&
      record.keyTokens.length === first.keyTokens.length;
    if (!isSame) {
      throw new RangeError(
        `Cannot average heads of ${describe(first)} and ${describe(record)}: give heads of one ` +
          "layer over the same tokens",
      );
    }
    for (let i = 0; i < weights.length; i++) weights[i] += record.weights[i] / records.length;
  }
  return { ...first, head: "mean", weights };
}

function describe({ kind, layer, queryTokens, keyTokens }: AttentionRecord): string {
  return `${kind} layer ${layer} (${queryTokens.length} x ${keyTokens.length})`;
}
