/** Numbers in [0, 1) that only the seed decides: a Weyl sequence, mixed (splitmix32). */
export function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9) ^ Math.floor(seed / 2 ** 32);
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return () => ((next() >>> 6) * 2 ** 27 + (next() >>> 5)) / 2 ** 53;
}
