import { assertEquals, assertThrows } from "@std/assert";
import { WordCache } from "./_word_cache.ts";
import { PipelineTokenizer } from "./pipeline_tokenizer.ts";

const model = {
  type: "WordLevel",
  vocab: { "[UNK]": 0, a: 1, b: 2, "[SEP]": 3 },
  unk_token: "[UNK]",
};
const base = {
  added_tokens: [{ id: 3, content: "[SEP]", special: true, normalized: false }],
  pre_tokenizer: { type: "WhitespaceSplit" },
  post_processor: {
    type: "TemplateProcessing",
    single: [{ Sequence: { id: "A", type_id: 0 } }, { SpecialToken: { id: "[SEP]", type_id: 0 } }],
    pair: [
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "[SEP]", type_id: 0 } },
      { Sequence: { id: "B", type_id: 1 } },
    ],
    special_tokens: { "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] } },
  },
  model,
};

Deno.test("PipelineTokenizer.encode() gives ids at once and all fields when asked", () => {
  const encoding = PipelineTokenizer.fromJson(base).encode(" a  x");
  assertEquals(encoding.ids, [1, 0, 3]);
  assertEquals(JSON.parse(JSON.stringify(encoding)), {
    ids: [1, 0, 3],
    tokens: ["a", "[UNK]", "[SEP]"],
    offsets: [[1, 2], [4, 5], [0, 0]],
    wordIds: [0, 1, null],
    typeIds: [0, 0, 0],
    attentionMask: [1, 1, 1],
    specialTokensMask: [0, 0, 1],
    sequenceIds: [0, 0, null],
    overflowing: [],
  });
});

Deno.test("PipelineTokenizer reads a lone surrogate as U+FFFD", () => {
  const tokenizer = PipelineTokenizer.fromJson(base);
  const { ids, offsets } = tokenizer.encode("a \ud83d b \udc00");
  assertEquals(ids, [1, 0, 2, 0, 3]);
  assertEquals(offsets, [[0, 1], [2, 3], [4, 5], [6, 7], [0, 0]]);
});

Deno.test("PipelineTokenizer pads a batch to its longest text", () => {
  const tokenizer = PipelineTokenizer.fromJson(base);
  tokenizer.padding = { length: "longest", multipleOf: 2, direction: "left", padToken: "[SEP]" };
  const [first, second] = tokenizer.encodeBatch(["a", ["a b", "a"]]);
  assertEquals(first.ids, [0, 0, 1, 3]);
  assertEquals(first.attentionMask, [0, 0, 1, 1]);
  assertEquals(first.offsets, [[0, 0], [0, 0], [0, 1], [0, 0]]);
  assertEquals(second.typeIds, [0, 0, 0, 1]);
});

Deno.test("an encoding stays as it was made when the tokenizer's settings change", () => {
  const tokenizer = PipelineTokenizer.fromJson(base);
  const encoding = tokenizer.encode("a b");
  tokenizer.padding = { length: 9 };
  tokenizer.truncation = { maxLength: 2 };
  assertEquals(encoding.tokens, ["a", "b", "[SEP]"]);
});

Deno.test("PipelineTokenizer truncates with overlap", () => {
  const tokenizer = PipelineTokenizer.fromJson(base);
  tokenizer.truncation = { maxLength: 3, stride: 1 };
  const { ids, overflowing } = tokenizer.encode("a b x a");
  assertEquals([ids, ...overflowing.map((part) => part.ids)], [[1, 2, 3], [2, 0, 3], [0, 1, 3]]);
  tokenizer.truncation = { maxLength: 3, stride: 2 };
  assertThrows(() => tokenizer.encode("a b x a"), RangeError, "stride 2");
  tokenizer.truncation = { maxLength: 3, strategy: "only_second" };
  assertThrows(() => tokenizer.encode("a b x a"), RangeError, "there is one text");
});

Deno.test("PipelineTokenizer.decode() names an id that is not there", () => {
  const tokenizer = PipelineTokenizer.fromJson({
    ...base,
    added_tokens: [{ id: 9, content: "<x>" }],
    model: { ...model, vocab: { "[UNK]": 0, a: 1 } },
  });
  assertEquals(tokenizer.vocabSize, 10);
  assertEquals(tokenizer.decode([1, 9]), "a <x>");
  assertThrows(() => tokenizer.decode([1, 10]), RangeError, "id 10: the vocabulary has ids 0 to 9");
  assertThrows(() => tokenizer.decode([-1]), RangeError, "id -1");
  assertThrows(() => tokenizer.decode([0.5]), RangeError, "id 0.5");
  assertThrows(() => tokenizer.decode([5]), RangeError, "id 5: the vocabulary has no token");
});

