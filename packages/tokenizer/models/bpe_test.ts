import { assertEquals, assertThrows } from "@std/assert";
import { mergeSymbols, mergeWithDropout } from "./_merge_symbols.ts";
import { MergeTable } from "./_merge_table.ts";
import { Bpe } from "./bpe.ts";

const vocab: [string, number][] = [
  ["a", 0],
  ["b", 1],
  ["c", 2],
  ["ab", 3],
  ["abc", 4],
  ["<unk>", 5],
  ["bc", 6],
];
const merges: [string, string][] = [["b", "c"], ["a", "b"], ["a", "bc"]];

Deno.test("Bpe.tokenize() takes the best merge first", () => {
  const model = new Bpe(vocab, merges);
  assertEquals(model.tokenize("abcab"), { ids: [4, 3], starts: [0, 3], ends: [3, 5] });
});

Deno.test("Bpe.tokenize() joins unknown characters only when told to", () => {
  const apart = new Bpe(vocab, merges, { unkToken: "<unk>" });
  const joined = new Bpe(vocab, merges, { unkToken: "<unk>", fuseUnk: true });
  assertEquals(apart.tokenize("x😀a"), { ids: [5, 5, 0], starts: [0, 1, 3], ends: [1, 3, 4] });
  assertEquals(joined.tokenize("x😀a"), { ids: [5, 0], starts: [0, 3], ends: [3, 4] });
});

Deno.test("Bpe.tokenize() gives every byte the whole character", () => {
  const bytes = Array.from({ length: 256 }, (_, byte): [string, number] => [
    `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
    byte + 7,
  ]);
  const model = new Bpe([...vocab, ...bytes], merges, { byteFallback: true });
  assertEquals(model.tokenize("aé"), {
    ids: [0, 7 + 0xc3, 7 + 0xa9],
    starts: [0, 1, 1],
    ends: [1, 2, 2],
  });
});

Deno.test("Bpe.tokenize() with dropout 1 merges nothing, with 0 everything", () => {
  const none = new Bpe(vocab, merges, { dropout: 1 });
  assertEquals(none.tokenize("abc").ids, [0, 1, 2]);
  const always = new Bpe(vocab, merges, { dropout: 0.5, random: () => 0.9 });
  assertEquals(always.tokenize("abc").ids, [4]);
});

Deno.test("Bpe.tokenize() cuts texts with ▁ as if they were one word", () => {
  const pieces = ["▁", "a", "b", ">", "▁a", "ab", "▁ab", ">▁", "<unk>", "▁▁"];
  const list: [string, string][] = [["▁", "▁"], ["a", "b"], [">", "▁"], ["▁", "a"], ["▁", "ab"]];
  const ids = pieces.map((piece, id): [string, number] => [piece, id]);
  const wordwise = new Bpe(ids, list, { unkToken: "<unk>" });
  const whole = new Bpe(ids, list); // without an unknown token nothing is cut
  for (const text of ["▁ab▁a▁▁ab", "ab>▁ab▁", "▁▁▁", "a▁>▁>▁▁a"]) {
    assertEquals(wordwise.tokenize(text), whole.tokenize(text), text);
  }
});

Deno.test("mergeSymbols() gives the same with and without a heap", () => {
  // Symbols 0 to 5; symbol 6 + i is the i-th merge.
  const triples = [
    0,
    1,
    6,
    1,
    2,
    7,
    6,
    2,
    8,
    3,
    3,
    9,
    9,
    3,
    10,
    9,
    9,
    11,
    4,
    5,
    12,
    2,
    0,
    13,
    12,
    6,
    14,
  ];
  const table = new MergeTable(Int32Array.from(triples));
  let seed = 7;
  for (let round = 0; round < 500; round++) {
    const ids = Array.from({ length: 1 + round % 24 }, () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed >>> 16) % 6;
    });
    const merge = (skips: boolean) => {
      const symbols = {
        ids: Int32Array.from(ids),
        lengths: new Int32Array(ids.length).fill(1),
        count: ids.length,
      };
      const count = skips
        ? mergeWithDropout(table, symbols, { dropout: 0, random: () => 0.5 })
        : mergeSymbols(table, symbols);
      return [symbols.ids.slice(0, count), symbols.lengths.slice(0, count)];
    };
    assertEquals(merge(true), merge(false), ids.join());
  }
});

Deno.test("Bpe names what is wrong with its vocabulary and merges", () => {
  assertThrows(() => new Bpe(vocab, [["a", "z"]]), SyntaxError, 'merges[0] ["a","z"] needs "z"');
  assertThrows(() => new Bpe([["a", 0], ["b", 0]], []), SyntaxError, "id 0 to both");
  assertThrows(() => new Bpe([["a", -1]], []), SyntaxError, "the id -1");
  const model = new Bpe(vocab, merges, { unkToken: "?" });
  assertThrows(() => model.tokenize("x"), SyntaxError, 'unk_token "?" is not in vocab');
});
