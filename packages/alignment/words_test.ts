import { assertEquals, assertThrows } from "@std/assert";
import { groupTokens } from "./words.ts";

const wordsOf = (tokens: string, marks?: "none") =>
  groupTokens(tokens.split(" "), marks && { marks }).words.join(" ");

Deno.test("groupTokens() joins sentencepiece tokens and leaves punctuation alone", () => {
  assertEquals(wordsOf("▁Das ▁Haus tür chen , ▁ ▁ja ! </s>"), "Das Haustürchen , ja ! </s>");
  assertEquals(groupTokens(["▁Ja", ",", "▁", "gut"]).groups, [[0], [1], [2, 3]]);
});

Deno.test("groupTokens() reads bytes that sentencepiece has no piece for", () => {
  assertEquals(wordsOf("▁Zo <0xC3> <0xAB> ls ▁Caf <0xC3> <0xA9> . </s>"), "Zoëls Café . </s>");
  assertEquals(wordsOf("▁Zo <0xC3> <0xAB> ' s ▁"), "Zoë's ▁");
  assertEquals(wordsOf("▁ok <0xF0> <0x9F> <0x98> <0x80> ja"), "ok 😀 ja");
  assertEquals(wordsOf("▁ <0xE7> <0x8C> <0xAB> <0xE7> <0x8A> <0xAC>"), "猫犬");
  assertEquals(wordsOf("▁a <0xC3> <0x41>"), "a \ufffd A");
  assertEquals(groupTokens(["▁Zo", "<0xC3>", "<0xAB>", "s"], { words: ["Zo", "ës"] }).groups, [
    [0],
    [1, 2, 3],
  ]);
});

Deno.test("groupTokens() keeps apostrophes and hyphens inside of words", () => {
  assertEquals(wordsOf("▁don ' t ▁E - Mail , ▁( so )"), "don't E-Mail , ( so )");
  assertEquals(wordsOf("▁dogs ' ▁tails -"), "dogs ' tails -");
});

Deno.test("groupTokens() joins WordPiece tokens", () => {
  assertEquals(wordsOf("[CLS] Haus ##tür ##chen . [SEP]"), "[CLS] Haustürchen . [SEP]");
});

Deno.test("groupTokens() joins byte-level tokens and reads their bytes", () => {
  assertEquals(wordsOf("H Ã¤ user ĠÃ Ľ ber Ġä¸ ŃæĸĩĠ"), "Häuser Ûber 中文 ");
  assertEquals(groupTokens(["Ġgr", "Ã¼", "n"]).words, ["grün"]);
});

Deno.test("groupTokens() takes each token for a word where none has a mark", () => {
  assertEquals(wordsOf("the house ."), "the house .");
  assertEquals(wordsOf("▁a b", "none"), "▁a b");
});

Deno.test("groupTokens() groups to given words, with unknown text in between", () => {
  const group = (tokens: string, words: string) =>
    groupTokens(tokens.split(" "), { words: words.split(" ") }).groups;
  assertEquals(group("▁Haus tür . </s>", "Haustür ."), [[0, 1], [2], [3]]);
  assertEquals(group("▁a <unk> c ▁d", "abc d"), [[0, 1, 2], [3]]);
  assertEquals(group("▁ <unk> ▁d", "☃ d"), [[0, 1], [2]]);
  assertEquals(group('▁x ."', 'x . "'), [[0], [1], [1]]);
  assertEquals(group("▁ﬁx ▁ </s>", "fix"), [[0, 1], [2]]);
});

Deno.test("groupTokens() rejects words of another text", () => {
  const group = (words: string[]) => groupTokens(["▁Haus", "tür"], { words });
  assertThrows(() => group(["Hausboot"]), RangeError, 'token 1 is "tür"');
  assertThrows(() => group(["Haus"]), RangeError, 'token 1 is "tür"');
  assertThrows(() => group(["Haustür", "zu"]), RangeError, 'no token is left for "zu"');
  assertThrows(() => group([]), RangeError, 'token 0 is "Haus"');
});
