import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  parseSentencePieceModel,
  serializeSentencePieceModel,
} from "./formats/sentencepiece_model.ts";
import { MarianTokenizer } from "./marian_tokenizer.ts";
import { buildCharsmap } from "./normalizers/_charsmap_builder.ts";
import { nmtNfkcRules } from "./normalizers/_nmt_nfkc.ts";
import { SentencePieceTokenizer } from "./sentencepiece_tokenizer.ts";
import { trainUnigram } from "./trainers/train_unigram.ts";

interface Case {
  input: string;
  marian: { ids: number[]; text: string; textWithSpecialTokens: string };
}

const testdata = new URL("../../testdata/tokenizer/", import.meta.url);
const golden = JSON.parse(Deno.readTextFileSync(new URL("golden.json", testdata)));
const cases: Case[] = golden.cases;
const model = parseSentencePieceModel(Deno.readFileSync(new URL("unigram.spm", testdata)));
model.normalizerSpec.precompiledCharsmap = buildCharsmap(nmtNfkcRules());
const spm = serializeSentencePieceModel(model);
const vocab = Deno.readTextFileSync(new URL("vocab.json", testdata));
const files = { sourceSpm: spm, targetSpm: spm, vocab };
const tokenizer = MarianTokenizer.load(files);

Deno.test("MarianTokenizer equals transformers 5.23 on hard strings", () => {
  assertEquals(cases.length > 60, true);
  for (const { input, marian } of cases) {
    const { ids } = tokenizer.encode(input);
    assertEquals(ids, marian.ids, JSON.stringify(input));
    assertEquals(tokenizer.encodeTarget(input).ids, ids);
    assertEquals(tokenizer.decode(ids), marian.text, JSON.stringify(input));
    const full = tokenizer.decode(ids, { skipSpecialTokens: false });
    assertEquals(full, marian.textWithSpecialTokens, JSON.stringify(input));
  }
});

Deno.test("MarianTokenizer.encode() keeps a language code at the beginning as one token", () => {
  const { ids, tokens } = tokenizer.encode(">>de<< the river");
  assertEquals(tokens[0], ">>de<<");
  assertEquals(ids[0], tokenizer.tokenToId(">>de<<"));
  assertEquals(tokenizer.encode(">>xx<< a").ids[0], tokenizer.unkTokenId);
  assertEquals(tokenizer.encode("a >>de<<").tokens.includes(">>de<<"), false);
});

Deno.test("MarianTokenizer.encode() adds </s> unless told not to", () => {
  assertEquals(tokenizer.encode("").ids, [tokenizer.eosTokenId]);
  const { ids, tokens, offsets } = tokenizer.encode("", { addSpecialTokens: false });
  assertEquals({ ids, tokens, offsets }, { ids: [], tokens: [], offsets: [] });
});

Deno.test("MarianTokenizer.encode() gives offsets, word ids and masks of the whole text", () => {
  const text = ">>de<< The  river</s>b";
  const masks = tokenizer.encode(text);
  const { tokens, offsets, wordIds } = masks;
  assertEquals(tokens.slice(0, 2), [">>de<<", "▁The"]);
  const surfaces = offsets.map(([start, end]) => text.slice(start, end));
  assertEquals(surfaces.join(""), ">>de<<The  river</s>b");
  assertEquals(surfaces[1], "The");
  assertEquals(surfaces[surfaces.indexOf("</s>")], "</s>");
  assertEquals(offsets.at(-1), [0, 0]); // the </s> that was added
  assertEquals(wordIds[0], 0);
  assertEquals(new Set(wordIds).size, 6); // >>de<< The river </s> b, and none
  assertEquals([wordIds.at(-2), wordIds.at(-1)], [4, undefined]);
  assertEquals(masks.specialTokensMask, tokens.map((_, i) => Number(i === tokens.length - 1)));
  assertEquals(masks.attentionMask, tokens.map(() => 1));
  assertEquals(masks.sequenceIds.at(-1), undefined);
});

Deno.test("MarianTokenizer.encodePair() puts both texts before one </s>", () => {
  // As transformers 5.23's MarianTokenizer does.
  const first = tokenizer.encode("The river", { addSpecialTokens: false });
  const second = tokenizer.encode("a b", { addSpecialTokens: false });
  const pair = tokenizer.encodePair("The river", "a b");
  assertEquals(pair.ids, [...first.ids, ...second.ids, tokenizer.eosTokenId]);
  assertEquals(pair.offsets, [...first.offsets, ...second.offsets, [0, 0]]);
  assertEquals(pair.wordIds, [...first.wordIds, ...second.wordIds, undefined]);
  const sequence = [...first.ids.map(() => 0), ...second.ids.map(() => 1)];
  assertEquals(pair.typeIds, [...sequence, 1]);
  assertEquals(pair.sequenceIds, [...sequence, undefined]);
});

