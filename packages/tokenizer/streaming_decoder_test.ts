import { assertEquals, assertThrows } from "@std/assert";
import { PipelineTokenizer } from "./pipeline_tokenizer.ts";
import { MarianTokenizer } from "./marian_tokenizer.ts";
import { randomNumbers } from "./_sentencepiece_random.ts";
import { SentencePieceTokenizer } from "./sentencepiece_tokenizer.ts";
import { StreamingDecoder } from "./streaming_decoder.ts";
import type { Tokenizer } from "./tokenizer.ts";

const testdata = new URL("../../testdata/tokenizer/", import.meta.url);
const load = (name: string) =>
  SentencePieceTokenizer.load(Deno.readFileSync(new URL(name, testdata)));
const unigram = load("unigram.spm");
const spm = unigram.save();
const vocab = Deno.readTextFileSync(new URL("vocab.json", testdata));

/** Ids are bytes; decoding is UTF-8's, so that an unfinished character is one U+FFFD. */
const bytes: Tokenizer = {
  vocabSize: 256,
  encode: (text) => ({ ids: [...new TextEncoder().encode(text)], tokens: [] }),
  decode: (ids) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(ids)),
  tokenToId: () => undefined,
  idToToken: () => undefined,
};

/** Ids are bytes; one wrong byte makes U+FFFD of a whole run of them, as Hugging Face's byte fallback does. */
const strictBytes: Tokenizer = {
  ...bytes,
  decode: (ids) => {
    const all = Uint8Array.from(ids);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(all);
    } catch {
      return "\ufffd".repeat(all.length);
    }
  },
};

const tokenizers: Record<string, Tokenizer> = {
  unigram,
  rules: load("rules.spm"),
  bpe: load("sentencepiece/bpe.spm"),
  suffix: load("sentencepiece/suffix.spm"),
  char: load("sentencepiece/char.spm"),
  marian: MarianTokenizer.load({ sourceSpm: spm, targetSpm: spm, vocab }),
  bytes,
  strictBytes,
};

for (const name of ["bert", "gpt2", "llama", "metaspace_bpe", "unigram_bytes"]) {
  const json = Deno.readTextFileSync(new URL(`json/${name}.json`, testdata));
  tokenizers[`${name}.json`] = PipelineTokenizer.fromJson(JSON.parse(json));
}

const texts = [
  "The boat crossed the river before the storm came, and the boat crossed the river again after it.",
  "  two  spaces   and more    ",
  "日本語のテキスト 👩‍👩‍👧‍👦 family 🏳️‍🌈🇩🇪 naïve café e\u0301",
  "x".repeat(200),
  "😀".repeat(60),
  " \ufffd a \ufffd\ufffd",
  "",
];

for (const [name, tokenizer] of Object.entries(tokenizers)) {
  Deno.test(`StreamingDecoder gives decode(ids) in parts (${name})`, () => {
    const decoder = new StreamingDecoder(tokenizer);
    for (const text of texts) {
      const { ids } = tokenizer.encode(text);
      const parts = ids.map((id) => decoder.push(id));
      for (const part of parts) assertEquals(part.isWellFormed(), true);
      if (!tokenizer.decode(ids).includes("\ufffd")) {
        assertEquals(parts.some((part) => part.includes("\ufffd")), false, JSON.stringify(parts));
      }
      assertEquals(parts.join("") + decoder.finish(), tokenizer.decode(ids), JSON.stringify(text));
    }
  });
}

Deno.test("StreamingDecoder gives decode(ids) in parts for any ids", () => {
  const random = randomNumbers(5);
  for (const name of ["unigram", "rules", "bpe", "suffix", "marian", "bytes"]) {
    const tokenizer = tokenizers[name];
    for (const skipSpecialTokens of [true, false]) {
      for (let round = 0; round < 40; round++) {
        const length = Math.floor(random() * 80);
        const ids = Array.from({ length }, () => Math.floor(random() * tokenizer.vocabSize));
        const decoder = new StreamingDecoder(tokenizer, { skipSpecialTokens });
        const text = ids.map((id) => decoder.push(id)).join("") + decoder.finish();
        assertEquals(text, tokenizer.decode(ids, { skipSpecialTokens }), `${name} ${ids}`);
      }
    }
  }
});

Deno.test("StreamingDecoder gives text out as soon as its character is whole", () => {
  const decoder = new StreamingDecoder(bytes);
  const parts = bytes.encode("aé😀b").ids.map((id) => decoder.push(id));
  assertEquals(parts, ["a", "", "é", "", "", "", "😀", "b"]);
  assertEquals(decoder.push(0xf0), "");
  assertEquals(decoder.push(0x41), "\ufffdA");
  assertEquals(decoder.push(0xc3), "");
  assertEquals(decoder.finish(), "\ufffd");
  assertEquals(decoder.finish(), "");
});

Deno.test("StreamingDecoder decodes a bounded number of ids again", () => {
  let longest = 0;
  const counted: Tokenizer = {
    ...bytes,
    decode: (ids) => {
      const all = [...ids];
      longest = Math.max(longest, all.length);
      return unigram.decode(all);
    },
  };
  const decoder = new StreamingDecoder(counted);
  for (let i = 0; i < 20; i++) {
    for (const id of unigram.encode(texts[0]).ids) decoder.push(id);
  }
  assertEquals(longest <= 20, true, `${longest} ids were decoded at once`);
});

Deno.test("StreamingDecoder goes on after an id that is out of range", () => {
  const decoder = new StreamingDecoder(unigram);
  const [first, ...rest] = unigram.encode("the river").ids;
  let text = decoder.push(first);
  assertThrows(() => decoder.push(400), RangeError, "Cannot decode id 400");
  for (const id of rest) text += decoder.push(id);
  assertEquals(text, "the river");
});
