import type { TranslationTokenizer } from "../model.ts";

/**
 * The tokens that stand for protected spans in the input of a model that was taught to copy them: `⟦1⟧` to `⟦8⟧`,
 * pieces of its vocabulary (`userDefinedSymbols`).
 *
 * @example
 * ```ts
 * import { slotTokens } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(slotTokens[0], "⟦1⟧");
 * assertEquals(slotTokens.length, 8);
 * ```
 */
export const slotTokens: readonly string[] = Array.from({ length: 8 }, (_, i) => `⟦${i + 1}⟧`);

/**
 * Target ids of the slot tokens, in a model that was taught to copy them: its vocabulary has the first of them. Empty
 * where a slot is not one token of the target; undefined in other models.
 */
export function slotIdsOf(tokenizer: TranslationTokenizer): readonly number[] | undefined {
  const bare = (token: string | undefined) => token?.replace("▁", "");
  const [first] = slotTokens;
  if (!tokenizer.encode(first).tokens.some((token) => bare(token) === first)) return undefined;
  const ids = slotTokens.flatMap((slot) => {
    const { ids } = tokenizer.encodeTarget?.(slot) ?? tokenizer.encode(slot);
    return ids.filter((id) => bare(tokenizer.idToToken(id)) === slot);
  });
  return ids.length === slotTokens.length ? ids : [];
}
