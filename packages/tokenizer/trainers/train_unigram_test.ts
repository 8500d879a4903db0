import { assertEquals, assertRejects } from "@std/assert";
import { PieceType } from "../formats/sentencepiece_model.ts";
import { SentencePieceTokenizer } from "../sentencepiece_tokenizer.ts";
import { trainUnigram, type TrainUnigramProgress } from "./train_unigram.ts";

const testdata = new URL("../../../testdata/tokenizer/", import.meta.url);
const lines = Deno.readTextFileSync(new URL("corpus.txt", testdata)).trimEnd().split("\n");
const identity = { normalization: "identity" } as const;

Deno.test("trainUnigram() is deterministic, whatever the order of the lines, and can be loaded", async () => {
  const options = { vocabSize: 300, characterCoverage: 1 };
  const trained = await trainUnigram(lines, options);
  const bytes = trained.save();
  assertEquals((await trainUnigram(lines.toReversed(), options)).save(), bytes);
  const loaded = SentencePieceTokenizer.load(bytes);
  assertEquals(loaded.vocabSize, 300);
  for (const line of lines) {
    assertEquals(loaded.encode(line), trained.encode(line));
    assertEquals(loaded.decode(loaded.encode(line).ids), line);
  }
});

Deno.test("trainUnigram() finds nearly the pieces of spm_train 0.1.97 on the same text", async () => {
  const options = { vocabSize: 400, characterCoverage: 1, byteFallback: true };
  const trained = await trainUnigram(lines, options);
  const reference = SentencePieceTokenizer.load(
    Deno.readFileSync(new URL("unigram.spm", testdata)),
  );
  const learned = reference.model.pieces.filter(({ type }) => type === PieceType.NORMAL);
  const shared = learned.filter(({ piece }) => trained.tokenToId(piece) !== undefined);
  assertEquals(shared.length / learned.length > 0.9, true, `${shared.length} of ${learned.length}`);
  const tokens = (tokenizer: SentencePieceTokenizer) =>
    lines.reduce((sum, line) => sum + tokenizer.encode(line).ids.length, 0);
  const ratio = tokens(trained) / tokens(reference);
  assertEquals(Math.abs(ratio - 1) < 0.02, true, String(ratio));
  assertEquals(trained.model.pieces.slice(0, 259), reference.model.pieces.slice(0, 259));
});

Deno.test("trainUnigram() takes streams, reports progress and counts skipped lines", async () => {
  async function* stream() {
    yield* lines;
    yield "x".repeat(5000);
    yield "é".repeat(2500);
    yield "";
    await Promise.resolve();
  }
  const reports: TrainUnigramProgress[] = [];
  const streamed = await trainUnigram(stream(), {
    ...identity,
    vocabSize: 200,
    onProgress: (progress) => reports.push(progress),
  });
  const plain = await trainUnigram(lines, { ...identity, vocabSize: 200 });
  assertEquals(streamed.save(), plain.save());
  assertEquals(reports[0], { stage: "read", lines: lines.length + 3, skippedLines: 2, pieces: 0 });
  assertEquals(reports.at(-1)!.stage, "prune");
  assertEquals(reports.at(-1)!.pieces <= 220, true);
});

Deno.test("trainUnigram() puts special pieces first and learns no piece across them", async () => {
  const marked = lines.map((line) => line.replaceAll(" the ", " the<sep>"));
  const trained = await trainUnigram(marked, {
    ...identity,
    vocabSize: 200,
    controlSymbols: ["<ctl>"],
    userDefinedSymbols: ["<sep>"],
    requiredChars: "☃",
  });
  const names = trained.model.pieces.slice(0, 5).map(({ piece }) => piece);
  assertEquals(names, ["<unk>", "<s>", "</s>", "<ctl>", "<sep>"]);
  const others = trained.model.pieces.slice(5).map(({ piece }) => piece);
  assertEquals(others.some((piece) => piece.includes("<") || piece.includes("sep>")), false);
  assertEquals(others.includes("☃"), true);
  assertEquals(trained.encode("a<sep>b").tokens.includes("<sep>"), true);
});

Deno.test("trainUnigram() covers the share of characters that was asked for", async () => {
  const text = ["aaaaaaaaa bbbbbbbbb", "aaaaaaaaa bbbbbbbbc"];
  const characters = async (characterCoverage: number) => {
    const trained = await trainUnigram(text, { ...identity, vocabSize: 8, characterCoverage });
    return trained.model.pieces.map(({ piece }) => piece).filter((piece) => piece.length === 1)
      .sort();
  };
  assertEquals(await characters(1), ["a", "b", "c", "▁"]);
  assertEquals(await characters(0.95), ["a", "b", "▁"]);
});

Deno.test("trainUnigram() learns pieces across spaces when words are not split", async () => {
  const text = Array.from({ length: 40 }, (_, i) => `${"abcde"[i % 5]} of the${"mnrsy"[i % 4]}`);
  const trained = await trainUnigram(text, {
    ...identity,
    vocabSize: 22,
    splitByWhitespace: false,
  });
  const across = trained.model.pieces.filter(({ piece }) => piece.lastIndexOf("▁") > 0);
  assertEquals(across.length > 0, true);
  assertEquals(across.some(({ piece }) => piece.endsWith("▁")), false);
});

Deno.test("trainUnigram() says which vocabulary sizes are possible", async () => {
  const train = (text: string[], vocabSize: number) =>
    trainUnigram(text, { ...identity, vocabSize });
  await assertRejects(() => train([], 100), RangeError, "the text has no characters");
  await assertRejects(() => train(["abc"], 5), RangeError, "need at least 7");
  await assertRejects(() => train(["abc"], 50), RangeError, "the text gives only 7 pieces");
  const soft = await trainUnigram(["abc"], { ...identity, vocabSize: 50, hardVocabLimit: false });
  assertEquals(soft.vocabSize, 7);
  await assertRejects(
    () => trainUnigram(["abc"], { controlSymbols: ["<s>"] }),
    RangeError,
    '"<s>" is given twice',
  );
});

for (
  const [options, message] of [
    [{ shrinkingFactor: 1 }, "with shrinkingFactor 1: pruning would keep every piece"],
    [{ shrinkingFactor: NaN }, "shrinkingFactor must be from 0 to 1"],
    [{ characterCoverage: 95 }, "characterCoverage must be from 0 to 1"],
    [{ maxPieceLength: 65_536 }, "maxPieceLength must be a whole number of at least 1 and at most"],
    [{ numSubIterations: 0.5 }, "numSubIterations must be a whole number of at least 1"],
    [{ userDefinedSymbols: ["a b"] }, '"a b" has a space, which pieces write as ▁'],
  ] as const
) {
  Deno.test(`trainUnigram() with ${JSON.stringify(options)} ends before a line is read`, async () => {
    let read = 0;
    const counted = function* () {
      for (const line of lines) {
        read++;
        yield line;
      }
    };
    const train = () => trainUnigram(counted(), { ...identity, vocabSize: 200, ...options });
    await assertRejects(train, RangeError, message);
    assertEquals(read, 0);
  });
}

Deno.test("trainUnigram() stops when its signal aborts", async () => {
  const signal = AbortSignal.abort();
  await assertRejects(
    () => trainUnigram(lines, { ...identity, vocabSize: 200, signal }),
    DOMException,
  );
});
