import type { AlignmentLink } from "@heed/metrics";
import { chooseLinks } from "./_choose_links.ts";
import { type AttentionRecord, checkAttention } from "./attention_record.ts";
import { isSpecialToken } from "./words.ts";

/** How {@linkcode extractAlignment} chooses links. */
export interface ExtractOptions {
  /** `argmax`: the strongest link of each word; `threshold`: every link of enough weight. Default `argmax`. */
  readonly method?: "argmax" | "threshold";
  /**
   * Whose words take their strongest link with `argmax`: each `target` word looks for its source, or
   * each `source` word for its target. Default `target`.
   */
  readonly by?: "target" | "source";
  /** Least weight of a link, from 0 to 1. Default 0 for `argmax`, 0.2 for `threshold`. */
  readonly threshold?: number;
}

/**
 * Reads a word alignment off the attention of a target over its source.
 *
 * Special tokens such as `</s>` take no part, and indices count without them. Merge sub-words with
 * {@linkcode mergeWords} first.
 *
 * @param record Cross attention between words; queries are the target.
 * @param options How links are chosen.
 * @returns Links sorted by target, then source.
 * @throws {RangeError} When the record is not valid cross attention or the threshold is not from 0
 * to 1.
 *
 * @example
 * ```ts
 * import { extractAlignment } from "@heed/alignment";
 * import { formatPharaoh } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * const links = extractAlignment({
 *   kind: "cross",
 *   layer: 0,
 *   head: "mean",
 *   queryTokens: ["das", "Haus", "</s>"],
 *   keyTokens: ["the", "house", "</s>"],
 *   weights: Float32Array.of(0.8, 0.1, 0.1, 0.2, 0.5, 0.3, 0, 0, 1),
 * });
 * assertEquals(formatPharaoh(links), "0-0 1-1");
 * ```
 */
export function extractAlignment(
  record: AttentionRecord,
  options: ExtractOptions = {},
): AlignmentLink[] {
  checkAttention(record);
  if (record.kind !== "cross") {
    throw new RangeError(
      `Cannot extract an alignment from ${record.kind} attention: give cross attention`,
    );
  }
  return chooseLinks({
    weights: record.weights,
    columns: record.keyTokens.length,
    targets: wordPlaces(record.queryTokens),
    sources: wordPlaces(record.keyTokens),
  }, options);
}

function wordPlaces(tokens: readonly string[]): number[] {
  return tokens.flatMap((token, index) => isSpecialToken(token) ? [] : [index]);
}
