import type { MergeTable } from "./_merge_table.ts";

const SHORT = 24; // up to here looking at all pairs is faster than a heap

/** Merges in place; `lengths[i]` is what symbol `i` covers. */
export function mergeSymbols(
  table: MergeTable,
  symbols: { ids: Int32Array; lengths: Int32Array; count: number },
): number {
  return symbols.count <= SHORT ? mergeShort(table, symbols) : mergeLong(table, symbols, undefined);
}

/** Merges in place, leaving each merge out with probability `dropout` (Provilkov et al. 2020, BPE-Dropout). */
export function mergeWithDropout(
  table: MergeTable,
  symbols: { ids: Int32Array; lengths: Int32Array; count: number },
  { dropout, random }: { dropout: number; random: () => number },
): number {
  return mergeLong(table, symbols, () => random() < dropout);
}

const ranks = new Int32Array(SHORT);
const found = new Int32Array(SHORT);

function mergeShort(
  table: MergeTable,
  { ids, lengths, count }: { ids: Int32Array; lengths: Int32Array; count: number },
): number {
  const look = (i: number) => {
    const at = i + 1 < count ? table.find(ids[i], ids[i + 1]) : -1;
    found[i] = at;
    ranks[i] = at < 0 ? 0x7fffffff : table.rank(at);
  };
  for (let i = 0; i < count; i++) look(i);
  for (;;) {
    let best = 0x7fffffff;
    let at = -1;
    for (let i = 0; i + 1 < count; i++) {
      if (ranks[i] < best) {
        best = ranks[i];
        at = i;
      }
    }
    if (at < 0) return count;
    ids[at] = table.merged(found[at]);
    lengths[at] += lengths[at + 1];
    count--;
    for (let i = at + 1; i < count; i++) {
      ids[i] = ids[i + 1];
      lengths[i] = lengths[i + 1];
      ranks[i] = ranks[i + 1];
      found[i] = found[i + 1];
    }
    look(at);
    if (at > 0) look(at - 1);
  }
}

/** A linked list of symbols and a heap of possible merges: O(n log n). */
function mergeLong(
  table: MergeTable,
  { ids, lengths, count }: { ids: Int32Array; lengths: Int32Array; count: number },
  skips: (() => boolean) | undefined,
): number {
  const previous = new Int32Array(count);
  const next = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    previous[i] = i - 1;
    next[i] = i + 1;
  }
  const heap = new MergeHeap(count);
  const offer = (left: number, right: number) => {
    const at = table.find(ids[left], ids[right]);
    if (at >= 0) heap.push(table.rank(at) * POSITIONS + left);
  };
  for (let i = 0; i + 1 < count; i++) offer(i, i + 1);
  const skipped: number[] = [];
  while (heap.size > 0) {
    const key = heap.pop();
    if (skips?.()) {
      skipped.push(key);
      continue;
    }
    for (const earlier of skipped) heap.push(earlier);
    skipped.length = 0;
    const rank = Math.floor(key / POSITIONS);
    const position = key - rank * POSITIONS;
    const right = next[position];
    if (right < 0 || right >= count) continue;
    // The symbols may have merged with others since.
    const at = table.find(ids[position], ids[right]);
    if (at < 0 || table.rank(at) !== rank) continue;
    ids[position] = table.merged(at);
    lengths[position] += lengths[right];
    next[position] = next[right];
    next[right] = -1; // gone
    if (next[position] < count) previous[next[position]] = position;
    if (previous[position] >= 0) offer(previous[position], position);
    if (next[position] < count) offer(position, next[position]);
  }
  let left = 0;
  for (let i = 0; i < count; i = next[i]) {
    ids[left] = ids[i];
    lengths[left++] = lengths[i];
  }
  return left;
}

const POSITIONS = 0x80000000;
const CHILDREN = 4; // one cache line holds two families, and the heap is half as high as a binary one

/** A heap of numbers `rank * POSITIONS + position`, least first. */
class MergeHeap {
  size = 0;
  #keys: Float64Array;

  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity + 8);
  }

  push(key: number): void {
    if (this.size === this.#keys.length) {
      const larger = new Float64Array(2 * this.size);
      larger.set(this.#keys);
      this.#keys = larger;
    }
    const keys = this.#keys;
    let at = this.size++;
    while (at > 0) {
      const parent = Math.floor((at - 1) / CHILDREN);
      if (keys[parent] <= key) break;
      keys[at] = keys[parent];
      at = parent;
    }
    keys[at] = key;
  }

  pop(): number {
    const keys = this.#keys;
    const least = keys[0];
    const size = --this.size;
    const key = keys[size];
    let at = 0;
    for (let first = 1; first < size; first = CHILDREN * at + 1) {
      const end = Math.min(first + CHILDREN, size);
      let child = first;
      for (let other = first + 1; other < end; other++) {
        if (keys[other] < keys[child]) child = other;
      }
      if (keys[child] >= key) break;
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = key;
    return least;
  }
}
