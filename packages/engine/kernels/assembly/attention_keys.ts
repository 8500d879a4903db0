// Where the keys of attention are, and the scratch memory that their scores take.

/** Bytes of `scratch`: 1 / sum and the scores, of four queries or of all heads of one. */
export function scoreBytes(keys: i32, heads: i32): usize {
  const lanes = max(heads, 4);
  return <usize> lanes * (16 + (<usize> (keys + 3 & ~3) << 2));
}

/** Where key `j` is; see attention.ts. */
// @ts-ignore: decorator
@inline
export function keyAt(listed: bool, keys: usize, step: usize, j: i32): usize {
  return listed ? <usize> load<u32>(keys + (<usize> j << 2)) + step : keys + <usize> j * step;
}
