import { mergeGroups } from "./_merge_groups.ts";
import { type AttentionRecord, checkAttention } from "./attention_record.ts";
import { groupTokens, marksOf, type SubwordMarks } from "./words.ts";

/** How {@linkcode mergeWords} finds the words of both sides. */
export interface MergeOptions {
  /** How tokens show where words begin. Default: what the tokens of either side show. */
  readonly marks?: SubwordMarks;
  /** Words of the query side, special tokens left out. */
  readonly queryWords?: readonly string[];
  /** Words of the key side, special tokens left out. */
  readonly keyWords?: readonly string[];
}

/**
 * Merges attention between sub-words to attention between words: the weights to a word's tokens are
 * added, and the rows of its tokens are averaged (Clark et al. 2019, section 4.1).
 *
 * @param record Attention between sub-words.
 * @param options How words are found.
 * @returns Attention between words; its rows sum to 1 again.
 * @throws {RangeError} When the record is not valid, or when given words are not its text.
 *
 * @example
 * ```ts
 * import { mergeWords } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const merged = mergeWords({
 *   kind: "cross",
 *   layer: 0,
 *   head: 0,
 *   queryTokens: ["▁house"],
 *   keyTokens: ["▁Ha", "us", "."],
 *   weights: Float32Array.of(0.5, 0.25, 0.25),
 * });
 * assertEquals(merged.keyTokens, ["Haus", "."]);
 * assertEquals([...merged.weights], [0.75, 0.25]);
 * ```
 */
export function mergeWords(record: AttentionRecord, options: MergeOptions = {}): AttentionRecord {
  checkAttention(record);
  const { queryTokens, keyTokens, weights, generatedFrom } = record;
  const marks = options.marks ?? marksOf([...queryTokens, ...keyTokens]);
  const queries = groupTokens(queryTokens, { marks, words: options.queryWords });
  const keys = groupTokens(keyTokens, { marks, words: options.keyWords });
  const merged = {
    ...record,
    queryTokens: queries.words,
    keyTokens: keys.words,
    weights: mergeGroups(weights, {
      queries: queries.groups,
      keys: keys.groups,
      columns: keyTokens.length,
    }),
  };
  if (generatedFrom === undefined) return merged;
  const first = queries.groups.findIndex((group) => group.at(-1)! >= generatedFrom);
  return { ...merged, generatedFrom: first < 0 ? queries.words.length : first };
}
