import type { VectorTable } from "@heed/engine";
import { unitVector } from "@heed/model";

/** A vector that is near a query. */
export interface Neighbour {
  /** Number of the vector, in the order in which they were added, from 0. */
  readonly index: number;
  /** Cosine between it and the query. */
  readonly score: number;
}

/** Candidates that int8 products choose beside as many again as are wanted. */
const SPARE = 32;

/** An exact search among vectors by the cosine. */
export class VectorIndex {
  readonly #vectors: Float32Array[] = [];
  #size: number | undefined;
  #table: VectorTable | undefined;

  /** How many vectors there are. */
  get count(): number {
    return this.#vectors.length;
  }

  /**
   * Adds vectors, which are scaled to length 1.
   *
   * @param vectors All of one length.
   * @throws {TypeError} When a vector has another length than the first.
   */
  add(vectors: Iterable<Float32Array>): void {
    this.#table = undefined;
    for (const vector of vectors) {
      this.#check(vector);
      this.#vectors.push(unitVector(vector));
    }
  }

  /**
   * Makes searches faster: the engine multiplies all vectors in int8, and only the best of these are compared exactly.
   * Vectors that are added later need it again.
   *
   * @example
   * ```ts
   * import { VectorIndex } from "@heed/bert";
   * import { assertEquals } from "@std/assert";
   *
   * const index = new VectorIndex();
   * index.add([Float32Array.of(0, 2), Float32Array.of(3, 0)]);
   * await index.pack();
   * assertEquals(index.search(Float32Array.of(1, 0), { top: 1 }), [{ index: 1, score: 1 }]);
   * ```
   */
  async pack(): Promise<void> {
    if (this.count === 0) return;
    const { VectorTable } = await import("@heed/engine");
    this.#table = await VectorTable.create(this.#vectors);
  }

  /**
   * Finds the nearest vectors.
   *
   * @param query The query, of any length but zero.
   * @param options `top`: how many, default 10.
   * @returns The nearest first; of equal ones the earlier.
   * @throws {TypeError} When the query has another number of numbers.
   *
   * @example
   * ```ts
   * import { VectorIndex } from "@heed/bert";
   * import { assertEquals } from "@std/assert";
   *
   * const index = new VectorIndex();
   * index.add([Float32Array.of(0, 2), Float32Array.of(3, 0)]);
   * assertEquals(index.search(Float32Array.of(1, 0), { top: 1 }), [{ index: 1, score: 1 }]);
   * ```
   */
  search(query: Float32Array, { top = 10 }: { top?: number } = {}): Neighbour[] {
    this.#check(query);
    const unit = unitVector(query);
    const best: Neighbour[] = [];
    for (const index of this.#candidates(unit, top)) {
      const vector = this.#vectors[index];
      let score = 0;
      for (let i = 0; i < vector.length; i++) score += vector[i] * unit[i];
      if (best.length === top && score <= best[top - 1].score) continue;
      if (best.length === top) best.pop();
      let at = best.length;
      while (at > 0 && best[at - 1].score < score) at--;
      best.splice(at, 0, { index, score });
    }
    return best;
  }

  /** Places of the vectors that may be among the nearest, ascending. */
  #candidates(unit: Float32Array, top: number): Iterable<number> {
    const most = 2 * top + SPARE;
    if (!this.#table || most >= this.count) return this.#vectors.keys();
    const products = this.#table.products(unit);
    const least = products.slice().sort()[this.count - most];
    return [...products.keys()].filter((index) => products[index] >= least);
  }

  #check({ length }: Float32Array): void {
    this.#size ??= length;
    if (length === this.#size) return;
    throw new TypeError(
      `Cannot compare a vector of ${length} numbers with those of ${this.#size}: ` +
        "all must come from one model",
    );
  }
}
