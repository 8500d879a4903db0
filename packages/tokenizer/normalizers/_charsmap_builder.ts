// Writes the format that _charsmap.ts reads. Equal subtrees are stored once, as SentencePiece's files do; without
// that the 225,000 rules of nmt_nfkc would take megabytes.

interface CharacterNode {
  children: Map<number, CharacterNode> | undefined; // most of 225,000 nodes have none
  value: number; // where the replacement starts, or -1
}

/** A node over bytes: sorted labels (0 for the value) and what they lead to. */
interface ByteNode {
  readonly value: number;
  readonly labels: readonly number[];
  readonly targets: readonly number[];
}

const NONE: readonly number[] = [];
const BLOCK = 256;
const UNUSED = 0x80000000; // a label that no byte equals
const SEARCHED = 8 * BLOCK;
const MAX_OFFSET = 1 << 21;

/** Compiles rules (key to replacement) into the bytes of a precompiled character map. */
export function buildCharsmap(rules: ReadonlyMap<string, string>): Uint8Array {
  const { root, replacements } = collect(rules);
  const graph = new Graph();
  const units = layOut(graph.nodes, graph.addCharacters(root));
  const bytes = new Uint8Array(4 + 4 * units.length + replacements.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 4 * units.length, true);
  for (const [i, unit] of units.entries()) view.setUint32(4 + 4 * i, unit, true);
  bytes.set(replacements, 4 + 4 * units.length);
  return bytes;
}

function collect(rules: ReadonlyMap<string, string>) {
  const root: CharacterNode = { children: undefined, value: -1 };
  const starts = new Map<string, number>();
  const utf8 = new TextEncoder();
  let length = 0;
  for (const [key, replacement] of rules) {
    let node = root;
    for (const character of key) {
      const code = character.codePointAt(0)!;
      const children: Map<number, CharacterNode> = node.children ??= new Map();
      let child = children.get(code);
      if (child === undefined) children.set(code, child = { children: undefined, value: -1 });
      node = child;
    }
    let start = starts.get(replacement);
    if (start === undefined) {
      starts.set(replacement, start = length);
      length += utf8.encode(replacement).length + 1;
    }
    node.value = start;
  }
  const replacements = new Uint8Array(length);
  for (const [replacement, start] of starts) replacements.set(utf8.encode(replacement), start);
  return { root, replacements };
}

/** The distinct nodes; a node's number is its place in `nodes`. */
class Graph {
  readonly nodes: ByteNode[] = [];
  #known = new Map<string | number, number>();
  #bytes = new Map<number, readonly number[]>(); // a character's, which thousands of rules have

  addCharacters(node: CharacterNode): number {
    if (node.children === undefined) return this.#node(node.value, node.value, NONE, NONE);
    const entries: [readonly number[], number][] = [];
    const codes = [...node.children.keys()].sort((a, b) => a - b);
    for (const code of codes) {
      let bytes = this.#bytes.get(code);
      if (bytes === undefined) this.#bytes.set(code, bytes = utf8Bytes(code));
      entries.push([bytes, this.addCharacters(node.children.get(code)!)]);
    }
    return this.#addBytes(entries, 0, node.value);
  }

  /** Entries sorted by bytes: what follows after `depth` bytes, and the node that it leads to. */
  #addBytes(entries: [readonly number[], number][], depth: number, value: number): number {
    const labels: number[] = [];
    const targets: number[] = [];
    for (let i = 0; i < entries.length;) {
      const byte = entries[i][0][depth];
      let end = i + 1;
      while (end < entries.length && entries[end][0][depth] === byte) end++;
      labels.push(byte);
      targets.push(
        entries[i][0].length === depth + 1
          ? entries[i][1]
          : this.#addBytes(entries.slice(i, end), depth + 1, -1),
      );
      i = end;
    }
    return this.#node(`${value};${labels};${targets}`, value, labels, targets);
  }

  /** A leaf is known by its value alone; most nodes are leaves. */
  #node(
    signature: string | number,
    value: number,
    labels: readonly number[],
    targets: readonly number[],
  ): number {
    let number = this.#known.get(signature);
    if (number === undefined) {
      number = this.nodes.push({ value, labels, targets }) - 1;
      this.#known.set(signature, number);
    }
    return number;
  }
}

/** Gives every node a base, such that no two bases are equal and no two labels meet in a place. */
function layOut(nodes: readonly ByteNode[], root: number): Uint32Array {
  let used = new Uint8Array(BLOCK);
  let bases = new Uint8Array(BLOCK);
  used[0] = 1; // the root's unit
  const baseOf = new Int32Array(nodes.length);
  let firstFree = 1;
  let end = 0;
  // Large nodes first, while there is room.
  const order = nodes.map((_, i) => i).sort((a, b) =>
    nodes[b].labels.length - nodes[a].labels.length || a - b
  );
  for (const number of order) {
    // Place 0 is kept free where there is no value: an edge there would lead to itself, which SentencePiece refuses.
    const taken = [0, ...nodes[number].labels];
    while (used[firstFree] === 1) firstFree++;
    let base = -1;
    // Only leaves, which fit anywhere, go back to fill the gaps; others look at the last blocks.
    const start = taken.length === 1 ? firstFree : Math.max(firstFree, end - SEARCHED);
    for (let place = start; base < 0; place++) {
      if (place >= used.length) {
        used = doubled(used);
        bases = doubled(bases);
      }
      const candidate = place ^ taken[0];
      if (used[place] === 1 || bases[candidate] === 1) continue;
      if (taken.every((label) => used[candidate ^ label] === 0)) base = candidate;
    }
    bases[base] = 1;
    for (const label of taken) {
      used[base ^ label] = 1;
      end = Math.max(end, base ^ label);
    }
    baseOf[number] = base;
  }

  const size = Math.ceil((used.lastIndexOf(1) + 1) / BLOCK) * BLOCK;
  const units = new Uint32Array(size).fill(UNUSED);
  units[0] = offsetBits(baseOf[root]);
  for (const [number, { value, labels, targets }] of nodes.entries()) {
    if (value >= 0) units[baseOf[number]] = (value | 0x80000000) >>> 0;
    for (const [i, label] of labels.entries()) {
      const place = baseOf[number] ^ label;
      const target = targets[i];
      const hasLeaf = nodes[target].value >= 0 ? 1 << 8 : 0;
      units[place] = (offsetBits(place ^ baseOf[target]) | hasLeaf | label) >>> 0;
    }
  }
  return units;
}

function offsetBits(offset: number): number {
  if (offset >= MAX_OFFSET) {
    throw new RangeError(`Cannot build character map: it needs more than ${MAX_OFFSET} units`);
  }
  return (offset << 10) >>> 0;
}

function doubled(flags: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const twice = new Uint8Array(2 * flags.length);
  twice.set(flags);
  return twice;
}

function utf8Bytes(code: number): number[] {
  if (code < 0x80) return [code];
  const tail: number[] = [];
  let lead = code;
  let limit = 0x20;
  let prefix = 0xc0;
  tail.unshift(0x80 | (lead & 0x3f));
  lead >>= 6;
  while (lead >= limit) {
    tail.unshift(0x80 | (lead & 0x3f));
    lead >>= 6;
    limit >>= 1;
    prefix = (prefix >> 1) | 0x80;
  }
  return [prefix | lead, ...tail];
}
