/**
 * A number from 0 to 1 (1 excluded) that depends on its arguments alone: three rounds of MurmurHash3's
 * mixing (Appleby 2011), one for each, and its finish.
 */
export function randomUnit(seed: number, ...counters: readonly number[]): number {
  let hash = seed | 0;
  // Seeds above 32 bits count, too.
  for (const word of [Math.floor(seed / 2 ** 32) | 0, ...counters]) {
    let mixed = Math.imul(word, 0xcc9e2d51);
    mixed = Math.imul(mixed << 15 | mixed >>> 17, 0x1b873593);
    hash ^= mixed;
    hash = Math.imul(hash << 13 | hash >>> 19, 5) + 0xe6546b64 | 0;
  }
  const finish = (value: number) => {
    value = Math.imul(value ^ value >>> 16, 0x85ebca6b);
    value = Math.imul(value ^ value >>> 13, 0xc2b2ae35);
    return (value ^ value >>> 16) >>> 0;
  };
  // 53 bits, as Math.random() has.
  const high = finish(hash) >>> 5, low = finish(hash ^ 0x9e3779b9) >>> 6;
  return (high * 2 ** 26 + low) / 2 ** 53;
}
