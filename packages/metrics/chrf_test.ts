import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { chrf, type ChrfOptions, sentenceChrf } from "./chrf.ts";

Deno.test("chrf() of a case worked by hand", () => {
  // Characters 3 of 4 and 3 of 3, pairs 2 of 3 and 2 of 2: precision 17/24, recall 1.
  const { score } = chrf(["abcd"], ["abc"], { characterOrder: 2, beta: 1 });
  assertAlmostEquals(score, 100 * 2 * (17 / 24) / (17 / 24 + 1), 1e-9);
});

Deno.test("chrf() counts code points, so that half an emoji does not match", () => {
  const options = { characterOrder: 1 }; // the two share their first UTF-16 unit
  assertEquals(chrf(["😀"], ["😁"], options).score, 0);
  assertAlmostEquals(chrf(["😀a"], ["😀b"], options).score, 50, 1e-9);
});

Deno.test("chrf() leaves white space out unless told otherwise", () => {
  assertAlmostEquals(chrf(["ab c\u2003d"], ["a b cd"]).score, 100, 1e-9);
  const { score, signature } = chrf(["ab cd"], ["a b cd"], { whitespace: true });
  assertEquals(score < 100, true);
  assertEquals(signature.includes("space:yes"), true);
});

Deno.test("chrf() takes the best reference of each segment", () => {
  const alone = chrf(["Ein Hund."], ["Ein Hund!"]).score;
  assertEquals(chrf(["Ein Hund."], [["Zwei Katzen?"], ["Ein Hund!"]]).score, alone);
});

Deno.test("chrf() names the score as it was made", () => {
  const name = (options: ChrfOptions) => chrf(["a"], ["a"], options).name;
  assertEquals(name({}), "chrF2");
  assertEquals(name({ wordOrder: 2 }), "chrF2++");
  assertEquals(name({ wordOrder: 1, beta: 3 }), "chrF3+");
});

Deno.test("chrf() of nothing in common or of an empty text is 0 and not NaN", () => {
  assertEquals(chrf(["xyz"], ["abc"]).score, 0);
  assertEquals(chrf([""], ["abc"]).score, 0);
  assertEquals(chrf(["abc"], [""]).score, 0);
  assertEquals(chrf([""], [""], { wordOrder: 2 }).score, 0);
});

Deno.test("chrf() names what is wrong", () => {
  assertThrows(() => chrf([], []), RangeError, "Cannot score an empty corpus");
  assertThrows(
    () => chrf(["a"], ["a", "b"]),
    RangeError,
    "Cannot score 1 hypotheses against 2 references",
  );
  assertThrows(() => sentenceChrf("a", []), RangeError, "it has no reference");
  const scored = (options: ChrfOptions) => () => chrf(["a"], ["a"], options);
  assertThrows(scored({ characterOrder: 0 }), RangeError, "characterOrder 0");
  assertThrows(scored({ wordOrder: -1 }), RangeError, "wordOrder -1");
  assertThrows(scored({ wordOrder: 1.5 }), RangeError, "wordOrder 1.5");
  assertThrows(scored({ beta: 0 }), RangeError, "beta 0: it must be a number above 0");
});
