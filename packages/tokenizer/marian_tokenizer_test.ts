import { assertEquals, assertThrows } from "@std/assert";
import {
  parseSentencePieceModel,
  serializeSentencePieceModel,
} from "./formats/sentencepiece_model.ts";
import { MarianTokenizer } from "./marian_tokenizer.ts";
import { buildCharsmap } from "./normalizers/_charsmap_builder.ts";
import { nmtNfkcRules } from "./normalizers/_nmt_nfkc.ts";
import { SentencePieceTokenizer } from "./sentencepiece_tokenizer.ts";

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
  assertEquals(tokenizer.encode("", { addSpecialTokens: false }), { ids: [], tokens: [] });
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
  refuse({ sourceSpm: spm.subarray(0, 100) }, "Cannot parse the SentencePiece model");
});

Deno.test("MarianTokenizer.decode() names an id that is out of range", () => {
  const id = tokenizer.vocabSize;
  assertThrows(() => tokenizer.decode([0, id]), RangeError, `Cannot decode id ${id}:`);
  assertThrows(() => tokenizer.decode([-1]), RangeError, "Cannot decode id -1:");
});
