/** `randomWord` of `../random.ts` in WGSL, and with it the factor of an element in dropout. */
export const RANDOM_WORD = `
fn randomWord(seed: u32, counter: u32) -> u32 {
  var x = counter * 0x9e3779b9u + seed;
  x = (x ^ (x >> 16u)) * 0x21f0aaadu;
  x = (x ^ (x >> 15u)) * 0x735a2d97u;
  x = (x ^ (x >> 15u)) + seed * 0x85ebca6bu;
  x = (x ^ (x >> 16u)) * 0x21f0aaadu;
  x = (x ^ (x >> 15u)) * 0x735a2d97u;
  return x ^ (x >> 15u);
}
fn keep(counter: u32) -> f32 {
  return select(0.0, p.keepScale, randomWord(p.seed, counter) >= p.threshold);
}
`;

/** The parameters that `keep` reads. */
export const KEEP_PARAMS = { seed: "u32", threshold: "u32", keepScale: "f32" } as const;
