import { assertEquals, assertRejects } from "@std/assert";
import { byteAlphabet, byteLevelWords } from "./testing/byte_level_words.ts";
import { trainBpe, type TrainBpeOptions } from "./train_bpe.ts";
import { trainWordLevel } from "./train_word_level.ts";
import { trainWordPiece } from "./train_wordpiece.ts";
import type { WordTrainerProgress } from "./word_trainer_options.ts";

const testdata = new URL("../../../testdata/tokenizer/", import.meta.url);
const corpus = ["corpus.txt", "trainers/corpus.txt"].flatMap((path) =>
  Deno.readTextFileSync(new URL(path, testdata)).replace(/\n$/, "").split("\n")
);

interface GoldenCase {
  name: string;
  type: "bpe" | "wordpiece" | "word";
  words: "whitespace" | "spaces" | "bytes";
  options: TrainBpeOptions;
  lines?: string[];
  vocab: string[];
  merges: [string, string][];
}

const golden: { program: string; cases: GoldenCase[] } = JSON.parse(
  Deno.readTextFileSync(new URL("trainers/golden.json", testdata)),
);
const spaces = (line: string) => line.split(/\s+/).filter((word) => word !== "");

for (const { name, type, words, options, lines = corpus, vocab, merges } of golden.cases) {
  Deno.test(`${type} trainer gives the vocabulary of ${golden.program}: ${name}`, async () => {
    const preTokenize = { whitespace: undefined, spaces, bytes: byteLevelWords }[words];
    const trained = type === "bpe"
      ? await trainBpe(lines, { ...options, preTokenize })
      : type === "wordpiece"
      ? await trainWordPiece(lines, { ...options, preTokenize })
      : await trainWordLevel(lines, { ...options, preTokenize });
    if ("merges" in trained) assertEquals(trained.merges, merges);
    assertEquals([...trained.vocab.keys()], vocab);
    assertEquals([...trained.vocab.values()], vocab.map((_, id) => id));
  });
}

Deno.test("trainBpe() merges the most frequent pair first and breaks ties by ids", async () => {
  // ab 3, bc 3, cd 1; ab has the smaller ids. Then abc 2 (before bc, which has lost two), and nothing else occurs twice.
  const { vocab, merges } = await trainBpe(["abc ab abc bcd"], { minFrequency: 2 });
  assertEquals(merges, [["a", "b"], ["ab", "c"]]);
  assertEquals([...vocab.keys()], ["a", "b", "c", "d", "ab", "abc"]);
});

Deno.test("trainBpe() counts a run of one character from the left", async () => {
  const { merges } = await trainBpe(["aaaaa"]);
  assertEquals(merges, [["a", "a"], ["aa", "a"], ["aa", "aaa"]]);
});

Deno.test("trainBpe() gives the same result whatever the order and the source of the lines", async () => {
  const options = { vocabSize: 400, continuingSubwordPrefix: "##", endOfWordSuffix: "</w>" };
  const expected = await trainBpe(corpus, options);
  assertEquals(await trainBpe(corpus.toReversed(), options), expected);
  async function* stream() {
    for (const line of corpus) yield await Promise.resolve(line);
  }
  assertEquals(await trainBpe(stream(), options), expected);
});

Deno.test("trainBpe() leaves out rare characters, of equally frequent ones those with higher code points", async () => {
  const { vocab } = await trainBpe(["aab cdx cdx"], { limitAlphabet: 3, initialAlphabet: ["x"] });
  assertEquals([...vocab.keys()], ["a", "c", "x", "cx", "aa"]);
});

Deno.test("trainBpe() counts characters outside the basic plane as one and lone surrogates as U+FFFD", async () => {
  const { vocab } = await trainBpe(["😀😀 \ud83d"], { preTokenize: (line) => line.split(" ") });
  assertEquals([...vocab.keys()], ["\ufffd", "😀", "😀😀"]);
});

Deno.test("trainBpe() keeps special tokens and characters even if they are more than vocabSize", async () => {
  const { vocab, merges } = await trainBpe(["abab"], { vocabSize: 2, specialTokens: ["<s>"] });
  assertEquals([...vocab.keys()], ["<s>", "a", "b"]);
  assertEquals(merges, []);
});

Deno.test("trainBpe() of no text gives the special tokens and the initial alphabet", async () => {
  const { vocab } = await trainBpe([], { specialTokens: ["<s>"], initialAlphabet: byteAlphabet });
  assertEquals(vocab.size, 257);
  assertEquals(await trainBpe(["", "  "]), { vocab: new Map(), merges: [] });
});

Deno.test("trainBpe() reports progress", async () => {
  const reports: WordTrainerProgress[] = [];
  const onProgress = (progress: WordTrainerProgress) => reports.push(progress);
  const lines = Array.from({ length: 10_001 }, (_, i) => `${i % 100}`);
  const { vocab } = await trainBpe(lines, { onProgress });
  assertEquals(reports[0], { stage: "read", lines: 10_000, words: 100, tokens: 0 });
  assertEquals(reports[1], { stage: "read", lines: 10_001, words: 100, tokens: 0 });
  assertEquals(reports[2], { stage: "learn", lines: 10_001, words: 100, tokens: 10 });
  assertEquals(reports.at(-1), { ...reports[2], tokens: vocab.size });
});

Deno.test("trainBpe() stops when its signal aborts, while reading and while learning", async () => {
  await assertRejects(() => trainBpe(corpus, { signal: AbortSignal.abort() }), DOMException);
  for (const stage of ["read", "learn"]) {
    const controller = new AbortController();
    const seen: string[] = [];
    const onProgress = (progress: WordTrainerProgress) => {
      seen.push(progress.stage);
      if (progress.stage === stage) controller.abort(new Error(`stopped at ${stage}`));
    };
    await assertRejects(
      () => trainBpe(corpus, { onProgress, signal: controller.signal }),
      Error,
      `stopped at ${stage}`,
    );
    assertEquals(seen.at(-1), stage);
  }
});

Deno.test("trainBpe() names the option and the value that are wrong", async () => {
  const rejects = (options: TrainBpeOptions, message: string) =>
    assertRejects(() => trainBpe(corpus, options), RangeError, message);
  await rejects({ vocabSize: 0 }, "vocabSize 0: vocabSize must be a whole number of at least 1");
  await rejects({ vocabSize: 10.5 }, "vocabSize 10.5");
  await rejects({ minFrequency: -1 }, "minFrequency -1: minFrequency must be");
  await rejects({ limitAlphabet: NaN }, "limitAlphabet NaN: limitAlphabet must be");
  await rejects({ maxTokenLength: 0 }, "maxTokenLength 0: maxTokenLength must be");
  await rejects({ specialTokens: ["a", "a"] }, 'Cannot train BPE with specialTokens: "a" is given');
  await rejects({ specialTokens: [""] }, '"" is empty');
  await rejects({ initialAlphabet: ["a", "bc"] }, 'initialAlphabet entry "bc": every entry must');
});
