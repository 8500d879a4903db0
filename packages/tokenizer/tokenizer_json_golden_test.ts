import { assertEquals, assertThrows } from "@std/assert";
import { codePointOffsets } from "./encoding.ts";
import { PipelineTokenizer } from "./pipeline_tokenizer.ts";

/** An encoding of the reference; fields that say nothing are left out of the file. */
interface ExpectedEncoding {
  ids: number[];
  tokens?: string[];
  offsets: number[];
  wordIds: (number | null)[];
  typeIds?: number[];
  attentionMask?: number[];
  specialTokensMask?: number[];
  sequenceIds?: (number | null)[];
  overflowing?: ExpectedEncoding[];
}

interface SingleCase extends ExpectedEncoding {
  text: string;
  decoded: string;
  decodedWithSpecial?: string;
  plainIds?: number[];
}

interface ComponentCase {
  component: object;
  results: { tokens: string[]; offsets: number[] }[];
}

interface Golden {
  program: string;
  tokenizers: Record<
    string,
    { single: SingleCase[]; pair: (ExpectedEncoding & { text: [string, string] })[] }
  >;
  truncation: (ExpectedEncoding & {
    tokenizer: string;
    truncation: object;
    texts: string[];
    error?: string;
  })[];
  padding: {
    tokenizer: string;
    padding: object;
    texts: (string | [string, string])[];
    encodings: ExpectedEncoding[];
  }[];
  components: {
    texts: string[];
    normalizers: ComponentCase[];
    pre_tokenizers: ComponentCase[];
    decoders: { component: object | null; tokens: string[]; decoded: string }[];
  };
}

const folder = new URL("../../testdata/tokenizer/json/", import.meta.url);
const read = (name: string) => Deno.readTextFileSync(new URL(name, folder));
const golden: Golden = JSON.parse(read("golden.json"));
const load = (name: string, changes: object = {}) =>
  PipelineTokenizer.fromJson({ ...JSON.parse(read(`${name}.json`)), ...changes });

/** The fields of the reference's encoding, filled in, with offsets as pairs. */
function complete(
  expected: ExpectedEncoding,
  tokenizer: PipelineTokenizer,
): Record<string, unknown> {
  const { ids, offsets, wordIds, sequenceIds, overflowing = [] } = expected;
  const specialTokensMask = expected.specialTokensMask ?? ids.map(() => 0);
  return {
    ids,
    tokens: expected.tokens ?? ids.map((id) => tokenizer.idToToken(id)),
    offsets: ids.map((_, i) => [offsets[2 * i], offsets[2 * i + 1]]),
    wordIds: wordIds.map((id) => id ?? undefined),
    typeIds: expected.typeIds ?? ids.map(() => 0),
    attentionMask: expected.attentionMask ?? ids.map(() => 1),
    specialTokensMask,
    sequenceIds: sequenceIds?.map((id) => id ?? undefined),
    overflowing: overflowing.map((part) => complete(part, tokenizer)),
  };
}

/** The same fields of an encoding of ours; `sequenceIds` only where the reference's file has them. */
function fields(
  encoding: ReturnType<PipelineTokenizer["encode"]>,
  expected: ExpectedEncoding,
): Record<string, unknown> {
  const { ids, tokens, offsets, wordIds, typeIds, attentionMask, specialTokensMask } = encoding;
  return {
    ids,
    tokens,
    offsets,
    wordIds,
    typeIds,
    attentionMask,
    specialTokensMask,
    sequenceIds: expected.sequenceIds && encoding.sequenceIds,
    overflowing: encoding.overflowing.map((part, i) =>
      fields(part, expected.overflowing?.[i] ?? { ids: [], offsets: [], wordIds: [] })
    ),
  };
}

/** Compares field by field as JSON, whose differences are short enough to read. */
function assertEncoding(
  encoding: ReturnType<PipelineTokenizer["encode"]>,
  expected: ExpectedEncoding,
  { tokenizer, message }: { tokenizer: PipelineTokenizer; message: string },
): void {
  const own = fields(encoding, expected);
  for (const [field, value] of Object.entries(complete(expected, tokenizer))) {
    assertEquals(JSON.stringify(own[field]), JSON.stringify(value), `${field} of ${message}`);
  }
}

