// (left symbol, right symbol) -> the piece that they merge into, as an open-addressing hash table in flat arrays.

export class MergePairs {
  #keys: Int32Array; // left, right
  #values: Int32Array;
  #mask: number;

  /** `pairs` holds left, right and merged symbol of one merge after another; equal pairs have equal results. */
  constructor(pairs: readonly number[]) {
    let capacity = 16;
    while (capacity < pairs.length) capacity *= 2; // at most one slot in three is taken
    this.#mask = capacity - 1;
    this.#keys = new Int32Array(2 * capacity).fill(-1);
    this.#values = new Int32Array(capacity);
    for (let i = 0; i < pairs.length; i += 3) {
      const slot = this.#slot(pairs[i], pairs[i + 1]);
      this.#keys[2 * slot] = pairs[i];
      this.#keys[2 * slot + 1] = pairs[i + 1];
      this.#values[slot] = pairs[i + 2];
    }
  }

  /** The piece that two symbols merge into, or -1. */
  get(left: number, right: number): number {
    const slot = this.#slot(left, right);
    return this.#keys[2 * slot] < 0 ? -1 : this.#values[slot];
  }

  #slot(left: number, right: number): number {
    const keys = this.#keys;
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca77);
    hash ^= hash >>> 15;
    for (let slot = hash & this.#mask;; slot = (slot + 1) & this.#mask) {
      if (keys[2 * slot] < 0 || (keys[2 * slot] === left && keys[2 * slot + 1] === right)) {
        return slot;
      }
    }
  }
}
