// Pairs of tokens and how often each occurs: a hash table with open addressing, since a Map would need a key object per
// pair.

const EMPTY = -1;

export class PairTable {
  /** Number of pairs; pair p is tokens `left[p]`, `right[p]`. */
  size = 0;
  left: Int32Array = new Int32Array(1024);
  right: Int32Array = new Int32Array(1024);
  counts: Float64Array = new Float64Array(1024);
  #slots: Int32Array = new Int32Array(4096).fill(EMPTY);

  /** The index of a pair; a new one has count 0. */
  indexOf(left: number, right: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(left, right) & mask;
    for (let found; (found = this.#slots[slot]) !== EMPTY; slot = (slot + 1) & mask) {
      if (this.left[found] === left && this.right[found] === right) return found;
    }
    const index = this.size++;
    if (index === this.left.length) this.#grow();
    this.left[index] = left;
    this.right[index] = right;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    else this.#slots[slot] = index;
    return index;
  }

  #grow(): void {
    this.left = doubled(this.left);
    this.right = doubled(this.right);
    const counts = new Float64Array(this.counts.length * 2);
    counts.set(this.counts);
    this.counts = counts;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    const mask = slots.length - 1;
    for (let index = 0; index < this.size; index++) {
      let slot = hash(this.left[index], this.right[index]) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = index;
    }
    this.#slots = slots;
  }
}

/** A copy with twice the room. */
export function doubled(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function hash(left: number, right: number): number {
  let h = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
