import { assert, assertEquals, assertThrows } from "@std/assert";
import { PipelineTokenizer } from "../pipeline_tokenizer.ts";

/** A tokenizer.json that takes whole texts as tokens, with changes. */
const tokenizer = (changes: Record<string, unknown>) =>
  PipelineTokenizer.fromJson({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab: { "<unk>": 0, a: 1 }, unk_token: "<unk>" },
    ...changes,
  });

const padding = {
  strategy: "BatchLongest",
  direction: "Right",
  pad_to_multiple_of: null,
  pad_id: 0,
  pad_type_id: 0,
  pad_token: "[PAD]",
};

for (const changes of [{ strategy: { Fixed: 1e9 } }, { pad_to_multiple_of: 1e9 }]) {
  Deno.test(`tokenizer.json with padding ${JSON.stringify(changes)} is refused`, () => {
    const read = () => tokenizer({ padding: { ...padding, ...changes } });
    assertThrows(read, SyntaxError, "1000000000, more than 1048576");
  });
}

const replace = (content: string) => ({ type: "Replace", pattern: { String: "a" }, content });

Deno.test("replacements that double a text thirty times end with an error", () => {
  const normalizers = new Array(30).fill(replace("aa"));
  const doubling = tokenizer({ normalizer: { type: "Sequence", normalizers } });
  assertThrows(() => doubling.encode("aaaa"), RangeError, "a text of 4 characters");
});

Deno.test("replacements that double a text four times are made", () => {
  const normalizers = new Array(4).fill(replace("aa"));
  const doubling = tokenizer({ normalizer: { type: "Sequence", normalizers } });
  assertEquals(doubling.encode("a").ids.length, 1);
});

Deno.test("a replacement as long as a book is refused", () => {
  const read = () => tokenizer({ normalizer: replace("a".repeat(1e6)) });
  assertThrows(read, SyntaxError, "has 1000000 characters, more than 100");
});

Deno.test("decoders that double a text thirty times end with an error", () => {
  const decoders = new Array(30).fill(replace("aa"));
  const doubling = tokenizer({ decoder: { type: "Sequence", decoders } });
  assertThrows(() => doubling.decode([1]), RangeError, "Cannot decode a text of 1 characters");
  const few = { type: "Sequence", decoders: decoders.slice(0, 4) };
  assertEquals(tokenizer({ decoder: few }).decode([1]), "a".repeat(16));
});

const added = (id: number) => [{ id, content: "[X]", special: true }];

for (const id of [2 ** 24, 1e15]) {
  for (
    const changes of [
      { added_tokens: added(id) },
      { padding: { ...padding, strategy: "BatchLongest", pad_id: id } },
      { post_processor: { type: "BertProcessing", sep: ["[SEP]", id], cls: ["[CLS]", 0] } },
      { post_processor: { type: "BertProcessing", sep: ["[SEP]", 1], cls: ["[CLS]", -1] } },
    ]
  ) {
    Deno.test(`tokenizer.json with ${JSON.stringify(changes)} is refused`, () => {
      assertThrows(() => tokenizer(changes), SyntaxError, "Cannot read tokenizer.json");
    });
  }
}

Deno.test("a vocabulary with few tokens and large ids takes little memory", () => {
  const models: PipelineTokenizer[] = [];
  const before = Deno.memoryUsage().heapUsed;
  for (let i = 0; i < 10; i++) {
    const vocab = { "<unk>": 0, b: 2 ** 24 - 1, a: 7 };
    models.push(tokenizer({ model: { type: "WordLevel", vocab, unk_token: "<unk>" } }));
  }
  assert(Deno.memoryUsage().heapUsed - before < 200e6); // a list of the ids has 128 MB each
  assertEquals(models[9].vocabSize, 2 ** 24);
  assertEquals(models[9].decode([2 ** 24 - 1, 7]), "b a");
  assertThrows(() => models[9].decode([8]), RangeError, "no token with this id");
  const { vocab } = models[9].toJson().model as { vocab: object };
  assertEquals(Object.keys(vocab), ["<unk>", "a", "b"]);
});

Deno.test("a stride just below max_length is refused when it makes too much of a text", () => {
  const truncation = { max_length: 20_000, strategy: "LongestFirst", stride: 19_999 };
  const cutting = tokenizer({ truncation, pre_tokenizer: { type: "WhitespaceSplit" } });
  assertThrows(
    () => cutting.encode("a ".repeat(40_000)),
    RangeError,
    "Cannot truncate 40000 tokens with stride 19999: it would give 20001 parts of 20000 tokens",
  );
  assertEquals(cutting.encode("a ".repeat(20_010)).overflowing!.length, 10);
});

const long = "x".repeat(100_000);
for (
  const [name, changes] of Object.entries<Record<string, unknown>>({
    "a type": { normalizer: { type: long } },
    "one of some names": { padding: { ...padding, direction: long } },
    "a merge": { model: { type: "BPE", vocab: {}, merges: [[long, "a", "b"]] } },
    "a part of a merge": { model: { type: "BPE", vocab: {}, merges: [[long, long]] } },
    "a token": { model: { type: "WordLevel", vocab: { [long]: "a" } } },
    "tokens of one id": { model: { type: "WordLevel", vocab: { [long]: 0, [`${long}y`]: 0 } } },
    "an added token": { added_tokens: [{ id: 1, content: long.slice(0, 999) }] },
    "a name in a path": {
      post_processor: {
        type: "TemplateProcessing",
        special_tokens: { [long]: { ids: [0], tokens: [] } },
        single: [],
        pair: [],
      },
    },
  })
) {
  Deno.test(`an error that quotes ${name} of 100,000 characters has 300 at most`, () => {
    const { message } = assertThrows(() => tokenizer(changes), SyntaxError, "xxxx");
    assert(message.length <= 300, message);
  });
}

Deno.test("added tokens that begin with one another cost no more than their length", () => {
  // At each place of the text, all of them could be there.
  const added_tokens = Array.from({ length: 990 }, (_, i) => ({
    id: i + 2,
    content: `${"x".repeat(i + 2)}y`,
    normalized: false,
  }));
  const many = tokenizer({ added_tokens });
  const text = "x".repeat(30_000);
  assertEquals(many.encodeIds(`${text} a ${"x".repeat(7)}y`), [0, 7]);
  const long = [{ id: 2, content: "x".repeat(1001) }];
  assertThrows(() => tokenizer({ added_tokens: long }), SyntaxError, "1001 characters, more than");
});

Deno.test("affixes and templates of any length are refused", () => {
  const bpe = { type: "BPE", vocab: {}, merges: [] };
  for (const name of ["continuing_subword_prefix", "end_of_word_suffix"]) {
    const read = () => tokenizer({ model: { ...bpe, [name]: "#".repeat(101) } });
    assertThrows(read, SyntaxError, `model.${name} has 101 characters, more than 100`);
  }
  const text = { Sequence: { id: "A", type_id: 0 } };
  const post_processor = {
    type: "TemplateProcessing",
    single: new Array(101).fill(text),
    pair: [],
    special_tokens: {},
  };
  assertThrows(() => tokenizer({ post_processor }), SyntaxError, "has 101 entries, more than 100");
});
