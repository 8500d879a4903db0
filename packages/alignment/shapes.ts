import type { ParallelCorpus } from "./corpus.ts";
import { diagonalNormalizer } from "./diagonal.ts";

/**
 * What depends on the lengths of a pair alone, once for all pairs of the same lengths: a cell for every target
 * position of every combination of lengths.
 */
export class Shapes {
  /** First cell of each pair; its target position j has the j-th cell from there. */
  readonly firstCells: Int32Array;
  /** Greatest length of a target. */
  readonly longestTarget: number;
  /** Normalizer of each cell at the present tension. */
  readonly normalizers: Float64Array;
  /** Posterior mass of links in each cell: how many targets there have a source. */
  readonly masses: Float64Array;
  readonly #sizes: { readonly n: number; readonly m: number }[] = [];

  constructor(corpus: ParallelCorpus) {
    const { pairs, sourceStarts, targetStarts } = corpus;
    const known = new Map<number, number>();
    this.firstCells = new Int32Array(pairs);
    let cells = 0, longest = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const n = sourceStarts[pair + 1] - sourceStarts[pair];
      const m = targetStarts[pair + 1] - targetStarts[pair];
      const key = n * 0x20000 + m;
      let first = known.get(key);
      if (first === undefined) {
        known.set(key, first = cells);
        this.#sizes.push({ n, m });
        cells += m;
        longest = Math.max(longest, m);
      }
      this.firstCells[pair] = first;
    }
    this.longestTarget = longest;
    this.normalizers = new Float64Array(cells);
    this.masses = new Float64Array(cells);
  }

  /** Works the normalizers out for a tension. */
  normalize(tension: number): void {
    let cell = 0;
    for (const sizes of this.#sizes) {
      for (let j = 0; j < sizes.m; j++) {
        this.normalizers[cell++] = diagonalNormalizer(j, sizes, tension);
      }
    }
  }

  /** The part of the expected log-likelihood that the tension decides on. */
  objective(tension: number, distance: number): number {
    let sum = -tension * distance, cell = 0;
    for (const sizes of this.#sizes) {
      for (let j = 0; j < sizes.m; j++) {
        const mass = this.masses[cell++];
        if (mass > 0) sum -= mass * Math.log(diagonalNormalizer(j, sizes, tension));
      }
    }
    return sum;
  }
}
