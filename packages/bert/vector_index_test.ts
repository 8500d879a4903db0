import { assertEquals } from "@std/assert";
import { VectorIndex } from "./vector_index.ts";

/** Vectors that look random and are the same each time. */
function vectors(count: number, size: number): Float32Array[] {
  let word = 7;
  const next = () => {
    word = Math.imul(word, 1103515245) + 12345 | 0;
    return word / 2 ** 31;
  };
  return Array.from({ length: count }, () => Float32Array.from({ length: size }, next));
}

Deno.test("search() finds the same with int8 products as without, scores included", async () => {
  const all = vectors(720, 37), rows = all.slice(0, 700), queries = all.slice(700);
  const plain = new VectorIndex(), packed = new VectorIndex();
  plain.add(rows);
  packed.add(rows);
  await packed.pack();
  for (const query of queries) {
    assertEquals(packed.search(query, { top: 5 }), plain.search(query, { top: 5 }));
  }
  // What is added later is found too.
  packed.add([queries[0]]);
  assertEquals(packed.search(queries[0], { top: 1 })[0].index, 700);
  await packed.pack();
  assertEquals(packed.search(queries[0], { top: 1 })[0].index, 700);
  assertEquals(packed.search(queries[0], { top: 900 }).length, 701);
});
