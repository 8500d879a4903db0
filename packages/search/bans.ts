import type { LogitsProcessor } from "./types.ts";

/**
 * Makes tokens impossible.
 *
 * @param tokenIds Tokens that are never generated.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { banTokens } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(-1, -2, -3);
 * banTokens([1])(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores], [-1, -Infinity, -3]);
 * ```
 */
export function banTokens(tokenIds: readonly number[]): LogitsProcessor {
  return (scores) => {
    for (const id of tokenIds) scores[id] = -Infinity;
  };
}

/**
 * Makes the last token of a sequence impossible where the tokens before it were just generated.
 *
 * @param sequences Token sequences that are never generated `[any][1 or more]`.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { banSequences } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(-1, -2, -3);
 * banSequences([[2, 1], [1, 0]])(scores, { sentence: 0, ids: [0, 2], step: 1, maxNewTokens: 9 });
 * assertEquals([...scores], [-1, -Infinity, -3]);
 * ```
 */
export function banSequences(sequences: readonly (readonly number[])[]): LogitsProcessor {
  return (scores, { ids }) => {
    for (const sequence of sequences) {
      const start = ids.length - (sequence.length - 1);
      if (start < 0) continue;
      const matches = sequence.every((id, i) => i === sequence.length - 1 || ids[start + i] === id);
      if (matches) scores[sequence[sequence.length - 1]] = -Infinity;
    }
  };
}

/**
 * Makes every token impossible that would complete an n-gram for the second time.
 *
 * @param size Length of the n-grams; the start token counts as a token.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { banRepeatedNgrams } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(-1, -2, -3);
 * banRepeatedNgrams(2)(scores, { sentence: 0, ids: [0, 1, 2, 1], step: 3, maxNewTokens: 9 });
 * assertEquals([...scores], [-1, -2, -Infinity]);
 * ```
 */
export function banRepeatedNgrams(size: number): LogitsProcessor {
  return (scores, { ids }) => {
    const context = ids.length - (size - 1); // where the first size - 1 tokens of the new n-gram start
    for (let start = 0; start < context; start++) {
      let i = 0;
      while (i < size - 1 && ids[start + i] === ids[context + i]) i++;
      if (i === size - 1) scores[ids[start + i]] = -Infinity;
    }
  };
}

/**
 * Makes the end token impossible until enough tokens were generated.
 *
 * @param minNewTokens Fewest tokens before the end token.
 * @param eosTokenId The end token.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { requireMinNewTokens } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(-1, -2, -3);
 * requireMinNewTokens(2, 0)(scores, { sentence: 0, ids: [0, 2], step: 1, maxNewTokens: 9 });
 * assertEquals([...scores], [-Infinity, -2, -3]);
 * ```
 */
export function requireMinNewTokens(minNewTokens: number, eosTokenId: number): LogitsProcessor {
  return (scores, { step }) => {
    if (step < minNewTokens) scores[eosTokenId] = -Infinity;
  };
}
