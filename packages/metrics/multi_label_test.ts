import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { multiLabelScore } from "./multi_label.ts";
import { regressionScore } from "./regression.ts";

Deno.test("multiLabelScore() counts by hand", () => {
  const score = multiLabelScore([["a", "b"], [], ["c"]], [["a"], ["b"], ["c"]]);
  // a: 1 of 1 and 1 of 1; b: 0 of 1 and 0 of 1; c: 1 of 1 and 1 of 1.
  assertAlmostEquals(score.microF1, 2 * 2 / (3 + 3));
  assertAlmostEquals(score.macroF1, 2 / 3);
  assertAlmostEquals(score.exact, 1 / 3);
  assertEquals(score.labels.map(({ f1 }) => f1), [1, 0, 1]);
  assertEquals(multiLabelScore([[]], [[]]).exact, 1);
  assertThrows(() => multiLabelScore([], []), RangeError, "at least one");
});

Deno.test("regressionScore() correlates numbers and their ranks", () => {
  const { pearson, spearman, meanSquaredError } = regressionScore([1, 4, 9, 16], [1, 2, 3, 4]);
  assertAlmostEquals(spearman, 1);
  // 5 * (x - 7.5)(y - 2.5) by hand: 25 over the root of 129 * 5.
  assertAlmostEquals(pearson, 25 / Math.sqrt(129 * 5));
  assertAlmostEquals(meanSquaredError, (0 + 4 + 36 + 144) / 4);
  assertEquals(regressionScore([2, 2], [1, 3]).pearson, 0);
  assertAlmostEquals(regressionScore([1, 1, 2], [1, 2, 3]).spearman, 1.5 / Math.sqrt(1.5 * 2));
  assertThrows(() => regressionScore([1], []), RangeError, "as many of each");
});
