import { assertEquals, assertThrows } from "@std/assert";
import { parseSentencePieceModel, PieceType } from "./formats/sentencepiece_model.ts";
import { buildCharsmap } from "./normalizers/_charsmap_builder.ts";
import { nmtNfkcRules } from "./normalizers/_nmt_nfkc.ts";
import { SentencePieceTokenizer } from "./sentencepiece_tokenizer.ts";

interface Case {
  input: string;
  unigram: { ids: number[]; tokens: string[]; text: string };
  rules: { ids: number[]; tokens: string[]; text: string };
}

const testdata = new URL("../../testdata/tokenizer/", import.meta.url);
const golden = JSON.parse(Deno.readTextFileSync(new URL("golden.json", testdata)));
const cases: Case[] = golden.cases;
const read = (name: string) => Deno.readFileSync(new URL(name, testdata));

const model = parseSentencePieceModel(read("unigram.spm"));
model.normalizerSpec.precompiledCharsmap = buildCharsmap(nmtNfkcRules());
const unigram = new SentencePieceTokenizer(model);
const rules = SentencePieceTokenizer.load(read("rules.spm"));

for (const [name, tokenizer] of Object.entries({ unigram, rules })) {
  Deno.test(`SentencePieceTokenizer equals sentencepiece 0.2.3 on hard strings (${name}.spm)`, () => {
    assertEquals(cases.length > 60, true);
    for (const { input, ...results } of cases) {
      const expected = results[name as "unigram" | "rules"];
      const { ids, tokens } = tokenizer.encode(input);
      assertEquals(ids, expected.ids, JSON.stringify(input));
      assertEquals(tokens, expected.tokens, JSON.stringify(input));
      assertEquals(tokenizer.decode(ids), expected.text, JSON.stringify(input));
    }
  });
}

/** Strings from all over Unicode, controls and unassigned code points included, the same ones each time. */
function* randomTexts(count: number): Generator<string> {
  const blocks = [[0x20, 0x7e], [0x20, 0x7e], [0xa0, 0x3ff], [0x600, 0x6ff], [0x1100, 0x11ff]];
  blocks.push([0x2000, 0x206f], [0x2580, 0x2582], [0x3040, 0x30ff], [0x4e00, 0x4eff]);
  blocks.push([0xd800, 0xdfff], [0xff00, 0xffff], [0x1f300, 0x1f6ff], [1, 0x10ffff]);
  let state = 99;
  const random = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
  for (let i = 0; i < count; i++) {
    let text = "";
    for (let k = random(8); k >= 0; k--) {
      const [first, last] = blocks[random(blocks.length)];
      for (let j = random(4); j >= 0; j--) {
        text += String.fromCodePoint(first + random(last - first + 1));
      }
    }
    yield text;
  }
}

Deno.test("decode(encode(x)) is x normalised, for random Unicode", () => {
  for (const text of randomTexts(3000)) {
    const normalized = unigram.normalize(text).replaceAll("▁", " ").replace(/^ /, "");
    assertEquals(unigram.decode(unigram.encode(text).ids), normalized, JSON.stringify(text));
  }
});

Deno.test("decode() writes broken UTF-8 in byte pieces as U+FFFD, one a byte", () => {
  const ids = (...bytes: string[]) => bytes.map((byte) => unigram.tokenToId(`<0x${byte}>`)!);
  const cases: [string[], string][] = [
    [["C3", "A4"], "ä"],
    [["F0", "9F", "98", "80"], "😀"],
    [["F0", "9F", "98"], "\ufffd\ufffd\ufffd"],
    [["C3", "41"], "\ufffdA"],
    [["C0", "80"], "\ufffd\ufffd"], // overlong
    [["ED", "A0", "80"], "\ufffd\ufffd\ufffd"], // a surrogate
    [["F4", "90", "80", "80"], "\ufffd\ufffd\ufffd\ufffd"], // beyond U+10FFFF
    [["80", "FF"], "\ufffd\ufffd"],
  ];
  for (const [bytes, text] of cases) assertEquals(unigram.decode(ids(...bytes)), text);
});

Deno.test("decode() leaves control pieces out unless asked for", () => {
  const ids = [1, rules.tokenToId("▁The")!, 3, 0, 2];
  assertEquals(rules.decode(ids), "The ⁇ ");
  assertEquals(rules.decode(ids, { skipSpecialTokens: false }), "<s> The<ctl> ⁇ </s>");
});

Deno.test("decode() names an id that is out of range", () => {
  for (const id of [260, -1, 1.5, NaN]) {
    assertThrows(() => rules.decode([5, id]), RangeError, `Cannot decode id ${id}:`);
  }
});

Deno.test("load(save()) encodes alike", () => {
  const saved = SentencePieceTokenizer.load(unigram.save());
  for (const { input } of cases) assertEquals(saved.encode(input), unigram.encode(input));
});

Deno.test("load() refuses models that are not unigram", () => {
  const bpe = {
    pieces: [{ piece: "<unk>", score: 0, type: PieceType.UNKNOWN }],
    trainerSpec: { modelType: 2 },
    normalizerSpec: {},
  };
  assertThrows(() => new SentencePieceTokenizer(bpe), SyntaxError, "its type is BPE");
  assertThrows(() => SentencePieceTokenizer.load(new Uint8Array()), SyntaxError, "UNKNOWN");
});
