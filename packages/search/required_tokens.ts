import type { LogitsProcessor } from "./types.ts";

/**
 * Makes every sentence have given tokens, each exactly once, before it may end.
 *
 * @param required Tokens of each sentence `[batch][any]`.
 * @param eosTokenId The end token.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { requireTokens } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const change = requireTokens([[2]], 0);
 * const early = Float32Array.of(-1, -2, -3);
 * change(early, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...early], [-Infinity, -2, -3]);
 * const late = Float32Array.of(-1, -2, -3);
 * change(late, { sentence: 0, ids: [0, 2], step: 1, maxNewTokens: 9 });
 * assertEquals([...late], [-1, -2, -Infinity]);
 * ```
 */
export function requireTokens(
  required: readonly (readonly number[])[],
  eosTokenId: number,
): LogitsProcessor {
  return (scores, { sentence, ids, step }) => {
    const first = ids.length - step;
    for (const id of required[sentence]) {
      scores[ids.indexOf(id, first) >= 0 ? id : eosTokenId] = -Infinity;
    }
  };
}
