/**
 * One pseudo-random word from a key and a counter, so that a number depends on what it is for and not on what was
 * drawn before it: rows of a batch do not disturb each other.
 *
 * Two rounds of a 32-bit finaliser over the counter, with the key mixed in before each.
 *
 * @param key Key of the stream, an unsigned 32-bit integer.
 * @param counter Position in the stream, an unsigned 32-bit integer.
 * @returns An unsigned 32-bit integer.
 */
export function randomWord(key: number, counter: number): number {
  const first = finalise(Math.imul(counter, 0x9e3779b9) + key);
  return finalise(first + Math.imul(key, 0x85ebca6b)) >>> 0;
}

/**
 * The key of a stream of its own.
 *
 * @param seed Any safe integer that is not negative; all of its 53 bits count.
 * @param path Numbers that tell the streams of one seed apart.
 * @returns An unsigned 32-bit key.
 */
export function streamKey(seed: number, ...path: readonly number[]): number {
  let key = randomWord(seed >>> 0, Math.floor(seed / 2 ** 32));
  for (const part of path) key = randomWord(key, part);
  return key;
}

function finalise(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}