Deno.test("MarianTokenizer.encodeBatch() gives what encode() gives", () => {
  const inputs = cases.map(({ input }) => input);
  assertEquals(tokenizer.encodeBatch(inputs), inputs.map((input) => tokenizer.encode(input)));
});

Deno.test("MarianTokenizer.load(files()) encodes alike", () => {
  const config = { source_lang: "en", eos_token: { content: "</s>" } };
  const saved = MarianTokenizer.load({ ...files, config }).files();
  assertEquals(Object.keys(saved), [
    "source.spm",
    "target.spm",
    "vocab.json",
    "tokenizer_config.json",
  ]);
  const text = (name: string) => new TextDecoder().decode(saved[name]);
  assertEquals(JSON.parse(text("tokenizer_config.json")), config);
  const loaded = MarianTokenizer.load({
    sourceSpm: saved["source.spm"],
    targetSpm: saved["target.spm"],
    vocab: text("vocab.json"),
    config: JSON.parse(text("tokenizer_config.json")),
  });
  for (const { input, marian } of cases) assertEquals(loaded.encode(input).ids, marian.ids);
});

Deno.test("MarianTokenizer.fromUnigram() numbers </s>, <unk>, the pieces, <pad>", () => {
  const pieces = new SentencePieceTokenizer(model);
  const fresh = MarianTokenizer.fromUnigram(pieces, { source_lang: "en" });
  assertEquals(fresh.vocabSize, 400); // 400 pieces, <s> out, <pad> in
  assertEquals([fresh.eosTokenId, fresh.unkTokenId, fresh.padTokenId], [0, 1, 399]);
  assertEquals(fresh.idToToken(2), "<0x00>");
  const text = "The boat crossed the river: Übersetzung 😀";
  assertEquals(fresh.decode(fresh.encode(text).ids), text);
  assertEquals(fresh.encode(text).tokens.slice(0, -1), pieces.encode(text).tokens);
});

Deno.test("MarianTokenizer.fromUnigram() numbers target languages between the pieces and <pad>", () => {
  const pieces = new SentencePieceTokenizer(model);
  assertEquals(MarianTokenizer.fromUnigram(pieces).languageCodes, []);
  const fresh = MarianTokenizer.fromUnigram(pieces, {}, ["de", "pt_br"]);
  assertEquals(fresh.languageCodes, ["de", "pt_br"]);
  assertEquals([fresh.tokenToId(">>de<<"), fresh.padTokenId, fresh.vocabSize], [399, 401, 402]);
  assertEquals(fresh.encode(">>pt_br<< The boat").ids, [400, ...fresh.encode("The boat").ids]);
  for (const [code, problem] of [["de", "is in it twice"], ["d<e", 'the language code "d<e"']]) {
    const codes = ["de", code];
    assertThrows(() => MarianTokenizer.fromUnigram(pieces, {}, codes), RangeError, problem);
  }
});

Deno.test("MarianTokenizer keeps the vocabularies apart when they are separate", () => {
  const source = { "</s>": 0, "<unk>": 1, "▁The": 2, "<pad>": 3 };
  const target = { "</s>": 0, "<unk>": 1, "▁Das": 2, "▁The": 3 };
  const config = { separate_vocabs: true };
  const separate = MarianTokenizer.load({ ...files, vocab: source, targetVocab: target, config });
  assertEquals(separate.encode("The").ids, [2, 0]);
  assertEquals(separate.encodeTarget("The").ids, [3, 0]);
  assertEquals(Object.keys(separate.files()).includes("target_vocab.json"), true);
  assertThrows(
    () => MarianTokenizer.load({ ...files, config }),
    SyntaxError,
    "target_vocab.json is not given",
  );
});

Deno.test("MarianTokenizer gives special tokens that the vocabulary lacks the next ids", () => {
  const small = MarianTokenizer.load({ ...files, vocab: { "<unk>": 0, "▁The": 1 } });
  assertEquals([small.vocabSize, small.eosTokenId, small.unkTokenId, small.padTokenId], [
    4,
    2,
    0,
    3,
  ]);
});

