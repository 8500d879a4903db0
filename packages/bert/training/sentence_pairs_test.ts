import { assertEquals } from "@std/assert";
import { sentencePairs } from "./sentence_pairs.ts";

const rows = Array.from(
  { length: 400 },
  (_, row) => Array.from({ length: 12 }, (_, i) => row * 12 + i + 10),
);
const options = { seed: 7, cls: 2, sep: 3, continuesWord: (id: number) => id % 2 === 1 };

Deno.test("half of the pairs follow, the others come from another row, and all are as long as their row", () => {
  const pairs = sentencePairs(rows, options);
  let others = 0;
  pairs.forEach(({ inputIds, tokenTypeIds, label }, i) => {
    const middle = inputIds.indexOf(3), first = inputIds.slice(1, middle);
    const second = inputIds.slice(middle + 1, -1);
    assertEquals([inputIds[0], inputIds.at(-1)], [2, 3]);
    assertEquals(first, rows[i].slice(0, first.length));
    assertEquals(label === 0, second[0] === rows[i][first.length]);
    assertEquals(inputIds.length, 15, "a length that gives the label away");
    const from = rows[Math.floor((second[0] - 10) / 12)];
    assertEquals(second, from.slice(from.indexOf(second[0])).slice(0, second.length));
    // Segments begin with a word, in the middle half of a row.
    assertEquals(second[0] % 2, 0);
    assertEquals(first.length >= 3 && first.length <= 9, true);
    assertEquals(tokenTypeIds.indexOf(1), middle + 1);
    assertEquals(tokenTypeIds.length, inputIds.length);
    others += label;
  });
  assertEquals(others > 160 && others < 240, true, String(others));
});

Deno.test("the same seed makes the same pairs, another seed others", () => {
  assertEquals(sentencePairs(rows, options), sentencePairs(rows, options));
  assertEquals(
    JSON.stringify(sentencePairs(rows, options)) ===
      JSON.stringify(sentencePairs(rows, { ...options, seed: 8 })),
    false,
  );
});

Deno.test("a shorter row gives what it has, and one of a single word what is left", () => {
  const short = [[10, 11, 12, 13, 14, 15, 16, 17], [20]];
  const whole = [[10, 12, 14, 16], [31, 33, 35, 37]];
  for (let seed = 0; seed < 20; seed++) {
    const [first] = sentencePairs(short, { ...options, seed });
    if (first.label === 1) assertEquals(first.inputIds.slice(-2), [20, 3]);
    const [pair] = sentencePairs(whole, { ...options, seed });
    if (pair.label === 1) assertEquals(pair.inputIds.at(-2), 37);
  }
});

Deno.test("a row alone has nothing else to be followed by, and a row of two tokens has two segments", () => {
  for (const seed of [1, 2, 3, 4]) {
    const [{ inputIds, label }] = sentencePairs([[50, 52]], { ...options, seed });
    assertEquals([inputIds, label], [[2, 50, 3, 52, 3], 0]);
  }
});
