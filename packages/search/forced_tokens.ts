import type { LogitsProcessor } from "./types.ts";

/**
 * Makes every sentence begin with given tokens, scored as the model scores them.
 *
 * @param prefixes Tokens that each sentence begins with `[batch][any length]`.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { forcePrefix } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(-1, -2, -3);
 * forcePrefix([[2]])(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores], [-Infinity, -Infinity, -3]);
 * ```
 */
export function forcePrefix(prefixes: readonly (readonly number[])[]): LogitsProcessor {
  return (scores, { sentence, step }) => {
    const prefix = prefixes[sentence];
    if (step < prefix.length) keepOnly(scores, prefix[step], scores[prefix[step]]);
  };
}

/**
 * Makes the first token a given one, at a score of 0 (a language token, as mBART's decoder needs).
 *
 * @param tokenId Token that is generated first.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { forceFirstToken } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(-1, -2, -3);
 * forceFirstToken(1)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores], [-Infinity, 0, -Infinity]);
 * ```
 */
export function forceFirstToken(tokenId: number): LogitsProcessor {
  return (scores, { step }) => {
    if (step === 0) keepOnly(scores, tokenId, 0);
  };
}

/**
 * Makes the last token that the length limit allows a given one, at a score of 0.
 *
 * @param tokenId Token that is generated last, the end token as a rule.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { forceLastToken } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(-1, -2, -3);
 * forceLastToken(0)(scores, { sentence: 0, ids: [0, 2], step: 1, maxNewTokens: 2 });
 * assertEquals([...scores], [0, -Infinity, -Infinity]);
 * ```
 */
export function forceLastToken(tokenId: number): LogitsProcessor {
  return (scores, { step, maxNewTokens }) => {
    if (step === maxNewTokens - 1) keepOnly(scores, tokenId, 0);
  };
}

function keepOnly(scores: Float32Array, id: number, score: number): void {
  scores.fill(-Infinity);
  scores[id] = score;
}
