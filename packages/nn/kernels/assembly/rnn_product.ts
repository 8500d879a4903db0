// Products with a weight that stays the same over all steps of a sequence: packed once, used in each.
import { packColumns, packRows, PANEL_COLUMNS, PANEL_ROWS } from "./pack";
import { tile } from "./tile";

/** Depth and rows of a block, those of gemm, in whose scratch memory the rows are packed. */
const KC: usize = 512;
const MC: usize = 60;

const ACCUMULATE: i32 = 1;

/** Bytes of a weight of `k` rows and `n` (a multiple of 8) columns when packed. */
export function packedBytes(k: usize, n: usize): usize {
  return (k + 3 & ~3) * n << 2;
}

/** Packs B (k x n, n a multiple of 8), element (i, j) at b + 4 (i brs + j bcs). */
export function packWeight(b: usize, brs: usize, bcs: usize, k: usize, n: usize, out: usize): void {
  for (let pc: usize = 0; pc < k; pc += KC) {
    packColumns(b + (pc * brs << 2), brs, bcs, min(KC, k - pc), n, out + (pc * n << 2));
  }
}

/**
 * C (m x n, rows ldc floats apart) = A B for packed B and A with contiguous rows, `ars` floats apart.
 * `bias`: n floats added to every row, or 0 for none; flag 1 adds to C instead. `scratch`: gemm's.
 */
export function packedProduct(
  a: usize, ars: usize, packed: usize, c: usize, ldc: usize, m: usize, n: usize, k: usize,
  bias: usize, flags: i32, scratch: usize,
): void {
  const zeros = scratch, rows = scratch + 32 + PANEL_ROWS * 32, rowBytes = ldc << 2;
  v128.store(zeros, f32x4.splat(0));
  v128.store(zeros, f32x4.splat(0), 16);
  for (let ic: usize = 0; ic < m; ic += MC) {
    const mc = min(MC, m - ic);
    for (let pc: usize = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc), depth = kc + 3 & ~3, begins = pc == 0;
      const tileFlags = begins ? flags : flags | ACCUMULATE;
      packRows(a + (ic * ars + pc << 2), ars, 1, mc, kc, rows);
      let panel = packed + (pc * n << 2);
      for (let j: usize = 0; j < n; j += PANEL_COLUMNS) {
        const start = bias && begins ? bias + (j << 2) : zeros;
        for (let i: usize = 0; i < mc; i += PANEL_ROWS) {
          tile(
            rows + (i * depth << 2), panel, depth, c + ((ic + i) * ldc + j << 2), rowBytes,
            min<usize>(PANEL_ROWS, mc - i), start, tileFlags,
          );
        }
        panel += depth << 5;
      }
    }
  }
}