for (const [name, { single, pair }] of Object.entries(golden.tokenizers)) {
  const message = (text: unknown) => `${name}.json on ${JSON.stringify(text)}`;

  Deno.test(`PipelineTokenizer equals ${golden.program} on hard strings (${name}.json)`, () => {
    const tokenizer = load(name);
    assertEquals(single.length > 15, true);
    for (const expected of single) {
      const { text, ids, plainIds = ids } = expected;
      const encoding = tokenizer.encode(text);
      assertEncoding(encoding, expected, { tokenizer, message: message(text) });
      const plain = tokenizer.encode(text, { addSpecialTokens: false });
      assertEquals(plain.ids, plainIds, message(text));
    }
  });

  Deno.test(`PipelineTokenizer equals ${golden.program} on pairs (${name}.json)`, () => {
    const tokenizer = load(name);
    for (const expected of pair) {
      const encoding = tokenizer.encodePair(...expected.text);
      assertEncoding(encoding, expected, { tokenizer, message: message(expected.text) });
    }
  });

  Deno.test(`PipelineTokenizer decodes as ${golden.program} (${name}.json)`, () => {
    const tokenizer = load(name);
    for (const { text, ids, decoded, decodedWithSpecial = decoded } of single) {
      assertEquals(tokenizer.decode(ids), decoded, message(text));
      const full = tokenizer.decode(ids, { skipSpecialTokens: false });
      assertEquals(full, decodedWithSpecial, message(text));
    }
  });

  Deno.test(`a tokenizer that was saved and loaded is the same (${name}.json)`, () => {
    const tokenizer = load(name);
    const again = PipelineTokenizer.fromJson(JSON.parse(JSON.stringify(tokenizer.toJson())));
    for (const { text } of single) {
      const [{ ids, offsets }, expected] = [again.encode(text), tokenizer.encode(text)];
      assertEquals([ids, offsets], [expected.ids, expected.offsets], message(text));
      assertEquals(again.decode(ids), tokenizer.decode(ids), message(text));
    }
  });
}

Deno.test(`truncation equals ${golden.program}'s`, () => {
  for (const expected of golden.truncation) {
    const { truncation, texts: [first, second], error } = expected;
    const tokenizer = load(expected.tokenizer, { truncation });
    const encode = () =>
      second === undefined ? tokenizer.encode(first) : tokenizer.encodePair(first, second);
    const message = JSON.stringify([expected.tokenizer, truncation, first, second]);
    if (error === undefined) assertEncoding(encode(), expected, { tokenizer, message });
    else assertThrows(encode, Error, "Cannot", message);
  }
});

Deno.test(`padding equals ${golden.program}'s`, () => {
  for (const { tokenizer: name, padding, texts, encodings } of golden.padding) {
    const tokenizer = load(name, { padding });
    const batch = tokenizer.encodeBatch(texts);
    const message = JSON.stringify([name, padding]);
    assertEquals(batch.length, encodings.length);
    for (const [i, expected] of encodings.entries()) {
      assertEncoding(batch[i], expected, { tokenizer, message });
    }
  }
});

/** A tokenizer of one component: its model has no pieces, so that each word comes back as one token. */
function bare(components: object): PipelineTokenizer {
  return PipelineTokenizer.fromJson({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: { type: "Unigram", unk_id: 0, vocab: [["<unk>", 0]], byte_fallback: false },
    ...components,
  });
}

const { texts, normalizers, pre_tokenizers, decoders } = golden.components;
const everyCharacter = {
  type: "Split",
  pattern: { Regex: "[\\s\\S]" },
  behavior: "Isolated",
  invert: false,
};
const components: [string, ComponentCase, object][] = [
  ...normalizers.map((part): [string, ComponentCase, object] => [
    "normalizer",
    part,
    { normalizer: part.component, pre_tokenizer: everyCharacter },
  ]),
  ...pre_tokenizers.map((part): [string, ComponentCase, object] => [
    "pre-tokenizer",
    part,
    { pre_tokenizer: part.component },
  ]),
];
for (const [kind, { component, results }, parts] of components) {
  Deno.test(`${kind} ${JSON.stringify(component)} equals ${golden.program}'s`, () => {
    const tokenizer = bare(parts);
    for (const [i, expected] of results.entries()) {
      const { tokens, offsets } = tokenizer.encode(texts[i]);
      assertEquals({ tokens, offsets: offsets.flat() }, expected, JSON.stringify(texts[i]));
    }
  });
}

for (const { component, tokens, decoded } of decoders) {
  Deno.test(`decoder ${JSON.stringify(component)} equals ${golden.program}'s`, () => {
    const vocab = Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]));
    const model = { type: "WordLevel", vocab, unk_token: tokens[0] };
    const tokenizer = bare({ decoder: component, model });
    const ids = tokens.map((token) => vocab[token]);
    assertEquals(tokenizer.decode(ids, { skipSpecialTokens: false }), decoded);
  });
}

Deno.test("codePointOffsets() counts as Python does", () => {
  const text = "👍🏽 a日";
  const { offsets } = bare({ pre_tokenizer: everyCharacter }).encode(text);
  assertEquals(codePointOffsets(offsets, text), [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]]);
});
