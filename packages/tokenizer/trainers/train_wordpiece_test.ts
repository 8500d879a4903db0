import { assertEquals, assertRejects } from "@std/assert";
import { trainWordPiece } from "./train_wordpiece.ts";

Deno.test("trainWordPiece() marks what does not begin a word", async () => {
  const { vocab } = await trainWordPiece(["abab ab"], { specialTokens: ["[UNK]"] });
  // a ##b occurs twice, then ab ##a ##b of the longer word.
  assertEquals([...vocab.keys()], ["[UNK]", "a", "b", "##a", "##b", "ab", "##ab", "abab"]);
});

Deno.test("trainWordPiece() takes another prefix, or none", async () => {
  const keys = async (continuingSubwordPrefix: string) => [
    ...(await trainWordPiece(["aba"], { continuingSubwordPrefix })).vocab.keys(),
  ];
  assertEquals(await keys("@"), ["a", "b", "@a", "@b", "ab", "aba"]);
  assertEquals(await keys(""), ["a", "b", "ab", "aba"]);
});

Deno.test("trainWordPiece() names itself in errors", async () => {
  await assertRejects(
    () => trainWordPiece([], { vocabSize: -3 }),
    RangeError,
    "Cannot train WordPiece with vocabSize -3",
  );
});
