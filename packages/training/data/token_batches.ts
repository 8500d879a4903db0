import type { BatchSource } from "./batch_source.ts";
import { bucketBatches } from "./bucket_batches.ts";
import type { BatchPosition, OrderOptions, RecordPlace } from "./chunks.ts";
import type { ParallelText } from "./parallel_text.ts";
import type { Unusable } from "./text_data.ts";

/** Token ids of a batch of sentence pairs; rows differ in length, the model pads them. */
export interface TokenBatch {
  /** Source ids, `[rows][source length]`. */
  readonly inputIds: readonly (readonly number[])[];
  /** Target ids that the model is to predict, with the end token, `[rows][target length]`. */
  readonly labels: readonly (readonly number[])[];
}

/** One sentence pair as ids. */
export interface EncodedPair {
  /** Source ids. */
  readonly inputIds: number[];
  /** Target ids with the end token. */
  readonly labels: number[];
}

/** Options of {@linkcode tokenBatches}. */
export interface TokenBatchOptions extends OrderOptions {
  /** Turns a pair of texts into ids, or says why it cannot; what is random in it may depend on the place alone. */
  readonly encode: (source: string, target: string, at: RecordPlace) => EncodedPair | Unusable;
  /** Rows times the longest row, of the longer side, that a batch may hold. */
  readonly tokens: number;
  /** Longest source in tokens; longer pairs are skipped. */
  readonly maxSourceTokens: number;
  /** Longest target in tokens. */
  readonly maxTargetTokens: number;
  /** Pairs that are sorted by length together; default 20000. */
  readonly bucketLines?: number;
}

/**
 * Batches of sentence pairs of similar length under a token budget; see {@linkcode bucketBatches}.
 *
 * @param text The index of the data.
 * @param options Encoding, budget and order.
 * @returns The source of the batches.
 * @throws {RangeError} When a pair of the allowed length would not fit the budget; and, while
 * batches are taken, when a whole pass has no usable pair or the data differ from the position's.
 *
 * @example
 * ```ts
 * import { indexParallelText, tokenBatches } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const text = await indexParallelText(["data:,a b%09A B%0Ac%09C%0A"]);
 * const ids = (words: string) => words.split(" ").map((word) => word.charCodeAt(0));
 * const batches = tokenBatches(text, {
 *   encode: (source, target) => ({ inputIds: ids(source), labels: ids(target) }),
 *   tokens: 4,
 *   maxSourceTokens: 4,
 *   maxTargetTokens: 4,
 *   epochs: 1,
 * });
 * for await (const { batch } of batches({})) assertEquals(batch.inputIds.length, 2);
 * ```
 */
export function tokenBatches(
  text: ParallelText,
  { encode, maxSourceTokens, maxTargetTokens, ...options }: TokenBatchOptions,
): BatchSource<TokenBatch, BatchPosition> {
  const { tokens } = options;
  const longest = Math.max(maxSourceTokens, maxTargetTokens);
  if (!(tokens >= longest)) {
    throw new RangeError(
      `Cannot cut batches of ${tokens} tokens: a pair may have ${longest} (maxSourceTokens, maxTargetTokens)`,
    );
  }
  return bucketBatches(text, {
    ...options,
    encode: ({ source, target }, at) => encode(source, target, at),
    sides: [
      { name: "source", length: ({ inputIds }) => inputIds.length, most: maxSourceTokens },
      { name: "target", length: ({ labels }) => labels.length, most: maxTargetTokens },
    ],
  });
}
