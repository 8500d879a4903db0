// One chunk of activations against all panels of the weights.
import { LINEAR_K, LINEAR_N, LINEAR_WEIGHTS } from "../layout";
import { tile1, tile2, tile3, tile4, tile5 } from "./tile";

/** Rows of the tallest tile. */
export const MAX_HEIGHT: i32 = 5;

/**
 * `rows` rows (`aStride` bytes apart, blocks of five packed as tile5 reads them) times all panels, rows
 * split evenly into tiles. T: i8 or f32. `scales`: of the rows, int8 only.
 */
export function multiplyChunk<T>(
  a: usize, aStride: usize, rows: i32, desc: usize, out: usize, outStride: usize, scales: usize,
  flags: i32,
): void {
  const depth = <usize> load<i32>(desc, LINEAR_K) >> (isInteger<T>() ? 2 : 0);
  const columns = <usize> load<i32>(desc, LINEAR_N) << 2, panelBytes = depth << 5;
  let b = load<usize>(desc, LINEAR_WEIGHTS);
  if (rows <= 2) {
    for (let column: usize = 0; column < columns; column += 64) {
      const to = out + column;
      if (rows == 1) tile1<T>(a, aStride, b, depth, to, outStride, scales, desc, column, flags);
      else tile2<T>(a, aStride, b, depth, to, outStride, scales, desc, column, flags);
      b += panelBytes << 1;
    }
    return;
  }
  const blocks = (rows + MAX_HEIGHT - 1) / MAX_HEIGHT, height = rows / blocks;
  const taller = rows - height * blocks;
  for (let column: usize = 0; column < columns; column += 32) {
    let from = a, to = out + column, scaleAt = scales;
    for (let block = 0; block < blocks; block++) {
      const h = height + i32(block < taller);
      if (h == 5) tile5<T>(from, aStride, b, depth, to, outStride, scaleAt, desc, column, flags);
      else if (h == 4) tile4<T>(from, aStride, b, depth, to, outStride, scaleAt, desc, column, flags);
      else tile3<T>(from, aStride, b, depth, to, outStride, scaleAt, desc, column, flags);
      from += <usize> h * aStride;
      to += <usize> h * outStride;
      scaleAt += <usize> h * 4;
    }
    b += panelBytes;
  }
}
