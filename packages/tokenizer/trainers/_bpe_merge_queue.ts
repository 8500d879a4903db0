// Candidates for the next merge, most frequent first. Counts change while candidates wait; an entry's own count is
// corrected when it comes to the top (lazily), since most entries never do.

import { doubled, type PairTable } from "./_bpe_pair_table.ts";

/** A pair and where it was found: in the words `arena[start]` to `arena[end - 1]` of {@linkcode WordLists}. */
export interface MergeCandidate {
  readonly pair: number;
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

export class MergeQueue {
  #table: PairTable;
  #pairs: Int32Array = new Int32Array(1024);
  #starts: Int32Array = new Int32Array(1024);
  #ends: Int32Array = new Int32Array(1024);
  #counts = new Float64Array(1024);
  #size = 0;
  /** A binary heap of entries. */
  #heap: Int32Array = new Int32Array(1024);
  #heapSize = 0;

  constructor(table: PairTable) {
    this.#table = table;
  }

  push(pair: number, start: number, end: number): void {
    const entry = this.#size++;
    if (entry === this.#pairs.length) this.#grow();
    this.#pairs[entry] = pair;
    this.#starts[entry] = start;
    this.#ends[entry] = end;
    this.#counts[entry] = priorityOf(this.#table.counts[pair]);
    let at = this.#heapSize++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(entry, this.#heap[parent])) break;
      this.#heap[at] = this.#heap[parent];
      at = parent;
    }
    this.#heap[at] = entry;
  }

  /** The candidate with the highest count, of several the one with the smallest token ids; undefined when none is left. */
  pop(): MergeCandidate | undefined {
    while (this.#heapSize > 0) {
      const top = this.#heap[0];
      const pair = this.#pairs[top];
      const count = priorityOf(this.#table.counts[pair]);
      if (this.#counts[top] !== count) {
        this.#counts[top] = count;
        this.#sink(top);
        continue;
      }
      const last = this.#heap[--this.#heapSize];
      if (this.#heapSize > 0) this.#sink(last);
      return { pair, count, start: this.#starts[top], end: this.#ends[top] };
    }
    return undefined;
  }

  /** Puts an entry in the heap's first place and moves it down to where it belongs. */
  #sink(entry: number): void {
    let at = 0;
    while (true) {
      let child = at * 2 + 1;
      if (child >= this.#heapSize) break;
      if (
        child + 1 < this.#heapSize && this.#isBefore(this.#heap[child + 1], this.#heap[child])
      ) child++;
      if (!this.#isBefore(this.#heap[child], entry)) break;
      this.#heap[at] = this.#heap[child];
      at = child;
    }
    this.#heap[at] = entry;
  }

  #isBefore(a: number, b: number): boolean {
    if (this.#counts[a] !== this.#counts[b]) return this.#counts[a] > this.#counts[b];
    const pairA = this.#pairs[a];
    const pairB = this.#pairs[b];
    const { left, right } = this.#table;
    if (left[pairA] !== left[pairB]) return left[pairA] < left[pairB];
    if (right[pairA] !== right[pairB]) return right[pairA] < right[pairB];
    return a < b;
  }

  #grow(): void {
    this.#pairs = doubled(this.#pairs);
    this.#starts = doubled(this.#starts);
    this.#ends = doubled(this.#ends);
    this.#heap = doubled(this.#heap);
    const counts = new Float64Array(this.#counts.length * 2);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}

/**
 * A count as an unsigned number. Counts fall below zero only where tokens of one spelling differ in length and
 * `maxTokenLength` leaves some pairs uncounted; Hugging Face then takes them for the largest.
 */
function priorityOf(count: number): number {
  return count < 0 ? count + 2 ** 52 : count;
}
