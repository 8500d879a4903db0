// Elements of a row: four at a time, and one at a time at its end.

/** Four floats, or one (spread) where fewer are left. */
// @ts-ignore: decorator
@inline
export function fetch(at: usize, four: bool): v128 {
  return four ? v128.load(at) : v128.load32_splat(at);
}

/** Stores the same. */
// @ts-ignore: decorator
@inline
export function put(at: usize, value: v128, four: bool): void {
  if (four) v128.store(at, value);
  else v128.store32_lane(at, value, 0);
}

/** x += y */
export function addRow(x: usize, y: usize, bytes: usize): void {
  const whole = bytes & ~15;
  let j: usize = 0;
  for (; j < whole; j += 16) v128.store(x + j, f32x4.add(v128.load(x + j), v128.load(y + j)));
  for (; j < bytes; j += 4) store<f32>(x + j, load<f32>(x + j) + load<f32>(y + j));
}

/** Zeroes `rows` rows of `size` floats, `stride` floats apart. */
export function clearRows(x: usize, stride: usize, rows: usize, size: usize): void {
  for (let row: usize = 0; row < rows; row++) memory.fill(x + (row * stride << 2), 0, size << 2);
}

/** Copies `rows` rows of `size` floats; strides in floats. */
export function copyRows(
  x: usize, stride: usize, out: usize, outStride: usize, rows: usize, size: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    memory.copy(out + (row * outStride << 2), x + (row * stride << 2), size << 2);
  }
}
