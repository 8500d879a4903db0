/** The merges of a BPE model by the ids of their two parts: an open-addressing table, found in one or two looks. */
export class MergeTable {
  #entries: Int32Array; // left, right, rank, merged id; left -1 is free
  #mask: number;

  /** `merges`: left, right and merged id of each merge, best rank first; a pair given twice has its last rank. */
  constructor(merges: Int32Array) {
    const count = merges.length / 3;
    let capacity = 16;
    while (capacity < 2 * count) capacity *= 2;
    this.#mask = capacity - 1;
    this.#entries = new Int32Array(4 * capacity).fill(-1);
    for (let rank = 0; rank < count; rank++) {
      const left = merges[3 * rank];
      const right = merges[3 * rank + 1];
      let at = this.#slot(left, right);
      while (
        this.#entries[at] >= 0 && (this.#entries[at] !== left || this.#entries[at + 1] !== right)
      ) at = (at + 4) & (4 * this.#mask + 3);
      this.#entries.set([left, right, rank, merges[3 * rank + 2]], at);
    }
  }

  /** Where the merge of two ids is, for {@linkcode rank} and {@linkcode merged}; -1 when they do not merge. */
  find(left: number, right: number): number {
    const entries = this.#entries;
    let at = this.#slot(left, right);
    for (;;) {
      const key = entries[at];
      if (key === left && entries[at + 1] === right) return at;
      if (key < 0) return -1;
      at = (at + 4) & (4 * this.#mask + 3);
    }
  }

  /** Place of a found merge in the list; less is better. */
  rank(found: number): number {
    return this.#entries[found + 2];
  }

  /** The id that a found merge makes. */
  merged(found: number): number {
    return this.#entries[found + 3];
  }

  #slot(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    return (Math.imul(hash, 0x2c1b3c6d) >>> 7 & this.#mask) * 4;
  }
}