Deno.test("MarianTokenizer names what is wrong in its files", () => {
  const refuse = (changed: object, message: string) =>
    assertThrows(() => MarianTokenizer.load({ ...files, ...changed }), SyntaxError, message);
  refuse({ vocab: "{" }, "Cannot parse vocab.json");
  refuse({ vocab: "[]" }, "vocab.json: it must be an object");
  refuse({ vocab: { "</s>": 0 } }, "the unknown token <unk> is missing");
  refuse({ vocab: { "<unk>": 0, a: 0 } }, 'tokens "<unk>" and "a" both have id 0');
  refuse({ vocab: { "<unk>": 0, a: 2 } }, 'token "a" has id 2, but 2 tokens need ids 0 to 1');
  refuse({ vocab: { "<unk>": "0" } }, 'token "<unk>" has id 0');
  refuse({ config: { eos_token: 5 } }, "eos_token is 5, it must be a token");
  refuse({ config: { separate_vocabs: 1 } }, "separate_vocabs is 1");
  refuse({ config: [] }, "tokenizer_config.json: it must be an object");
  refuse({ config: { added_tokens_decoder: { 0: null } } }, "added_tokens_decoder.0 is null");
  refuse({ config: { eos_token: ["x".repeat(900)] } }, "..., it must be a token");
  refuse({ sourceSpm: spm.subarray(0, 100) }, "Cannot parse the SentencePiece model");
});

Deno.test("MarianTokenizer.vocabSize counts the larger of two vocabularies", () => {
  const source = { "</s>": 0, "<unk>": 1, "▁The": 2, "<pad>": 3 };
  const target = { "</s>": 0, "<unk>": 1, "▁Das": 2, "<pad>": 3, "▁The": 4 };
  const config = { separate_vocabs: true };
  const separate = MarianTokenizer.load({ ...files, vocab: source, targetVocab: target, config });
  assertEquals([separate.vocabSize, separate.encodeTarget("The").ids[0]], [5, 4]);
});

Deno.test("MarianTokenizer.decode() names an id that is out of range", () => {
  const id = tokenizer.vocabSize;
  assertThrows(() => tokenizer.decode([0, id]), RangeError, `Cannot decode id ${id}:`);
  assertThrows(() => tokenizer.decode([-1]), RangeError, "Cannot decode id -1:");
});

Deno.test("MarianTokenizer.decode() takes spaces away at the ends alone, however many there are", () => {
  const vocab = { "</s>": 0, "<unk>": 1, "▁": 2, "▁The": 3, "<pad>": 4 };
  const spaced = MarianTokenizer.load({ ...files, vocab });
  const spaces = new Array(200_000).fill(2);
  // At each of the spaces in the middle, an expression would read to their end.
  const text = spaced.decode([...spaces, 3, ...spaces, 3, ...spaces]);
  assertEquals(text.length, 3 + 200_000 + 4);
});

Deno.test("encode() cuts at random on request, the same by the same seed, and never into another text", async () => {
  const lines = ["the cat sat on the mat", "the dog sat on the cat", "that cat is the cat"];
  const pieces = await trainUnigram(lines, { vocabSize: 30, hardVocabLimit: false });
  const tokenizer = MarianTokenizer.fromUnigram(pieces);
  for (const encode of ["encode", "encodeTarget"] as const) {
    const cuts = Array.from({ length: 30 }, (_, seed) => {
      const { ids } = tokenizer[encode]("the cat sat", { sampling: { alpha: 0.1, seed } });
      assertEquals(tokenizer[encode]("the cat sat", { sampling: { alpha: 0.1, seed } }).ids, ids);
      assertEquals(tokenizer.decode(ids), "the cat sat");
      assertEquals(ids.at(-1), tokenizer.eosTokenId);
      return ids.join();
    });
    assertEquals(new Set(cuts).size > 5, true);
    assertEquals(tokenizer[encode]("the cat sat").ids, tokenizer[encode]("the cat sat", {}).ids);
  }
});

Deno.test("MarianTokenizer shortens what a damaged vocabulary says", () => {
  const source = Deno.readFileSync(new URL("unigram.spm", testdata));
  const deep = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  const vocabularies: Record<string, unknown>[] = [
    { a: deep },
    { a: { toString: 1 } },
    { "<unk>": "a".repeat(5000) },
    { a: 0 },
  ];
  for (const vocab of vocabularies) {
    const { message } = assertThrows(
      () =>
        MarianTokenizer.load({
          sourceSpm: source,
          targetSpm: source,
          vocab: vocab as Record<string, number>,
          config: { unk_token: "b".repeat(5000) },
        }),
      SyntaxError,
      "Cannot read vocab.json",
    );
    assert(message.length < 300, message.slice(0, 300));
  }
});