Deno.test("PipelineTokenizer with dropout gives tokens that fit its ids", () => {
  const tokenizer = PipelineTokenizer.fromJson({
    model: {
      type: "BPE",
      dropout: 0.5,
      vocab: { a: 0, b: 1, ab: 2 },
      merges: ["a b"],
    },
  });
  for (let i = 0; i < 50; i++) {
    const { ids, tokens } = tokenizer.encode("abababab");
    assertEquals(tokens, ids.map((id) => tokenizer.idToToken(id)));
  }
  tokenizer.padding = { length: "longest", padToken: "a" };
  for (const { ids, tokens, attentionMask } of tokenizer.encodeBatch(["abababab", "ab"])) {
    assertEquals(tokens, ids.map((id) => tokenizer.idToToken(id)));
    assertEquals(attentionMask.length, ids.length);
  }
});

const cyclic: Record<string, unknown> = { type: "Sequence" };
cyclic.normalizers = [cyclic];
const bad: [message: string, changes: unknown][] = [
  ["the file is a list", []],
  ["the file is null", null],
  ["model is missing", {}],
  ['model.type "X" is not a known model', { model: { type: "X" } }],
  ["model.vocab is missing", { model: { type: "WordPiece" } }],
  ["model.vocab is broken: Cannot build WordLevel model: vocab gives id 0 to both", {
    model: { type: "WordLevel", vocab: { a: 0, b: 0 } },
  }],
  ['model.vocab gives "a" a string', { model: { type: "WordLevel", vocab: { a: "0" } } }],
  ['model.merges[1] "ab" is not a pair', {
    model: { type: "BPE", vocab: { a: 0, aa: 1 }, merges: ["a a", "ab"] },
  }],
  ["model.merges is broken: Cannot build BPE model: merges[0]", {
    model: { type: "BPE", vocab: { a: 0 }, merges: ["a a"] },
  }],
  ["model.vocab[1] is not a piece", { model: { type: "Unigram", vocab: [["a", 0], ["b"]] } }],
  ["... is nested more than 32 deep", { ...base, normalizer: cyclic }],
  ['normalizer.type "Foo" is not a known normalizer', { ...base, normalizer: { type: "Foo" } }],
  ["normalizer.pattern.Regex is broken: Cannot translate", {
    ...base,
    normalizer: { type: "Replace", pattern: { Regex: "(" }, content: "" },
  }],
  ["normalizer.precompiled_charsmap is broken", {
    ...base,
    normalizer: { type: "Precompiled", precompiled_charsmap: "AAAA" },
  }],
  ['pre_tokenizer.pretokenizers[0].behavior is "No"', {
    ...base,
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [{ type: "Split", pattern: { String: "" }, behavior: "No" }],
    },
  }],
  ['post_processor.single[0].SpecialToken.id "x" is not in special_tokens', {
    ...base,
    post_processor: {
      type: "TemplateProcessing",
      single: [{ SpecialToken: { id: "x", type_id: 0 } }],
      pair: [],
      special_tokens: {},
    },
  }],
  ["decoder.type is missing", { ...base, decoder: {} }],
  ['added_tokens[0].id 1 of "x" is the id of "a"', {
    ...base,
    added_tokens: [{ id: 1, content: "x" }],
  }],
  ['added_tokens[1].id 7 of "y" is the id of "x"', {
    ...base,
    added_tokens: [{ id: 7, content: "x" }, { id: 7, content: "y" }],
  }],
  ["truncation.max_length is -1", { ...base, truncation: { max_length: -1 } }],
  ["padding.strategy is missing", { ...base, padding: {} }],
];
for (const [message, json] of bad) {
  Deno.test(`PipelineTokenizer.fromJson() says: ${message}`, () => {
    assertThrows(() => PipelineTokenizer.fromJson(json), SyntaxError, message);
  });
}

Deno.test("PipelineTokenizer.parse() says that a file is not JSON", () => {
  assertThrows(() => PipelineTokenizer.parse("{"), SyntaxError, "Cannot read tokenizer.json");
  assertEquals(PipelineTokenizer.parse(JSON.stringify(base)).encodeIds("a"), [1, 3]);
});

Deno.test("WordCache forgets the words that were not used for longest", () => {
  const cache = new WordCache(2);
  const pieces = { ids: [], starts: [], ends: [] };
  for (const word of ["a", "b", "c"]) cache.set(word, pieces);
  assertEquals(cache.get("a"), pieces);
  for (const word of ["d", "e", "f"]) cache.set(word, pieces);
  assertEquals(["b", "c", "f"].map((word) => cache.get(word) !== undefined), [false, false, true]);
});
