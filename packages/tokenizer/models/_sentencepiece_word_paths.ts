// The ids of words that were cut before. Words are compared as UTF-16 units, so that looking one up makes no string.

const MAX_WORDS = 1 << 15;
const SLOTS = 1 << 17;
const ARENA = 1 << 19;

export class WordPaths {
  #slots = new Int32Array(SLOTS); // word number + 1, 0 for none
  #hashes = new Int32Array(MAX_WORDS);
  #unitEnds = new Int32Array(MAX_WORDS + 1);
  #idEnds = new Int32Array(MAX_WORDS + 1);
  #units = new Uint16Array(ARENA);
  #ids = new Int32Array(ARENA);
  #count = 0;
  #slot = 0;
  #hash = 0;

  /** Ids of the word `units[start, end)` if it is known, written to `path` from `at`; returns the new end or -1. */
  copy(units: Uint16Array, start: number, end: number, path: Int32Array, at: number): number {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ units[i], 0x01000193);
    hash ^= hash >>> 16;
    this.#hash = hash;
    const known = this.#units;
    for (let slot = hash & (SLOTS - 1);; slot = (slot + 1) & (SLOTS - 1)) {
      const word = this.#slots[slot] - 1;
      if (word < 0) {
        this.#slot = slot;
        return -1;
      }
      if (this.#hashes[word] !== hash) continue;
      let from = this.#unitEnds[word];
      if (this.#unitEnds[word + 1] - from !== end - start) continue;
      let i = start;
      while (i < end && units[i] === known[from]) i++, from++;
      if (i < end) continue;
      for (let k = this.#idEnds[word]; k < this.#idEnds[word + 1]; k++) path[at++] = this.#ids[k];
      return at;
    }
  }

  /** Keeps the ids of the word that {@linkcode copy} has just not found. */
  keep(word: Uint16Array, ids: Int32Array): void {
    if (
      this.#count === MAX_WORDS || this.#unitEnds[this.#count] + word.length > ARENA ||
      this.#idEnds[this.#count] + ids.length > ARENA
    ) {
      // Start over: text changes, and the words that it still uses are soon known again.
      this.#slots.fill(0);
      this.#count = 0;
      this.#slot = this.#hash & (SLOTS - 1);
    }
    const number = this.#count++;
    this.#slots[this.#slot] = number + 1;
    this.#hashes[number] = this.#hash;
    this.#units.set(word, this.#unitEnds[number]);
    this.#ids.set(ids, this.#idEnds[number]);
    this.#unitEnds[number + 1] = this.#unitEnds[number] + word.length;
    this.#idEnds[number + 1] = this.#idEnds[number] + ids.length;
  }
}
