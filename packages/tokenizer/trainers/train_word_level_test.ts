import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { standardizedWords } from "./standardized_words.ts";
import { trainWordLevel } from "./train_word_level.ts";

const preTokenize = (line: string) => line.split(" ");
const keys = async (...args: Parameters<typeof trainWordLevel>) => [
  ...(await trainWordLevel(...args)).vocab.keys(),
];

Deno.test("trainWordLevel() orders words by count, then by code points", async () => {
  const words = ["\ufb01 😀 z", "b a ab z"];
  assertEquals(await keys(words, { preTokenize }), ["z", "a", "ab", "b", "\ufb01", "😀"]);
  assertEquals(await keys(words, { preTokenize, minFrequency: 2 }), ["z"]);
  assertEquals(await keys(words, { preTokenize, vocabSize: 3 }), ["z", "a", "ab"]);
});

Deno.test("trainWordLevel() gives a word that is a special token one id", async () => {
  const options = { preTokenize, specialTokens: ["<pad>", "x"], vocabSize: 4 };
  assertEquals(await keys(["x x y x z w"], options), ["<pad>", "x", "w", "y"]);
});

Deno.test("trainWordLevel() refuses sizes that cannot be", async () => {
  await assertRejects(
    () => trainWordLevel([], { vocabSize: 1, specialTokens: ["a", "b"] }),
    RangeError,
    "vocabSize 1: 2 special tokens do not fit",
  );
  await assertRejects(() => trainWordLevel([], { minFrequency: 0.5 }), RangeError, "0.5");
});

Deno.test("standardizedWords() strips, splits or keeps punctuation", () => {
  const line = "  „Übung“, macht den\tMEISTER: [START] 3,5 € + $2 don't!";
  assertEquals(
    standardizedWords()(line),
    ["übung", "macht", "den", "meister", "start", "35", "€", "2", "dont"],
  );
  assertEquals(
    standardizedWords({ punctuation: "split", keptPunctuation: "[]," })("Is [END], ok?"),
    ["is", "[end],", "ok", "?"],
  );
  assertEquals(
    standardizedWords({ punctuation: "keep", lowercase: false })("Is [END], ok?"),
    ["Is", "[END],", "ok?"],
  );
  assertEquals(standardizedWords()(" ?! "), []);
});

Deno.test("standardizedWords() refuses an unknown treatment of punctuation", () => {
  const punctuation = "drop" as "strip";
  assertThrows(() => standardizedWords({ punctuation }), RangeError, '"drop"');
});
