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
