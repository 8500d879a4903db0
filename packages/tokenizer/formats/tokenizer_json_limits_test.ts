import { assertEquals, assertThrows } from "@std/assert";
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
