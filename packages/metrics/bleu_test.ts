import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bleu, type BleuOptions, sentenceBleu } from "./bleu.ts";

Deno.test("bleu() of a case worked by hand", () => {
  // Words 5 of 6, pairs 3 of 5, triples 1 of 4, and no four in a row: 0.5 of 3 after smoothing.
  const found = bleu(["a b c x e f"], ["a b c d e f"]);
  assertEquals(found.counts, [5, 3, 1, 0]);
  assertEquals(found.totals, [6, 5, 4, 3]);
  found.precisions.forEach((p, i) => assertAlmostEquals(p, [500 / 6, 60, 25, 50 / 3][i], 1e-12));
  assertAlmostEquals(found.score, 100 * (5 / 6 * 3 / 5 * 1 / 4 * 1 / 6) ** (1 / 4), 1e-9);
});

Deno.test("bleu() clips a word to its count in the reference that has most of it", () => {
  const { counts, totals } = bleu(["the the the the"], [["the cat the"], ["the the the"]]);
  assertEquals([counts[0], totals[0]], [3, 4]);
});

Deno.test("bleu() penalizes a short hypothesis against the nearest reference", () => {
  const options = { maxNgramOrder: 1 };
  const short = bleu(["a b"], ["a b c"], options);
  assertAlmostEquals(short.brevityPenalty, Math.exp(1 - 3 / 2), 1e-12);
  assertEquals(bleu(["a b c"], [["a b c d e"], ["a"]], options).referenceLength, 1); // a tie
  assertEquals(bleu(["a b c"], [["a b c d"], ["a"]], options).referenceLength, 4);
});

Deno.test("bleu() of the reference itself is 100, and of nothing in common 0", () => {
  assertAlmostEquals(bleu(["Ein Satz mit Wörtern."], ["Ein Satz mit Wörtern."]).score, 100, 1e-9);
  assertEquals(bleu(["xyz"], ["abc"]).score, 0);
});

Deno.test("bleu() of an empty hypothesis is 0 and not NaN", () => {
  const { score, brevityPenalty } = bleu([""], ["Ein Satz."]);
  assertEquals([score, brevityPenalty], [0, 0]);
  assertEquals(bleu([""], [""]).score, 0);
});

Deno.test("bleu() takes the order of segments and of reference sets as equal", () => {
  const hypotheses = ["Der Hund schläft heute lange.", "Es regnet.", "Das Haus ist groß und alt."];
  const a = ["Der Hund schläft heute.", "Es regnet heute.", "Das Haus ist groß."];
  const b = ["Ein Hund schläft lange.", "Heute regnet es.", "Das Haus ist alt."];
  const { score } = bleu(hypotheses, [a, b]);
  assertEquals(bleu(hypotheses, [b, a]).score, score);
  const turned = [hypotheses, a, b].map((lines) => lines.toReversed());
  assertEquals(bleu(turned[0], turned.slice(1)).score, score);
});

Deno.test("sentenceBleu() uses the effective order unless told otherwise", () => {
  assertAlmostEquals(sentenceBleu("Ja.", "Ja.").score, 100, 1e-9);
  assertEquals(
    sentenceBleu("Ja.", "Ja.", { effectiveOrder: undefined }).signature.includes("eff:yes"),
    true,
  );
  assertEquals(sentenceBleu("Ja.", "Ja.", { effectiveOrder: false }).score, 0);
});

Deno.test("bleu() does not change its arguments", () => {
  const hypotheses = Object.freeze(["a b"]);
  const references = Object.freeze([Object.freeze(["a c"])]);
  assertEquals(bleu(hypotheses, references), bleu(hypotheses, references));
});

Deno.test("bleu() names what is wrong with the corpus", () => {
  assertThrows(() => bleu([], []), RangeError, "Cannot score an empty corpus");
  assertThrows(
    () => bleu(["a", "b"], ["a"]),
    RangeError,
    "Cannot score 2 hypotheses against 1 references: every hypothesis needs its own reference",
  );
  assertThrows(
    () => bleu(["a"], [["a"], ["a", "b"]]),
    RangeError,
    "Cannot score 1 hypotheses against 2 references in set 1",
  );
  assertThrows(() => bleu(["a"], []), RangeError, "Cannot score hypothesis 0: it has no reference");
  assertThrows(() => bleu(["a", "b"], [["a", undefined]]), RangeError, "hypothesis 1");
  assertThrows(() => sentenceBleu("a", []), RangeError, "hypothesis 0: it has no reference");
});

const WRONG: [BleuOptions, string][] = [
  [{ tokenize: "intl" as never }, "tokenize intl: it must be 13a or none"],
  [{ smoothing: "toString" as never }, "smoothing toString: it must be exp, floor, add-k or none"],
  [{ maxNgramOrder: 0 }, "maxNgramOrder 0: it must be an integer of at least 1"],
  [
    { smoothing: "floor", smoothingValue: -1 },
    "smoothingValue -1: it must be a number of at least 0",
  ],
  [{ smoothing: "add-k", smoothingValue: NaN }, "smoothingValue NaN"],
];

for (const [options, message] of WRONG) {
  Deno.test(`bleu() refuses ${message}`, () => {
    assertThrows(() => bleu(["a"], ["a"], options), RangeError, `Cannot score with ${message}`);
  });
}
