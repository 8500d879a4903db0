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

Deno.test("load() refuses models of an unknown type and broken ones", () => {
  const other = {
    pieces: [{ piece: "<unk>", score: 0, type: PieceType.UNKNOWN }],
    trainerSpec: { modelType: 5 },
    normalizerSpec: {},
  };
  assertThrows(
    () => new SentencePieceTokenizer(other),
    SyntaxError,
    "its trainerSpec.modelType is 5",
  );
  assertThrows(() => SentencePieceTokenizer.load(new Uint8Array()), SyntaxError, "UNKNOWN");
  for (const [modelType, name] of [[2, "BPE"], [3, "word"], [4, "character"]] as const) {
    const broken = { ...other, pieces: [], trainerSpec: { modelType } };
    assertThrows(
      () => new SentencePieceTokenizer(broken),
      SyntaxError,
      `Cannot build ${name} model: no piece is of type UNKNOWN`,
    );
  }
});

interface GoldenModel {
  cases: {
    input: string;
    ids?: number[];
    tokens?: string[];
    text?: string;
    offsets: [number, number][];
  }[];
  nBest?: { input: string; cuts: { ids: number[]; score: number }[] }[];
}

const goldenModels: Record<string, GoldenModel> =
  JSON.parse(Deno.readTextFileSync(new URL("sentencepiece/golden.json", testdata))).models;
const own: Record<string, SentencePieceTokenizer> = { unigram, rules };
for (const name of Object.keys(goldenModels)) {
  own[name] ??= SentencePieceTokenizer.load(read(`sentencepiece/${name}.spm`));
}

for (const [name, { cases, nBest }] of Object.entries(goldenModels)) {
  const tokenizer = own[name];

  Deno.test(`SentencePieceTokenizer's fields equal sentencepiece 0.2.3's (${name}.spm)`, () => {
    assertEquals(cases.length > 60, true);
    for (const { input, ...expected } of cases) {
      const { ids, tokens, offsets } = tokenizer.encode(input);
      const result = { ids, tokens, offsets, text: tokenizer.decode(ids) };
      assertEquals({ ...result, ...expected }, result, JSON.stringify(input));
    }
  });

  if (nBest === undefined) continue;
  Deno.test(`encodeNBest() equals sentencepiece 0.2.3's (${name}.spm)`, () => {
    for (const { input, cuts } of nBest) {
      const best = tokenizer.encodeNBest(input, 6);
      const ids = best.map(({ encoding }) => encoding.ids);
      assertEquals(ids, cuts.map((cut) => cut.ids), JSON.stringify(input));
      const scores = cuts.map(({ score }) => Math.fround(score));
      assertEquals(best.map(({ score }) => score), scores, JSON.stringify(input));
    }
  });
}

Deno.test("encode() numbers words and gives masks", () => {
  const masks = unigram.encode("the river  crossed 😀");
  const { tokens, wordIds } = masks;
  // A word begins with each token that begins with ▁.
  const begun = (i: number) => tokens.slice(1, i + 1).filter((token) => token.startsWith("▁"));
  assertEquals(wordIds, tokens.map((_, i) => begun(i).length));
  assertEquals(wordIds.at(-1), 3);
  assertEquals(masks.typeIds, tokens.map(() => 0));
  assertEquals(masks.attentionMask, tokens.map(() => 1));
  assertEquals(masks.specialTokensMask, tokens.map(() => 0));
  assertEquals(masks.sequenceIds, tokens.map(() => 0));
  assertEquals(masks.overflowing, []);
  assertEquals(Object.keys(JSON.parse(JSON.stringify(masks))).length, 9);
  assertEquals(own.bpe.encode("a   b").wordIds.at(-1), 1);
  const suffix = own.suffix.encode("der  river");
  assertEquals([suffix.wordIds[0], suffix.wordIds.at(-1)], [0, 1]);
});

Deno.test("encodeBatch() gives what encode() gives", () => {
  const inputs = cases.map(({ input }) => input);
  assertEquals(own.bpe.encodeBatch(inputs), inputs.map((input) => own.bpe.encode(input)));
});

Deno.test("sample() is decided by its seed and keeps the text", () => {
  const text = "the boat crossed the river 😀";
  for (const name of ["unigram", "bpe", "bpe_unused"]) {
    const tokenizer = own[name];
    const decoded = tokenizer.decode(tokenizer.encode(text).ids);
    const seen = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const sample = tokenizer.sample(text, { alpha: 0.3, seed });
      assertEquals(tokenizer.decode(sample.ids), decoded);
      assertEquals(tokenizer.sample(text, { alpha: 0.3, seed }), sample);
      assertEquals(sample.offsets.at(-1)![1], text.length);
      for (const [i, [start, end]] of sample.offsets.entries()) {
        assertEquals(start >= (sample.offsets[i - 1]?.[1] ?? 0) && end >= start, true);
      }
      seen.add(sample.ids.join(" "));
    }
    assertEquals(seen.size > 20, true, `${seen.size} different cuts by ${name}`);
  }
});

Deno.test("sample() with nBest draws from the best cuts alone", () => {
  const text = "the boat crossed the river";
  const best = unigram.encodeNBest(text, 3).map(({ encoding }) => encoding.ids.join(" "));
  const seen = new Set<string>();
  for (let seed = 0; seed < 100; seed++) {
    seen.add(unigram.sample(text, { alpha: 0, seed, nBest: 3 }).ids.join(" "));
  }
  assertEquals([...seen].sort(), best.sort());
  for (const nBest of [0, 1]) {
    assertEquals(unigram.sample(text, { alpha: 0, nBest }), unigram.encode(text));
  }
});

Deno.test("sample() and encodeNBest() name what they cannot do", () => {
  const throws = (run: () => unknown, kind: ErrorConstructor, message: string) =>
    assertThrows(run, kind, message);
  throws(() => unigram.encodeNBest("a", 0), RangeError as ErrorConstructor, "the 0 best");
  throws(() => unigram.encodeNBest("a", 1.5), RangeError as ErrorConstructor, "the 1.5 best");
  throws(() => own.bpe.encodeNBest("a", 2), TypeError as ErrorConstructor, "a BPE model");
  throws(() => own.word.sample("a"), TypeError as ErrorConstructor, "a word model");
  for (
    const [options, message] of [
      [{ alpha: -1 }, "alpha -1"],
      [{ alpha: NaN }, "alpha NaN"],
      [{ seed: 0.5 }, "seed 0.5"],
      [{ nBest: 513 }, "nBest 513"],
      [{ nBest: -2 }, "nBest -2"],
    ] as const
  ) {
    throws(() => unigram.sample("a", options), RangeError as ErrorConstructor, message);
  }
  throws(() => own.bpe.sample("a", { alpha: 1.5 }), RangeError as ErrorConstructor, "0 to 1");
});
