// C = A B (+ bias) (ReLU) for every layout, by strides, after Goto & van de Geijn 2008: A and B are
// packed in panels that stay in the caches, and a tile of 5 x 8 sums lives in 10 vector registers.
//
// Why 5 x 8: where WebAssembly has no guard pages (Deno) every load pays a bounds check, so the tile
// loads few, whole vectors: five rows of A by four steps of k are five vectors, spread by shuffles
// (which run on another port than the multiply-adds). 10 sums, 2 of B, 2 of A and one spread value
// are the 15 vector registers that V8 hands out; 6 x 8 needs 16 and spills.
import { gemmDot, gemmRows } from "./gemm_small";
import { packColumns, packRows, PANEL_COLUMNS, PANEL_ROWS } from "./pack";
import { tile } from "./tile";

/** Depth of a block: a panel of B (8 x KC) shares the first-level cache with one of A. */
const KC: usize = 512;
/** Floats of packed B: half of a 2 MB second-level cache. */
const B_FLOATS: usize = 256 * 1024;
/** Rows of A handled per pass over the packed B. */
const MC: usize = 60;

/** Up to so many rows packing does not pay: B in rows of inner products, B in rows of its own. */
const DOT_ROWS: usize = 6;
const FEW_ROWS: usize = 10;

/** Flags. */
export const ACCUMULATE: i32 = 1;
export const RELU: i32 = 2;

/** Bytes of scratch memory that gemm needs: zeros, one tile, packed A and packed B. */
export function gemmScratchBytes(): usize {
  return 32 + PANEL_ROWS * 32 + (MC * (KC + 4) + B_FLOATS + PANEL_COLUMNS * (KC + 4) << 2);
}

/** Blocks of equal size, none above `limit`, in multiples of `unit`. */
// @ts-ignore: decorator
@inline
function evenBlock(size: usize, limit: usize, unit: usize): usize {
  if (size == 0) return unit;
  const blocks = (size + limit - 1) / limit;
  const even = (size + blocks - 1) / blocks;
  return (even + unit - 1) / unit * unit;
}

/**
 * C (m x n, rows ldc floats apart) = A B, element (i, k) of A at a + 4 (i ars + k acs), element (k, j)
 * of B at b + 4 (k brs + j bcs). `bias`: n floats added to every row, or 0 for none. `flags`: 1 adds
 * to C instead of overwriting it, 2 applies ReLU. `scratch`: gemmScratchBytes() of memory.
 */
export function gemm(
  a: usize, ars: usize, acs: usize, b: usize, brs: usize, bcs: usize,
  c: usize, ldc: usize, m: usize, n: usize, k: usize, bias: usize, flags: i32, scratch: usize,
): void {
  if (m == 0 || n == 0) return;
  if (acs == 1 && brs == 1 && m <= DOT_ROWS) {
    gemmDot(a, ars, b, bcs, c, ldc, m, n, k, bias, flags);
    return;
  }
  if (acs == 1 && bcs == 1 && m <= FEW_ROWS) {
    gemmRows(a, ars, b, brs, c, ldc, m, n, k, bias, flags);
    return;
  }
  const kcMax = evenBlock(k, KC, 4);
  const ncMax = evenBlock(n, max<usize>(PANEL_COLUMNS, B_FLOATS / kcMax), PANEL_COLUMNS);
  const mcMax = evenBlock(m, MC, PANEL_ROWS);
  const zeros = scratch; // 8 floats
  const edge = scratch + 32; // 5 x 8 floats
  const packedA = edge + PANEL_ROWS * 32;
  const packedB = packedA + (MC * (KC + 4) << 2);
  const rowBytes = ldc << 2;
  v128.store(zeros, f32x4.splat(0));
  v128.store(zeros, f32x4.splat(0), 16);
  for (let jc: usize = 0; jc < n; jc += ncMax) {
    const nc = min(ncMax, n - jc);
    let pc: usize = 0;
    do {
      const kc = min(kcMax, k - pc);
      const depth = kc + 3 & ~3;
      packColumns(b + (pc * brs + jc * bcs << 2), brs, bcs, kc, nc, packedB);
      const begins = pc == 0;
      const tileFlags = (begins ? flags & ACCUMULATE : ACCUMULATE) |
        (pc + kc == k ? flags & RELU : 0);
      for (let ic: usize = 0; ic < m; ic += mcMax) {
        const mc = min(mcMax, m - ic);
        packRows(a + (ic * ars + pc * acs << 2), ars, acs, mc, kc, packedA);
        for (let j: usize = 0; j < nc; j += PANEL_COLUMNS) {
          const width = min<usize>(PANEL_COLUMNS, nc - j);
          const panel = packedB + (j * depth << 2);
          const start = bias && begins ? bias + (jc + j << 2) : zeros;
          for (let i: usize = 0; i < mc; i += PANEL_ROWS) {
            const height = min<usize>(PANEL_ROWS, mc - i);
            const out = c + ((ic + i) * ldc + jc + j << 2);
            const rows = packedA + (i * depth << 2);
            if (width == PANEL_COLUMNS) {
              tile(rows, panel, depth, out, rowBytes, height, start, tileFlags);
            } else {
              // A narrow tile is computed beside C, and the part that exists copied.
              if (tileFlags & ACCUMULATE) copyTile(out, rowBytes, edge, 32, height, width);
              else copyTile(start, 0, edge, 32, height, width);
              tile(rows, panel, depth, edge, 32, height, zeros, tileFlags | ACCUMULATE);
              copyTile(edge, 32, out, rowBytes, height, width);
            }
          }
        }
      }
      pc += kcMax;
    } while (pc < k);
  }
}

/** Copies the part of a tile that exists. */
function copyTile(
  from: usize, fromStride: usize, to: usize, toStride: usize, height: usize, width: usize,
): void {
  for (let i: usize = 0; i < height; i++) {
    for (let j: usize = 0; j < width << 2; j += 4) store<f32>(to + j, load<f32>(from + j));
    from += fromStride;
    to += toStride;
  }
}
