import { assertEquals } from "@std/assert";
import { buildDoubleArray, type DoubleArray } from "./_double_array.ts";

/** The value of a key, or -1. */
function find({ labels, nodes }: DoubleArray, key: string): number {
  let node = 0;
  for (let i = 0; i < key.length; i++) {
    const child = nodes[4 * node + 1] + labels[key.charCodeAt(i)];
    if (nodes[4 * child] !== node) return -1;
    node = child;
  }
  return nodes[4 * node + 2];
}

Deno.test("buildDoubleArray() finds every key, and nothing else", () => {
  let state = 1;
  const random = (below: number) => (state = Math.imul(state, 48271) >>> 0) % below;
  const known = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    // Few letters make prefixes of prefixes, and many make rows that are wide.
    const letters = i % 2 === 0 ? 4 : 3000;
    const units = Array.from({ length: 1 + random(9) }, () => 0x41 + random(letters));
    known.set(String.fromCharCode(...units), i);
  }
  const trie = buildDoubleArray([...known.keys()], [...known.values()]);
  for (const [key, value] of known) {
    assertEquals(find(trie, key), value);
    for (const other of [key.slice(0, -1), `${key}B`, `${key}\uffff`]) {
      assertEquals(find(trie, other), known.get(other) ?? -1);
    }
  }
});

Deno.test("buildDoubleArray() takes one key, and none", () => {
  assertEquals(find(buildDoubleArray(["ab"], [7]), "ab"), 7);
  assertEquals(find(buildDoubleArray(["ab"], [7]), "a"), -1);
  assertEquals(find(buildDoubleArray([], []), "a"), -1);
});
