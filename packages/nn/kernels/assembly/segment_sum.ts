// Rows of a table: looking them up, and adding gradients to them.

/**
 * out [count, size] = table [tableRows, size] at `ids`, times `scale`. Returns the position of the first
 * id outside the table, or -1; nothing is read for it.
 */
export function gatherRows(
  table: usize, ids: usize, out: usize, count: usize, size: usize, tableRows: usize, scale: f32,
): i32 {
  const bytes = size << 2, scales = f32x4.splat(scale);
  for (let i: usize = 0; i < count; i++) {
    const id = <usize> load<u32>(ids + (i << 2));
    if (id >= tableRows) return <i32> i;
    const row = table + id * bytes;
    if (scale == 1) memory.copy(out, row, bytes);
    else {
      let j: usize = 0;
      for (; j + 16 <= bytes; j += 16) v128.store(out + j, f32x4.mul(v128.load(row + j), scales));
      for (; j < bytes; j += 4) store<f32>(out + j, load<f32>(row + j) * scale);
    }
    out += bytes;
  }
  return -1;
}

/**
 * out [segments, size] = sums of the rows of x [count, size] by segment id, times `scale`; ids outside
 * the segments are left out, as in tfjs.
 */
export function segmentSum(
  x: usize, ids: usize, out: usize, count: usize, size: usize, segments: usize, scale: f32,
): void {
  const bytes = size << 2, scales = f32x4.splat(scale);
  memory.fill(out, 0, segments * bytes);
  for (let i: usize = 0; i < count; i++) {
    const id = <usize> load<u32>(ids + (i << 2));
    if (id < segments) {
      const row = out + id * bytes;
      let j: usize = 0;
      for (; j + 16 <= bytes; j += 16) {
        const scaled = f32x4.mul(v128.load(x + j), scales);
        v128.store(row + j, f32x4.add(v128.load(row + j), scaled));
      }
      for (; j < bytes; j += 4) {
        store<f32>(row + j, load<f32>(row + j) + load<f32>(x + j) * scale);
      }
    }
    x += bytes;
  }
}
