import { assert, assertEquals } from "@std/assert";
import { MarianTokenizer } from "@heed/tokenizer";
import { tokenOffsets } from "./token_offsets.ts";

/** What of the text each token has. */
const slices = (text: string, tokens: string) =>
  tokenOffsets(text, tokens.split(" ")).map(([start, end]) => text.slice(start, end)).join("|");

Deno.test("tokenOffsets() finds sentencepiece, WordPiece and byte-level tokens", () => {
  assertEquals(slices("Die  Haustür.", "▁Die ▁Haus tür . </s>"), "Die|Haus|tür|.|");
  assertEquals(slices("Die Haustür", "[CLS] die haus ##tür [SEP]"), "|Die|Haus|tür|");
  assertEquals(slices("The house.", "The Ġhouse ."), "The|house|.");
  assertEquals(slices("a-b c", "a - b c"), "a|-|b|c");
});

Deno.test("tokenOffsets() has no place for special tokens, and a point for a lone mark", () => {
  assertEquals(tokenOffsets("a b", [">>fr<<", "▁a", "▁", "b", "</s>"]), [
    [0, 0],
    [0, 1],
    [2, 2],
    [2, 3],
    [3, 3],
  ]);
  assertEquals(tokenOffsets("", ["▁", "</s>"]), [[0, 0], [0, 0]]);
  assertEquals(tokenOffsets("", []), []);
});

Deno.test("tokenOffsets() gives every byte of a character the whole character", () => {
  assertEquals(slices("Zoë’s", "▁Zo <0xC3> <0xAB> ’ s"), "Zo|ë|ë|’|s");
  assertEquals(slices("ok 😀ja", "▁ok ▁ <0xF0> <0x9F> <0x98> <0x80> ja"), "ok||😀|😀|😀|😀|ja");
});

Deno.test("tokenOffsets() sees through what tokenizers normalize", () => {
  assertEquals(slices("ﬁne …x", "▁fine ▁... x"), "ﬁne|…|x");
  assertEquals(slices("cafe\u0301 co\u00adop", "▁café ▁co op"), "cafe\u0301|co|op");
  assertEquals(slices("STRASSE Ⅳ", "▁strasse ▁I V"), "STRASSE|Ⅳ|Ⅳ");
});

Deno.test("tokenOffsets() gives unknown tokens what their neighbours leave", () => {
  assertEquals(slices("a☃☃c d", "▁a <unk> c ▁d"), "a|☃☃|c|d");
  assertEquals(slices("☃ d", "▁ <unk> ▁d"), "☃|☃|d");
  assertEquals(slices("x ☃", "▁x ▁ <unk> </s>"), "x|☃|☃|");
  // "e" is also in what is unknown, but there it has no space before it.
  assertEquals(slices("жeж e", "▁ <unk> ▁e"), "жeж|жeж|e");
});

Deno.test("tokenOffsets() finds its way back behind tokens of another text", () => {
  assertEquals(slices("the old house", "▁the ▁young ▁house"), "the|old|house");
  // Too far away to be the same: what is in between had no token.
  const far = "x".repeat(200);
  const [, , last] = tokenOffsets(`a ${far} b`, ["▁a", "▁c", "▁b"]);
  assertEquals(last, [2, 204]);
});

Deno.test("tokenOffsets() agrees with the tokenizer on its offsets", async () => {
  const model = new URL("../model-en-de/model/", import.meta.url);
  const read = (name: string) => Deno.readFile(new URL(name, model));
  const tokenizer = MarianTokenizer.load({
    sourceSpm: await read("source.spm"),
    targetSpm: await read("target.spm"),
    vocab: await Deno.readTextFile(new URL("vocab.json", model)),
  });
  const gold = new URL("../../testdata/alignment/en-de.tsv", import.meta.url);
  const lines = (await Deno.readTextFile(gold)).trimEnd().split("\n");
  const texts = [
    ...lines.flatMap((line) => line.split("\t").slice(0, 2)),
    "Zoë’s “naïve” plan…  costs 5 €!",
    " שלום — Файл 猫が好き 😀",
    "ﬁne Ⅳ ① e\u0301t\u00e9\ttab\nline 100 000 km²",
    "İstanbul ΟΔΟΣ ΟΔΟΣ.",
  ];
  let compared = 0;
  for (const text of texts) {
    const { tokens, offsets } = tokenizer.encode(text);
    tokenOffsets(text, tokens).forEach(([start, end], i) => {
      const [from, to] = offsets![i];
      const theirs = text.slice(from, to).trim();
      // The tokenizer has empty places for all bytes of a character but the last, and puts spaces to what follows.
      if (theirs === "") return;
      assertEquals([text.slice(start, end), end], [theirs, to], `${text}: ${tokens[i]}`);
      compared++;
    });
  }
  assert(compared > 1000, String(compared));
});
