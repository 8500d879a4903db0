/**
 * One pseudo-random word from a counter: a keyed integer hash (two rounds of a 32-bit finaliser),
 * so that element `counter` of stream `seed` is the same on every device and in any order.
 *
 * The same function stands in the WASM kernels (`kernels/assembly/random.ts`), where dropout uses it.
 *
 * @param seed Key of the stream, an unsigned 32-bit integer.
 * @param counter Position in the stream, an unsigned 32-bit integer.
 * @returns An unsigned 32-bit integer.
 *
 * @example
 * ```ts
 * import { randomWord } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(randomWord(1, 2), randomWord(1, 2));
 * ```
 */
export function randomWord(seed: number, counter: number): number {
  let x = Math.imul(counter, 0x9e3779b9) + seed | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  x = (x ^ (x >>> 15)) + Math.imul(seed, 0x85ebca6b) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/**
 * Derives the seed of a sub-stream, for example of one layer's dropout in one training step.
 *
 * @param seed The parent seed.
 * @param path Integers or names that tell the sub-streams apart.
 * @returns An unsigned 32-bit seed.
 *
 * @example
 * ```ts
 * import { deriveSeed } from "@heed/nn";
 * import { assertNotEquals } from "@std/assert";
 *
 * assertNotEquals(deriveSeed(1, "encoder", 0), deriveSeed(1, "encoder", 1));
 * ```
 */
export function deriveSeed(seed: number, ...path: (number | string)[]): number {
  let derived = seed >>> 0;
  for (const part of path) {
    if (typeof part === "number") derived = randomWord(derived, part >>> 0);
    else for (let i = 0; i < part.length; i++) derived = randomWord(derived, part.charCodeAt(i));
  }
  return derived;
}

/**
 * Uniform numbers in [low, high).
 *
 * @param length How many.
 * @param options `seed` of the stream; `low` (default 0) and `high` (default 1).
 * @returns A new array.
 *
 * @example
 * ```ts
 * import { randomUniform } from "@heed/nn";
 * import { assert } from "@std/assert";
 *
 * assert(randomUniform(8, { seed: 1 }).every((x) => x >= 0 && x < 1));
 * ```
 */
export function randomUniform(
  length: number,
  { seed, low = 0, high = 1 }: { seed: number; low?: number; high?: number },
): Float32Array {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = low + (high - low) * (randomWord(seed, i) / 2 ** 32);
  return values;
}

/**
 * Normally distributed numbers (Box-Muller).
 *
 * @param length How many.
 * @param options `seed` of the stream; `mean` (default 0) and `std` (default 1).
 * @returns A new array.
 *
 * @example
 * ```ts
 * import { randomNormal } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(randomNormal(3, { seed: 1, std: 0.02 }).length, 3);
 * ```
 */
export function randomNormal(
  length: number,
  { seed, mean = 0, std = 1 }: { seed: number; mean?: number; std?: number },
): Float32Array {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i += 2) {
    const radius = std * Math.sqrt(-2 * Math.log((randomWord(seed, i) + 1) / (2 ** 32 + 1)));
    const angle = 2 * Math.PI * randomWord(seed, i + 1) / 2 ** 32;
    values[i] = mean + radius * Math.cos(angle);
    if (i + 1 < length) values[i + 1] = mean + radius * Math.sin(angle);
  }
  return values;
}
