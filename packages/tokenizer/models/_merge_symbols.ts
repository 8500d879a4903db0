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
    if (at >= 0) heap.push(table.rank(at), left, table.merged(at));
  };
  for (let i = 0; i + 1 < count; i++) offer(i, i + 1);
  const skipped: number[] = [];
  while (heap.size > 0) {
    heap.pop();
    const { rank, position, merged } = heap;
    if (skips?.()) {
      skipped.push(rank, position, merged);
      continue;
    }
    for (let i = 0; i < skipped.length; i += 3) {
      heap.push(skipped[i], skipped[i + 1], skipped[i + 2]);
    }
    skipped.length = 0;
    const right = next[position];
    if (next[position] < 0 || right >= count) continue;
    const at = table.find(ids[position], ids[right]);
    if (at < 0 || table.merged(at) !== merged) continue;
    ids[position] = merged;
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

/** A binary heap of (rank, position, merged id), least rank first, then least position. */
class MergeHeap {
  size = 0;
  rank = 0;
  position = 0;
  merged = 0;
  #keys: Float64Array; // rank * 2^31 + position
  #values: Int32Array;

  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity + 8);
    this.#values = new Int32Array(capacity + 8);
  }

  push(rank: number, position: number, merged: number): void {
    if (this.size === this.#keys.length) this.#grow();
    const keys = this.#keys;
    const values = this.#values;
    const key = rank * 0x80000000 + position;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent] <= key) break;
      keys[at] = keys[parent];
      values[at] = values[parent];
      at = parent;
    }
    keys[at] = key;
    values[at] = merged;
  }

  pop(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.rank = Math.floor(keys[0] / 0x80000000);
    this.position = keys[0] - this.rank * 0x80000000;
    this.merged = values[0];
    const size = --this.size;
    const key = keys[size];
    const value = values[size];
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && keys[child + 1] < keys[child]) child++;
      if (keys[child] >= key) break;
      keys[at] = keys[child];
      values[at] = values[child];
      at = child;
    }
    keys[at] = key;
    values[at] = value;
  }

  #grow(): void {
    const keys = new Float64Array(2 * this.#keys.length);
    const values = new Int32Array(2 * this.#keys.length);
    keys.set(this.#keys);
    values.set(this.#values);
    this.#keys = keys;
    this.#values = values;
  }
}
