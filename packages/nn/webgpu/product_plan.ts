/** How a matrix product is cut into workgroups. */
export interface ProductPlan {
  /** Rows and columns of the result that a workgroup computes: 32 or 64. */
  readonly tile: 32 | 64;
  /** Parts of the depth that different workgroups sum. */
  readonly splits: number;
  /** Depth of a part, a multiple of 32. */
  readonly depth: number;
}

/** Workgroups that a graphics card should have, to be busy: several for each of its processors. */
const ENOUGH = 256;

/** A part of the depth below this is not worth a workgroup. */
const LEAST_DEPTH = 256;

const MOST_SPLITS = 16;

/**
 * Large tiles read less; small ones make more workgroups, and waste less of a narrow result. Where the
 * result is small and the sum long, as in the gradients of weights, the sum is split.
 *
 * @param product Rows, columns, depth and number of products; whether the sum may be split.
 */
export function planProduct(
  { m, n, k, batch, splittable }: {
    m: number;
    n: number;
    k: number;
    batch: number;
    splittable: boolean;
  },
): ProductPlan {
  const tiles = (tile: number) => batch * Math.ceil(m / tile) * Math.ceil(n / tile);
  const mostSplits = splittable
    ? Math.max(1, Math.min(MOST_SPLITS, Math.floor(k / LEAST_DEPTH)))
    : 1;
  const large = m > 32 && n > 32 && tiles(64) * mostSplits >= ENOUGH / 2;
  const tile = large ? 64 : 32;
  const wanted = Math.min(mostSplits, Math.ceil(ENOUGH / Math.max(1, tiles(tile))));
  const depth = 32 * Math.max(1, Math.ceil(k / wanted / 32));
  return { tile, depth, splits: Math.max(1, Math.ceil(k / depth)) };
}
