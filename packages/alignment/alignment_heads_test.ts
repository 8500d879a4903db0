import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type AlignmentSample, alignWords, chooseAlignmentHeads } from "./alignment_heads.ts";

/** What a made head attends to: a place for each of five target tokens. */
type Pattern = (query: number) => number;
const diagonal: Pattern = (query) => query;
const delayed: Pattern = (query) => Math.max(0, query - 1);
const first: Pattern = () => 0;
/** Right for even tokens, at the end token for odd ones. */
const even: Pattern = (query) => query % 2 === 0 ? query : 4;
const odd: Pattern = (query) => query % 2 === 1 ? query : 4;

/** Four words each side in order; heads put 0.8 where their pattern says. */
function sample(heads: readonly Pattern[], layers = 1): AlignmentSample {
  const weights = heads.flatMap((pattern) =>
    Array.from({ length: 25 }, (_, i) => pattern(Math.floor(i / 5)) === i % 5 ? 0.8 : 0.05)
  );
  const words = ["a", "b", "c", "d"], tokens = ["▁a", "▁b", "▁c", "▁d", "</s>"];
  return {
    cross: {
      weights: Float32Array.from(weights),
      layers,
      heads: heads.length / layers,
      queries: 5,
      keys: 5,
    },
    sourceTokens: tokens,
    targetTokens: tokens,
    sourceWords: words,
    targetWords: words,
    reference: words.map((_, i) => ({ source: i, target: i })),
  };
}

Deno.test("chooseAlignmentHeads() takes the head that aligns best", () => {
  const found = chooseAlignmentHeads([sample([first, even, first, diagonal], 2)]);
  assertEquals([found.heads, found.shift], [[[1, 1]], 0]);
  assertEquals([found.argmax.errorRate, found.above.errorRate], [0, 0]);
  assertEquals(found.crossValidated, NaN);
  const best = found.scores.find(({ layer, head, shift }) =>
    layer === 1 && head === 1 && shift === 0
  );
  assertEquals(best!.argmax, found.argmax);
  assertEquals(found.scores.length, 2 * 2 * (2 + 1));
});

Deno.test("chooseAlignmentHeads() finds that the step that reads a word aligns it", () => {
  const found = chooseAlignmentHeads([sample([delayed, first])]);
  assertEquals([found.heads, found.shift, found.argmax.errorRate], [[[0, 0]], 1, 0]);
  const produced = chooseAlignmentHeads([sample([delayed, first])], { shifts: [0] });
  assertEquals([produced.shift, produced.argmax.errorRate], [0, 0.75]);
});

Deno.test("chooseAlignmentHeads() adds heads that help, and no others", () => {
  const { heads, argmax } = chooseAlignmentHeads([sample([first, even, odd])]);
  assertEquals([heads.length, argmax.errorRate], [2, 0]);
  assertEquals(heads.map(([, head]) => head).sort(), [1, 2]);
  const one = chooseAlignmentHeads([sample([first, even, odd])], { maxHeads: 1 });
  assertEquals(one.heads.length, 1);
  assertAlmostEquals(one.argmax.errorRate, 0.25); // of equal weights the first is taken, which is right for "a"
});

Deno.test("chooseAlignmentHeads() takes a whole layer where that is best", () => {
  // Each head of the second layer finds one word, and is undecided about the others.
  const only = (place: number): Pattern => (query) => query === place ? query : 4;
  const pair = sample([first, first, first, first, ...[0, 1, 2, 3].map(only)], 2);
  const { heads, argmax } = chooseAlignmentHeads([pair], { maxHeads: 1 });
  assertEquals([heads, argmax.errorRate], [[[1, 0], [1, 1], [1, 2], [1, 3]], 0]);
});

Deno.test("chooseAlignmentHeads() measures on pairs that it did not choose by", () => {
  // Pairs of one fifth contradict the others: chosen by the rest they are wrong, chosen by all they lose.
  const samples = Array.from(
    { length: 20 },
    (_, i) => sample(i % 5 === 0 ? [first, diagonal] : [diagonal, first]),
  );
  const found = chooseAlignmentHeads(samples, { shifts: [0] });
  assertEquals(found.heads, [[0, 0]]);
  assertAlmostEquals(found.argmax.errorRate, 0.15);
  assertAlmostEquals(found.crossValidated, 0.15);
  const mixed = Array.from(
    { length: 20 },
    (_, i) => sample([[0, 1].includes(i % 5) ? first : diagonal, i % 5 < 3 ? diagonal : first]),
  );
  // Either head is right on three fifths; without one fifth the other may look better.
  const { argmax, crossValidated } = chooseAlignmentHeads(mixed, { maxHeads: 1, shifts: [0] });
  assertEquals(crossValidated >= argmax.errorRate, true);
});

Deno.test("alignWords() takes the strongest links, or those above a threshold", () => {
  const pair = sample([diagonal, first]);
  const options = { heads: [[0, 0], [0, 1]], shift: 0 } as const;
  const links = (threshold?: number) =>
    alignWords(pair, { ...options, threshold }).map(({ source, target }) => `${source}-${target}`);
  assertEquals(links(), ["0-0", "0-1", "0-2", "0-3"]);
  assertEquals(links(0.4), ["0-0", "0-1", "1-1", "0-2", "2-2", "0-3", "3-3"]);
});

Deno.test("chooseAlignmentHeads() names what it cannot do", () => {
  assertThrows(() => chooseAlignmentHeads([]), RangeError, "no samples");
  const wrong = { ...sample([diagonal]), sourceWords: ["a", "b", "x", "d"] };
  assertThrows(() => chooseAlignmentHeads([wrong]), RangeError, "give the words of the same text");
});

Deno.test("alignWords() takes a word that looks like a special token for a word", () => {
  const weights = Float32Array.of(0.9, 0.05, 0.05, 0.05, 0.9, 0.05, 0.05, 0.05, 0.9);
  const links = alignWords({
    cross: { weights, layers: 1, heads: 1, queries: 3, keys: 3 },
    sourceTokens: ["▁[OK]", "▁yes", "</s>"],
    targetTokens: ["▁[OK]", "▁ja", "</s>"],
    sourceWords: ["[OK]", "yes"],
    targetWords: ["[OK]", "ja"],
  }, { heads: [[0, 0]], shift: 0 });
  assertEquals(links, [{ source: 0, target: 0 }, { source: 1, target: 1 }]);
});
