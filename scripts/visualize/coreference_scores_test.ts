import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { chanceOfBest, heldOut, lookAt, parseSentences, scoreHead } from "./coreference_scores.ts";

const read = async (name: string) =>
  parseSentences(
    await Deno.readTextFile(new URL(`../../testdata/coreference/${name}`, import.meta.url)),
  );
const [sentences, byNumber] = await Promise.all(["en.tsv", "en-number.tsv"].map(read));
const beginningOf = (text: string) => text.slice(0, text.indexOf(" it "));

Deno.test("the sentences come in pairs that begin alike and mean either noun", () => {
  assertEquals([sentences.length >= 30, sentences.length % 2], [true, 0]);
  for (let i = 0; i < sentences.length; i += 2) {
    const [first, second] = [sentences[i], sentences[i + 1]];
    assertEquals(beginningOf(second.text), beginningOf(first.text));
    assertEquals([second.noun, second.distractor], [first.distractor, first.noun]);
  }
});

Deno.test("in both files the first of a pair means the first noun, the second the other", () => {
  assertEquals(byNumber.length, sentences.length);
  for (const [i, { text, noun, distractor }] of [...sentences, ...byNumber].entries()) {
    const isFirst = text.search(`\\b${noun}\\b`) < text.search(`\\b${distractor}\\b`);
    assertEquals(isFirst, i % 2 === 0, text);
    assertEquals(text.search(`\\b${noun}\\b`) < text.indexOf(" it "), true, text);
  }
});

Deno.test("parseSentences() refuses a noun that is not there once", () => {
  assertThrows(() => parseSentences("A cat saw it.\tcat\tdog"), SyntaxError, '"dog"');
  assertThrows(() => parseSentences("A cat saw a cat in it.\tcat\tcat"), SyntaxError, '"cat"');
});

Deno.test("lookAt() averages over the tokens of a noun and of it", () => {
  const tokens = ["▁The", "▁har", "bour", "▁ship", "▁i", "t", "."];
  const rows = tokens.map((_, i) =>
    i === 4
      ? [0, 0.2, 0.4, 0.1, 0.3, 0, 0]
      : i === 5
      ? [0, 0, 0, 0.5, 0.5, 0, 0]
      : [1, 0, 0, 0, 0, 0, 0]
  );
  const looked = lookAt({
    kind: "encoder-self",
    layer: 0,
    head: 0,
    queryTokens: tokens,
    keyTokens: tokens,
    weights: Float32Array.from(rows.flat()),
  }, { text: "", noun: "harbour", distractor: "ship" });
  assertAlmostEquals(looked.noun, 0.15, 1e-6);
  assertAlmostEquals(looked.distractor, 0.3, 1e-6);
  assertAlmostEquals(looked.even, 1 / 7);
});

Deno.test("scoreHead() tells a head that follows the meaning from one that has a favourite", () => {
  const first = { noun: 0.6, distractor: 0.1, even: 0.1 },
    turned = { noun: 0.1, distractor: 0.6, even: 0.1 };
  const place = { layer: 0, head: 0 };
  const biased = scoreHead(place, [first, turned, first, turned]);
  assertEquals([biased.accuracy, biased.both, biased.follows], [0.5, 0, 0]);
  assertEquals([biased.nearer, scoreHead(place, [turned, first]).nearer], [0, 1]);
  const right = scoreHead(place, [first, first, first, first]);
  assertEquals([right.accuracy, right.both, right.follows], [1, 1, 1]);
  // Always the first noun, but less so where the second is meant.
  const leaning = scoreHead(place, [first, { noun: 0.2, distractor: 0.3, even: 0.1 }]);
  assertEquals([leaning.accuracy, leaning.both, leaning.follows], [0.5, 0, 1]);
  assertAlmostEquals(leaning.noun, 0.4);
});

Deno.test("heldOut() measures where the head was not chosen", () => {
  const yes = { noun: 1, distractor: 0, even: 0.1 }, no = { noun: 0, distractor: 1, even: 0.1 };
  const even = [yes, yes, no, no, yes, yes, no, no], odd = [no, no, yes, yes, no, no, yes, yes];
  assertEquals(heldOut(new Map([["a", even], ["b", odd]])), 0);
  assertEquals(heldOut(new Map([["a", even], ["b", Array(8).fill(yes)]])), 0.5);
  assertEquals(heldOut(new Map([["b", Array(8).fill(yes)]])), 1);
});

Deno.test("chanceOfBest() is that of coins", () => {
  assertAlmostEquals(chanceOfBest(2, { of: 2, coins: 1 }), 0.25);
  assertAlmostEquals(chanceOfBest(1, { of: 2, coins: 1 }), 0.75);
  assertAlmostEquals(chanceOfBest(2, { of: 2, coins: 2 }), 1 - 0.75 ** 2);
  assertAlmostEquals(chanceOfBest(0, { of: 60, coins: 16 }), 1);
});
