import { assertEquals, assertThrows } from "@std/assert";
import type { LexicalTable } from "@heed/alignment";
import { buildShortlist } from "./build_shortlist.ts";
import { Shortlist, type ShortlistParts } from "./shortlist.ts";

const parts: ShortlistParts = {
  vocabSize: 12,
  always: Int32Array.of(0, 3),
  offsets: Int32Array.of(0, 2, 2, 5, 6),
  ids: Int32Array.of(11, 4, 7, 4, 3, 1),
};

Deno.test("select() gives what any sentence may need and what its tokens may become, ascending", () => {
  const shortlist = new Shortlist(parts);
  assertEquals(shortlist.sourceSize, 4);
  assertEquals([...shortlist.select([])], [0, 3]);
  assertEquals([...shortlist.select([0])], [0, 3, 4, 11]);
  assertEquals([...shortlist.select([2, 0, 2, 1])], [0, 3, 4, 7, 11]);
  assertEquals([...shortlist.select([3])], [0, 1, 3]);
  assertEquals([...shortlist.select([])], [0, 3]); // nothing stays of earlier sentences
  assertEquals([...shortlist.select([4, -1, 1e9, NaN])], [0, 3]);
});

Deno.test("a shortlist that contradicts itself is refused", () => {
  const refuse = (change: Partial<ShortlistParts>, message: string) =>
    assertThrows(() => new Shortlist({ ...parts, ...change }), RangeError, message);
  refuse({ offsets: Int32Array.of(0, 2, 2, 5, 5) }, "its offsets do not cover its 6 ids");
  refuse({ offsets: Int32Array.of(1, 2, 2, 5, 6) }, "its offsets do not cover its 6 ids");
  refuse({ offsets: new Int32Array(0) }, "its offsets do not cover its 6 ids");
  refuse({ offsets: Int32Array.of(0, 5, 2, 5, 6) }, "its offsets fall at source id 1");
  refuse({ ids: Int32Array.of(11, 4, 7, 4, 12, 1) }, "id 12 is outside the vocabulary of 12");
  refuse({ ids: Int32Array.of(11, 4, 7, 4, -1, 1) }, "id -1 is outside the vocabulary of 12");
  refuse({ always: Int32Array.of(0, 99) }, "id 99 is outside the vocabulary of 12");
  refuse({ always: Int32Array.of(3, 0) }, "the ids that are always allowed do not ascend");
});

/** Source 0: 5 (0.6), 2 (0.3), 1 (0.1); source 1: 4 (1); the null word: 3 (1). */
const table: LexicalTable = {
  sourceSize: 2,
  targetSize: 6,
  offsets: Float64Array.of(0, 3, 4, 5),
  targets: Int32Array.of(1, 2, 5, 4, 3),
  probabilities: Float32Array.of(0.1, 0.3, 0.6, 1, 1),
};

Deno.test("buildShortlist() keeps the likely targets best first, and what is always allowed only once", () => {
  const build = (options: { best?: number; frequent?: number }) =>
    buildShortlist(table, {
      vocabSize: 8,
      counts: [0, 9, 3, 7, 3, 1],
      best: 2,
      frequent: 0,
      always: [7, 0],
      ...options,
    });
  const { always, offsets, ids } = build({}).parts;
  assertEquals([...always], [0, 7]);
  assertEquals([...offsets], [0, 2, 3, 3, 3, 3, 3, 3, 3]);
  assertEquals([...ids], [5, 2, 4]);
  assertEquals([...build({ best: 1 }).parts.ids], [5, 4]);
  assertEquals([...build({ best: 9 }).parts.ids], [5, 2, 1, 4]);
  assertEquals([...build({ frequent: 3 }).parts.always], [0, 1, 2, 3, 7]); // 2 and 4 are as frequent
  assertEquals([...build({ frequent: 3 }).parts.ids], [5, 4]);
  assertEquals([...build({ frequent: 99 }).parts.always], [0, 1, 2, 3, 4, 5, 7]);
  assertEquals([...build({ frequent: 99 }).parts.ids], []);
});

Deno.test("buildShortlist() lets tokens stay as they are", () => {
  const { offsets, ids } = buildShortlist(table, {
    vocabSize: 8,
    counts: [],
    best: 1,
    frequent: 0,
    always: [0],
    copies: [[0, 5], [0, 6], [1, 0], [5, 2], [99, 1]],
  }).parts;
  assertEquals([...ids], [5, 6, 4, 2]);
  assertEquals([...offsets], [0, 2, 3, 3, 3, 3, 4, 4, 4]);
});
