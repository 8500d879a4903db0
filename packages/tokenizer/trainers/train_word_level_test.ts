import { assertEquals, assertRejects } from "@std/assert";
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
