import { randomWord } from "@heed/nn";

/**
 * Shuffles an array in place (Fisher and Yates); the same seed gives the same order.
 *
 * @param items The array.
 * @param seed An unsigned 32-bit integer.
 * @returns The same array.
 *
 * @example
 * ```ts
 * import { shuffle } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shuffle([1, 2, 3, 4], 7).toSorted(), [1, 2, 3, 4]);
 * ```
 */
export function shuffle<T extends unknown[] | Uint32Array>(items: T, seed: number): T {
  for (let i = items.length - 1; i > 0; i--) {
    // The product stays below 2^53; the bias of at most i / 2^32 does not matter here.
    const j = Math.floor(randomWord(seed, i) * (i + 1) / 2 ** 32);
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}
