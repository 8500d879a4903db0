// One chunk of activations against all panels of the weights.
import { LINEAR_K, LINEAR_N, LINEAR_WEIGHTS } from "../layout";
import { tile1, tile1Rest, tile2, tile3 } from "./tile_few";
import { tileExact } from "./tile_int8";
import { tile4, tile5, tile6 } from "./tile_many";

/** Rows of a block that is packed for tile5. */
export const BLOCK_ROWS: i32 = 5;

/** How many blocks of five of `rows` rows are packed; up to 4 or else 6 rows are left. */
export function packedBlocks(rows: i32): i32 {
  return rows > BLOCK_ROWS && rows % BLOCK_ROWS == 1 ? rows / BLOCK_ROWS - 1 : rows / BLOCK_ROWS;
}

/**
 * `blocks` packed blocks at `packed`, followed by `rest` rows at `a` (`aStride` bytes apart), times all
 * panels. T: i8 or f32. `scales`: of the rows, int8 only. The walk reads every panel once.
 */
export function multiplyChunk<T>(
  packed: usize, blocks: i32, a: usize, aStride: usize, rest: i32, desc: usize, out: usize,
  outStride: usize, scales: usize, flags: i32,
): void {
  const depth = <usize> load<i32>(desc, LINEAR_K) >> (isInteger<T>() ? 2 : 0), panelBytes = depth << 5;
  const columns = <usize> load<i32>(desc, LINEAR_N) << 2;
  let b = load<usize>(desc, LINEAR_WEIGHTS), column: usize = 0;
  if (blocks == 0 && rest == 1) {
    for (; column + 128 <= columns; column += 128, b += panelBytes << 2) {
      tile1<T>(a, b, depth, out + column, scales, desc, column, flags);
    }
    for (; column < columns; column += 64, b += panelBytes << 1) {
      tile1Rest<T>(a, b, depth, out + column, scales, desc, column, flags);
    }
    return;
  }
  const restOut = out + <usize> (blocks * BLOCK_ROWS) * outStride;
  const restScales = scales + <usize> (blocks * BLOCK_ROWS) * 4;
  for (; column < columns; column += 64, b += panelBytes << 1) {
    const to = restOut + column;
    for (let half: usize = 0; half < 2; half++) {
      const panel = b + half * panelBytes, at = column + (half << 5);
      if (blocks) tile5<T>(packed, blocks, panel, depth, out + at, outStride, scales, desc, at, flags);
      if (rest == 4) {
        tile4<T>(a, aStride, panel, depth, restOut + at, outStride, restScales, desc, at, flags);
      } else if (rest == 6) {
        tile6<T>(a, aStride, panel, depth, restOut + at, outStride, restScales, desc, at, flags);
      }
    }
    if (rest == 2) tile2<T>(a, aStride, b, depth, to, outStride, restScales, desc, column, flags);
    else if (rest == 3) tile3<T>(a, aStride, b, depth, to, outStride, restScales, desc, column, flags);
  }
}

/** The same for int8 in plain SIMD; all rows as they are. */
export function multiplyExact(
  a: usize, aStride: usize, rows: i32, desc: usize, out: usize, outStride: usize, scales: usize,
  flags: i32,
): void {
  const depth = <usize> load<i32>(desc, LINEAR_K) >> 2, columns = <usize> load<i32>(desc, LINEAR_N) << 2;
  let b = load<usize>(desc, LINEAR_WEIGHTS);
  for (let column: usize = 0; column < columns; column += 32, b += depth << 5) {
    let row = a, to = out + column, scaleAt = scales;
    for (let left = rows; left > 0; left -= 2) {
      const isPair = left > 1, next = isPair ? row + aStride : row;
      const second = isPair ? to + outStride : 0;
      tileExact(row, next, second, b, depth, to, scaleAt, desc, column, flags);
      row = next + aStride;
      to = second + outStride;
      scaleAt += 8;
    }
  }
}
