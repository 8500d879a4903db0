import { assertEquals } from "@std/assert";
import { commonPrefixes, suffixArray } from "./_suffix_array.ts";

function sortedSuffixes(text: number[]): number[] {
  const compare = (a: number, b: number): number => {
    for (; a < text.length && b < text.length; a++, b++) {
      if (text[a] !== text[b]) return text[a] - text[b];
    }
    return b - a; // the one that ended is the smaller
  };
  return text.map((_, i) => i).sort(compare);
}

Deno.test("suffixArray() sorts the suffixes of known words", () => {
  const of = (word: string) =>
    [...suffixArray(Int32Array.from(word, (c) => c.charCodeAt(0)), 128)].join();
  assertEquals(of("banana"), "5,3,1,0,4,2");
  assertEquals(of("mississippi"), "10,7,4,1,0,9,8,6,3,5,2");
  assertEquals(of(""), "");
  assertEquals(of("a"), "0");
  assertEquals(of("aaaa"), "3,2,1,0");
});

Deno.test("suffixArray() and commonPrefixes() equal plain sorting on random texts", () => {
  let state = 5;
  const random = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
  for (let i = 0; i < 300; i++) {
    const alphabet = 1 + random(4);
    const text = Array.from({ length: random(60) }, () => random(alphabet));
    const sorted = suffixArray(Int32Array.from(text), alphabet);
    assertEquals([...sorted], sortedSuffixes(text), text.join());
    const firstLetter = random(2);
    const prefixes = commonPrefixes(Int32Array.from(text), sorted, firstLetter);
    for (let r = 1; r < text.length; r++) {
      const [a, b] = [sorted[r - 1], sorted[r]];
      let length = 0;
      while (
        Math.max(a, b) + length < text.length && text[a + length] === text[b + length] &&
        text[a + length] >= firstLetter
      ) length++;
      assertEquals(prefixes[r], length);
    }
  }
});
