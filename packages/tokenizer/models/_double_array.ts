// A trie over UTF-16 units as a double array (Aoe 1989): the child of a node for a label is one addition away.
// Units are first mapped to labels by how often they occur in the keys, so that the children of a node lie close
// together. A node takes four numbers in `nodes`, one cache line at most: parent, base, value, unused.

export interface DoubleArray {
  /** UTF-16 unit -> label; 0 for units that no key has. */
  readonly labels: Uint16Array;
  /** Per node: parent node, base of the children, value of the key that ends here or -1, 0. */
  readonly nodes: Int32Array;
}

/** Node 0 is the root. Walk: `child = base + label; if (nodes[4 * child] !== node) stop`. */
export function buildDoubleArray(keys: readonly string[], values: readonly number[]): DoubleArray {
  const labels = labelUnits(keys);
  const order = keys.map((_, i) => i).sort((a, b) =>
    keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0
  );
  const sorted = order.map((i) => keys[i]);
  const builder = new Builder(65536);

  // Each entry: a node, and the range of sorted keys that pass through it at a depth.
  interface Pending {
    node: number;
    start: number;
    end: number;
    depth: number;
  }
  const queue: Pending[] = [{ node: 0, start: 0, end: sorted.length, depth: 0 }];
  for (let next = 0; next < queue.length; next++) {
    const { node, end, depth } = queue[next];
    let { start } = queue[next];
    if (start < end && sorted[start].length === depth) {
      builder.nodes[4 * node + 2] = values[order[start]];
      start++;
    }
    const groups: { label: number; start: number; end: number }[] = [];
    for (let i = start; i < end;) {
      const unit = sorted[i].charCodeAt(depth);
      let stop = i + 1;
      while (stop < end && sorted[stop].charCodeAt(depth) === unit) stop++;
      groups.push({ label: labels[unit], start: i, end: stop });
      i = stop;
    }
    if (groups.length === 0) continue;
    const base = builder.place(node, groups.map((group) => group.label).sort((a, b) => a - b));
    for (const group of groups) {
      queue.push({
        node: base + group.label,
        start: group.start,
        end: group.end,
        depth: depth + 1,
      });
    }
  }
  let maxLabel = 0;
  for (const label of labels) if (label > maxLabel) maxLabel = label;
  return { labels, nodes: builder.finish(maxLabel) };
}

function labelUnits(keys: readonly string[]): Uint16Array {
  const counts = new Uint32Array(65536);
  for (const key of keys) for (let i = 0; i < key.length; i++) counts[key.charCodeAt(i)]++;
  const used: number[] = [];
  for (let unit = 0; unit < 65536; unit++) if (counts[unit] > 0) used.push(unit);
  used.sort((a, b) => counts[b] - counts[a] || a - b);
  const labels = new Uint16Array(65536);
  for (const [rank, unit] of used.entries()) labels[unit] = rank + 1;
  return labels;
}

class Builder {
  nodes: Int32Array;
  #next: Int32Array; // next free node, in ascending order
  #previous: Int32Array;
  #capacity: number;
  #used = 1;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.nodes = new Int32Array(4 * capacity).fill(-1);
    this.#next = new Int32Array(capacity);
    this.#previous = new Int32Array(capacity);
    for (let i = 0; i < capacity; i++) {
      this.#next[i] = i + 1;
      this.#previous[i] = i - 1;
    }
    // The root is taken; index 0 serves as the head of the list of free nodes.
    this.nodes[0] = 0;
    this.nodes[1] = 0;
  }

  /** Finds a base at which all labels (ascending) are free, takes those nodes, and returns the base. */
  place(parent: number, labels: number[]): number {
    const first = labels[0];
    const last = labels[labels.length - 1];
    for (let free = this.#next[0];; free = this.#next[free]) {
      if (free + last >= this.#capacity) this.#grow(free + last);
      const base = free - first;
      if (base < 0) continue;
      let fits = true;
      for (let i = 1; i < labels.length && fits; i++) {
        fits = this.nodes[4 * (base + labels[i])] === -1;
      }
      if (!fits) continue;
      for (const label of labels) this.#take(base + label, parent);
      this.nodes[4 * parent + 1] = base;
      return base;
    }
  }

  finish(maxLabel: number): Int32Array {
    // The reader adds any label to any base without looking at the array's end.
    const size = 4 * (this.#used + maxLabel + 1);
    const nodes = new Int32Array(size).fill(-1);
    nodes.set(this.nodes.subarray(0, Math.min(size, this.nodes.length)));
    for (let node = 0; node < size; node += 4) if (nodes[node + 1] < 0) nodes[node + 1] = 0;
    nodes[0] = -1; // no node is the root's child by label 0
    return nodes;
  }

  #take(node: number, parent: number): void {
    const next = this.#next[node];
    const previous = this.#previous[node];
    this.#next[previous] = next;
    if (next < this.#capacity) this.#previous[next] = previous;
    this.nodes[4 * node] = parent;
    if (node >= this.#used) this.#used = node + 1;
  }

  #grow(index: number): void {
    const capacity = Math.max(2 * this.#capacity, index + 1);
    const nodes = new Int32Array(4 * capacity).fill(-1);
    nodes.set(this.nodes);
    const next = new Int32Array(capacity);
    const previous = new Int32Array(capacity);
    next.set(this.#next);
    previous.set(this.#previous);
    for (let i = this.#capacity; i < capacity; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    // The last free node of the old range already points at the first new one; link it back.
    let lastFree = this.#capacity - 1;
    while (lastFree > 0 && this.nodes[4 * lastFree] !== -1) lastFree--;
    next[lastFree] = this.#capacity;
    previous[this.#capacity] = lastFree;
    this.nodes = nodes;
    this.#next = next;
    this.#previous = previous;
    this.#capacity = capacity;
  }
}
