import { assertAlmostEquals, assertEquals } from "@std/assert";
import { wordFinder, wordProbabilities } from "./translated_words.ts";

/** Tokens as SentencePiece has them: `▁` is a space, and a space at the start is left out. */
function tokens(pieces: Record<string, number> | [string, number][]) {
  const list = Array.isArray(pieces) ? pieces : Object.entries(pieces);
  return {
    ids: list.map((_, i) => i),
    tokenLogProbs: list.map(([, probability]) => Math.log(probability)),
    decode: (ids: Iterable<number>) =>
      [...ids].map((id) => list[id][0]).filter((piece) => piece !== "</s>").join("")
        .replaceAll("▁", " ").trim(),
  };
}

function check(pieces: [string, number][], expected: Record<string, number>): void {
  const given = tokens(pieces);
  const text = given.decode(given.ids);
  const words = wordFinder("de")(text);
  assertEquals(words.map(({ text }) => text), Object.keys(expected));
  wordProbabilities(text, words, given).forEach((probability, i) =>
    assertAlmostEquals(probability, Object.values(expected)[i], 1e-12)
  );
}

Deno.test("wordFinder() finds words without punctuation, with their places", () => {
  assertEquals(wordFinder("de")("Ja – „Haus-Tür“, 3,5 km!"), [
    { text: "Ja", start: 0, end: 2 },
    { text: "Haus", start: 6, end: 10 },
    { text: "Tür", start: 11, end: 14 },
    { text: "3,5", start: 17, end: 20 },
    { text: "km", start: 21, end: 23 },
  ]);
  assertEquals(wordFinder("zh_Hans")("我们在家。").map(({ text }) => text).join(""), "我们在家");
  assertEquals(wordFinder("no such language!")("one two").length, 2);
  assertEquals(wordFinder(undefined)("…").length, 0);
});

Deno.test("wordProbabilities() multiplies the tokens of a word, and leaves punctuation alone", () => {
  check([["▁Haus", 0.5], ["tür", 0.5], ["▁zu", 0.9], [".", 0.01], ["</s>", 0.02]], {
    Haustür: 0.25,
    zu: 0.9,
  });
});

Deno.test("wordProbabilities() counts a token for every word that it has a part of", () => {
  check([["▁Lese", 0.5], ["-Mo", 0.5], ["dus.", 0.5], ["</s>", 1]], { Lese: 0.5, Modus: 0.25 });
});

Deno.test("wordProbabilities() counts a token without text for what follows", () => {
  check([["▁", 0.5], ["Haus", 0.5], ["▁", 0.25], ["Tür", 1], ["</s>", 0.1]], {
    Haus: 0.25,
    Tür: 0.25,
  });
});

Deno.test("wordProbabilities() follows decoding that changes what it gave before", () => {
  // Two bytes are one character; the first alone is the replacement character.
  const bytes = {
    ids: [0, 1, 2],
    tokenLogProbs: [Math.log(0.5), Math.log(0.5), Math.log(0.1)],
    decode: (ids: Iterable<number>) => ["", "\ufffd", "é", "é du"][[...ids].length],
  };
  const words = wordFinder("fr")("é du");
  const [first, second] = wordProbabilities("é du", words, bytes);
  assertAlmostEquals(first, 0.25, 1e-12);
  assertAlmostEquals(second, 0.1, 1e-12);
});

Deno.test("wordProbabilities() minds white space that the text does not have", () => {
  const spaced = {
    ids: [0, 1],
    tokenLogProbs: [Math.log(0.5), Math.log(0.25)],
    decode: (ids: Iterable<number>) =>
      [...ids].map((id) => ["\ufeff eins", " zwei \ufeff"][id]).join(""),
  };
  const words = wordFinder("de")("eins zwei");
  wordProbabilities("eins zwei", words, spaced).forEach((probability, i) =>
    assertAlmostEquals(probability, [0.5, 0.25][i], 1e-12)
  );
});
