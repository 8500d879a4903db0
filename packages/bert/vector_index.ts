import { unitVector } from "@heed/model";

/** A vector that is near a query. */
export interface Neighbour {
  /** Number of the vector, in the order in which they were added, from 0. */
  readonly index: number;
  /** Cosine between it and the query. */
  readonly score: number;
}

/** An exact search among vectors by the cosine. */
export class VectorIndex {
  readonly #vectors: Float32Array[] = [];
  #size: number | undefined;

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
    for (const vector of vectors) {
      this.#check(vector);
      this.#vectors.push(unitVector(vector));
    }
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
    for (const [index, vector] of this.#vectors.entries()) {
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

  #check({ length }: Float32Array): void {
    this.#size ??= length;
    if (length === this.#size) return;
    throw new TypeError(
      `Cannot compare a vector of ${length} numbers with those of ${this.#size}: ` +
        "all must come from one model",
    );
  }
}
