// A trie over UTF-16 units as a double array (Aoe 1989): the child of a node for a label is one addition away.
// Units are first mapped to labels by how often they occur in the keys, so that the children of a node lie close
// together. A node takes four numbers in `nodes`, one cache line at most: parent, base, value, unused.

export interface DoubleArray {
  /** UTF-16 unit -> label; 0 for units that no key has. */
  readonly labels: Uint16Array;
  /** Per node: parent node, base of the children, value of the key that ends here or -1, 0. */
  readonly nodes: Int32Array;
}

/** Node 0 is the root. Walk: `child = base + label; if (nodes[4 * child] !== node) stop`. Keys are not empty. */
export function buildDoubleArray(keys: readonly string[], values: readonly number[]): DoubleArray {
  return new TrieBuilder(keys, values).build();
}

// This runs once at every start, before the compiler has seen it: small methods that are called often are compiled
// soonest, and numbers in typed arrays, where objects would stand for nodes, leave nothing to collect.
class TrieBuilder {
  readonly #values: readonly number[];
  /** All keys in one list of labels, and where each begins. */
  readonly #text: Uint16Array;
  readonly #starts: Int32Array;
  readonly #labels = new Uint16Array(65536);
  #maxLabel = 0;
  /** Keys; those that pass through a node are a range of this. */
  readonly #order: Int32Array;
  readonly #spare: Int32Array;
  readonly #counts: Int32Array;
  /** Labels of a node's children. */
  readonly #used: Int32Array;
  /** Nodes whose children are still to be placed, four numbers each: node, its range of `#order`, depth. */
  readonly #queue: Int32Array;
  #queued = 0;
  readonly #slots = new Slots(65536);

  constructor(keys: readonly string[], values: readonly number[]) {
    this.#values = values;
    this.#starts = new Int32Array(keys.length + 1);
    this.#order = new Int32Array(keys.length);
    this.#spare = new Int32Array(keys.length);
    for (let key = 0; key < keys.length; key++) {
      this.#order[key] = key;
      this.#starts[key + 1] = this.#starts[key] + keys[key].length;
    }
    this.#text = new Uint16Array(this.#starts[keys.length]);
    for (let key = 0; key < keys.length; key++) this.#read(keys[key], this.#starts[key]);
    this.#labelUnits();
    this.#counts = new Int32Array(this.#maxLabel + 1);
    this.#used = new Int32Array(this.#maxLabel + 1);
    this.#queue = new Int32Array(4 * (this.#text.length + 1));
  }

  build(): DoubleArray {
    this.#push(0, 0, this.#order.length, 0);
    const queue = this.#queue;
    for (let i = 0; i < this.#queued; i += 4) {
      const node = queue[i], end = queue[i + 2], depth = queue[i + 3];
      const start = this.#endKey(node, queue[i + 1], end, depth);
      if (end - start > 1) this.#branch(node, start, end, depth);
      else if (end > start) this.#finish(node, this.#order[start], depth);
    }
    return { labels: this.#labels, nodes: this.#slots.finish(this.#maxLabel) };
  }

  #read(key: string, at: number): void {
    for (let i = 0; i < key.length; i++) this.#text[at + i] = key.charCodeAt(i);
  }

  /** Numbers units from 1, the most frequent first, and puts these numbers in their places. */
  #labelUnits(): void {
    const text = this.#text;
    const counts = new Uint32Array(65536);
    for (let i = 0; i < text.length; i++) counts[text[i]]++;
    const used: number[] = [];
    for (let unit = 0; unit < 65536; unit++) if (counts[unit] > 0) used.push(unit);
    used.sort((a, b) => counts[b] - counts[a] || a - b);
    for (let rank = 0; rank < used.length; rank++) this.#labels[used[rank]] = rank + 1;
    for (let i = 0; i < text.length; i++) text[i] = this.#labels[text[i]];
    this.#maxLabel = used.length;
  }

  #push(node: number, start: number, end: number, depth: number): void {
    const at = this.#queued;
    this.#queue[at] = node;
    this.#queue[at + 1] = start;
    this.#queue[at + 2] = end;
    this.#queue[at + 3] = depth;
    this.#queued = at + 4;
  }

  /** Gives a node the value of the key that ends there, if one does, and returns where those begin that go on. */
  #endKey(node: number, start: number, end: number, depth: number): number {
    for (let i = start; i < end; i++) {
      const key = this.#order[i];
      if (this.#starts[key + 1] - this.#starts[key] !== depth) continue;
      this.#slots.nodes[4 * node + 2] = this.#values[key];
      this.#order[i] = this.#order[start];
      this.#order[start++] = key;
    }
    return start;
  }

  /** Places the children of a node, and brings their keys together by counting. */
  #branch(node: number, start: number, end: number, depth: number): void {
    const order = this.#order, counts = this.#counts, used = this.#used;
    const count = this.#countLabels(start, end, depth);
    const base = this.#slots.place(node, used, count);
    let last = start;
    for (let i = 0; i < count; i++) {
      const label = used[i], first = last;
      last += counts[label];
      counts[label] = first;
      this.#push(base + label, first, last, depth + 1);
    }
    if (count > 1) {
      for (let i = start; i < end; i++) {
        const key = order[i];
        this.#spare[counts[this.#text[this.#starts[key] + depth]]++] = key;
      }
      for (let i = start; i < end; i++) order[i] = this.#spare[i];
    }
    for (let i = 0; i < count; i++) counts[used[i]] = 0;
  }

  /** Counts the labels that follow, lists them in ascending order, and returns how many there are. */
  #countLabels(start: number, end: number, depth: number): number {
    const counts = this.#counts, used = this.#used;
    let count = 0;
    for (let i = start; i < end; i++) {
      const label = this.#text[this.#starts[this.#order[i]] + depth];
      if (counts[label]++ === 0) used[count++] = label;
    }
    if (count > 1) used.subarray(0, count).sort();
    return count;
  }

  /** Places what is left of a key that shares no more with any other: a chain of nodes. */
  #finish(node: number, key: number, depth: number): void {
    for (let i = this.#starts[key] + depth; i < this.#starts[key + 1]; i++) {
      this.#used[0] = this.#text[i];
      node = this.#slots.place(node, this.#used, 1) + this.#text[i];
    }
    this.#slots.nodes[4 * node + 2] = this.#values[key];
  }
}

/** The nodes, and a list of those that are free. */
class Slots {
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

  /** Finds a base at which the first `count` labels (ascending) are free, takes those nodes, and returns the base. */
  place(parent: number, labels: Int32Array, count: number): number {
    const first = labels[0];
    const last = labels[count - 1];
    for (let free = this.#next[0];; free = this.#next[free]) {
      if (free + last >= this.#capacity) this.#grow(free + last);
      const base = free - first;
      if (base < 0) continue;
      let fits = true;
      for (let i = 1; i < count && fits; i++) {
        fits = this.nodes[4 * (base + labels[i])] === -1;
      }
      if (!fits) continue;
      for (let i = 0; i < count; i++) this.#take(base + labels[i], parent);
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
