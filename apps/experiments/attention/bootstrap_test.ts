import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bleuStatistics } from "./bleu_statistics.ts";
import { bleuInterval, compareBleu, drawPlaces, middle } from "./bootstrap.ts";

const right = bleuStatistics("a b c d", "a b c d"), wrong = bleuStatistics("v w x y", "a b c d");
const options = { resamples: 2000, seed: 1 };

Deno.test("middle() leaves out 2.5 % on either side", () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  assertEquals(middle(values), { low: 6, high: 195 });
  assertEquals(middle([3]), { low: 3, high: 3 });
});

Deno.test("drawPlaces() draws every sentence about as often, with replacement", () => {
  const counts = new Array(4).fill(0);
  for (let seed = 0; seed < 2000; seed++) for (const place of drawPlaces(4, seed)) counts[place]++;
  for (const count of counts) assert(Math.abs(count - 2000) < 150, String(counts));
  assert(new Set(drawPlaces(50, 1)).size < 50);
});

Deno.test("bleuInterval() of one sentence is its BLEU, and of a right and a wrong one 0 to 100", () => {
  assertEquals(bleuInterval([right], options), { low: 100, high: 100 });
  assertEquals(bleuInterval([right, wrong], options), { low: 0, high: 100 });
});

// Of two sentences each resample has both wrong with 1/4. Else the first system, right in sentence 0
// alone, is better than one that is right in neither.
Deno.test("compareBleu() of a case worked by hand", () => {
  const { difference, low, high, notBetter } = compareBleu([right, wrong], [wrong, wrong], options);
  // 4 of 8 words, 3 of 6 pairs, 2 of 4 triples, 1 of 2 quadruples
  assertAlmostEquals(difference, 50, 1e-9);
  assertEquals([low, high], [0, 100]);
  assertAlmostEquals(notBetter, 1 / 4, 0.03);
});

Deno.test("compareBleu() draws the same sentences for both systems", () => {
  const corpus = [right, wrong, right, wrong];
  assertEquals(compareBleu(corpus, corpus, options), {
    difference: 0,
    low: 0,
    high: 0,
    notBetter: 1,
  });
  assertThrows(() => compareBleu([right], [], options), RangeError, "Cannot compare 1 with 0");
});
