import { assert, assertEquals, assertThrows } from "@std/assert";
import { splitLongSentence } from "./long_sentences.ts";
import { randomText } from "./testing/random_text.ts";

const byWords = (text: string): number => text.trim().split(/\s+/).length;
const byCharacters = (text: string): number => text.length;

Deno.test("splitLongSentence() leaves a sentence that fits", () => {
  assertEquals(splitLongSentence("One two.", { maxTokens: 2, countTokens: byWords }), ["One two."]);
  assertEquals(splitLongSentence("", { maxTokens: 2, countTokens: byWords }), [""]);
});

Deno.test("splitLongSentence() prefers semicolons, then commas, then spaces", () => {
  const split = (text: string) => splitLongSentence(text, { maxTokens: 6, countTokens: byWords });
  assertEquals(split("We came, we saw; we, all of us, won."), [
    "We came, we saw; ",
    "we, all of us, won.",
  ]);
  assertEquals(split("When it rains a lot, we stay at home."), [
    "When it rains a lot, ",
    "we stay at home.",
  ]);
  assertEquals(split("one two three four five six seven eight"), [
    "one two three four ",
    "five six seven eight",
  ]);
});

Deno.test("splitLongSentence() does not tear off a few words at a comma", () => {
  assertEquals(
    splitLongSentence("So, one two three four five six seven", {
      maxTokens: 6,
      countTokens: byWords,
    }),
    ["So, one two three ", "four five six seven"],
  );
});

Deno.test("splitLongSentence() cuts a text without spaces between characters", () => {
  const text = "x".repeat(10_000);
  const pieces = splitLongSentence(text, { maxTokens: 512, countTokens: byCharacters });
  assertEquals(pieces.join(""), text);
  assert(pieces.every((piece) => piece.length <= 512));

  const families = "👩‍👩‍👧".repeat(100);
  for (const piece of splitLongSentence(families, { maxTokens: 64, countTokens: byCharacters })) {
    assertEquals(piece.replaceAll("👩‍👩‍👧", ""), "");
  }
});

Deno.test("splitLongSentence() cuts 10,000 words", () => {
  const text = "word and ".repeat(5_000);
  const pieces = splitLongSentence(text, { maxTokens: 100, countTokens: byWords });
  assertEquals(pieces.join(""), text);
  assert(pieces.every((piece) => byWords(piece) <= 100));
  assert(pieces.length <= 200, `${pieces.length} pieces`);
});

Deno.test("splitLongSentence() returns pieces that make up the sentence, on random Unicode", () => {
  for (let seed = 0; seed < 300; seed++) {
    const text = randomText(seed);
    const pieces = splitLongSentence(text, { maxTokens: 1 + seed % 20, countTokens: byCharacters });
    assertEquals(pieces.join(""), text, `seed ${seed}`);
    for (const piece of pieces) {
      const fits = piece.length <= 1 + seed % 20;
      assert(fits || [...new Intl.Segmenter().segment(piece)].length === 1, `seed ${seed}`);
    }
    const surrogatesBefore = text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0;
    const after = pieces.flatMap((piece) => piece.match(/[\ud800-\udbff][\udc00-\udfff]/g) ?? []);
    assertEquals(after.length, surrogatesBefore, `pairs cut, seed ${seed}`);
  }
});

Deno.test("splitLongSentence() ends when a single character is over the limit", () => {
  assertEquals(splitLongSentence("ab", { maxTokens: 1, countTokens: () => 9 }), ["a", "b"]);
});

Deno.test("splitLongSentence() refuses a limit that is not positive", () => {
  for (const maxTokens of [0, -1, NaN]) {
    assertThrows(() => splitLongSentence("a", { maxTokens, countTokens: byWords }), RangeError);
  }
});

Deno.test("splitLongSentence() never counts the tokens of a long text at once", () => {
  let longest = 0;
  const pieces = splitLongSentence("a".repeat(100_000), {
    maxTokens: 40,
    countTokens: (text) => (longest = Math.max(longest, text.length), text.length),
  });
  assertEquals(pieces.join("").length, 100_000);
  assert(pieces.every(({ length }) => length <= 40));
  assert(longest <= 2 * 64 * 40, `${longest}`);
  // What has few tokens for its length is counted whole.
  const words = `${"x".repeat(10_000)} y`;
  const countTokens = (text: string) => text.split(" ").length;
  assertEquals(splitLongSentence(words, { maxTokens: 2, countTokens }), [words]);
});
