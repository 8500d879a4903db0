import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bucketBatches } from "./bucket_batches.ts";
import { indexRows } from "./rows.ts";
import { indexTaggedWords } from "./tagged_words.ts";

const data = (text: string) => "data:," + encodeURIComponent(text);
const ids = (text: string) => text.split(" ").map((word) => word.length);

Deno.test("bucketBatches() makes batches of pairs of texts with labels", async () => {
  const csv = 'a,b,score\n"one, two",three,0.5\nfour,five six,?\nseven,eight,-2\n';
  const rows = await indexRows([data(csv)], {
    columns: { text: "a", pair: "b", label: "score" },
    format: "csv",
  });
  const skipped: string[] = [];
  const batches = bucketBatches<
    { text: string; pair: string; label: string },
    { inputIds: number[]; pairIds: number[]; labels: number }
  >(rows, {
    encode: ({ text, pair, label }) =>
      Number.isNaN(Number(label))
        ? { problem: `the label ${label} is no number` }
        : { inputIds: ids(text), pairIds: ids(pair), labels: Number(label) },
    sides: [
      { name: "text", length: ({ inputIds }) => inputIds.length, most: 4 },
      { name: "pair", length: ({ pairIds }) => pairIds.length, most: 4 },
    ],
    tokens: 8,
    epochs: 1,
    seed: null,
  });
  const taken = await Array.fromAsync(batches({ onSkip: ({ problem }) => skipped.push(problem) }));
  assertEquals(taken.map(({ batch }) => batch), [
    { inputIds: [[4, 3], [5]], pairIds: [[5], [5]], labels: [0.5, -2] },
  ]);
  assertEquals(skipped, ["the label ? is no number"]);
  assertEquals((taken[0].examples as unknown[])[1], {
    file: data(csv),
    line: 4,
    text: "seven",
    pair: "eight",
    label: "-2",
    inputIds: [5],
    pairIds: [5],
    labels: -2,
  });
});

Deno.test("bucketBatches() makes batches of tagged words, and tells encode where a record stands", async () => {
  const conll = "a X\nbb Y\n\nccc X\n\nd Y\ne X\nf X\n";
  const text = await indexTaggedWords([data(conll), data("g X\n")]);
  const places: unknown[] = [];
  const batches = bucketBatches(text, {
    encode: ({ words, tags }, at) => {
      places.push(at);
      return {
        inputIds: words.map((word) => word.length),
        labels: tags.map((tag) => +(tag === "Y")),
      };
    },
    sides: [{ name: "sentence", length: ({ inputIds }) => inputIds.length, most: 2 }],
    tokens: 4,
    maxRows: 2,
    epochs: 1,
    seed: null,
  });
  const skipped: [number, string][] = [];
  const onSkip = ({ line, problem }: { line: number; problem: string }) => {
    skipped.push([line, problem]);
  };
  assertEquals((await Array.fromAsync(batches({ onSkip }))).map(({ batch }) => batch), [
    { inputIds: [[1, 2], [3]], labels: [[0, 1], [0]] },
    { inputIds: [[1]], labels: [[0]] },
  ]);
  assertEquals(skipped, [[6, "the sentence has 3 tokens, allowed are 2"]]);
  assertEquals(places, [
    { epoch: 0, file: 0, line: 1 },
    { epoch: 0, file: 0, line: 4 },
    { epoch: 0, file: 0, line: 6 },
    { epoch: 0, file: 1, line: 1 },
  ]);
});

Deno.test("bucketBatches() keeps rows below maxRows, and sorts by the longest side", async () => {
  const text = await indexRows([data(Array.from({ length: 50 }, (_, i) => i + 1).join("\n"))], {
    columns: { text: 0 },
    format: "text",
  });
  const batches = bucketBatches(text, {
    encode: ({ text }) => ({ length: Number(text) }),
    sides: [{ name: "text", length: ({ length }) => length, most: 50 }],
    tokens: 1000,
    maxRows: 8,
    epochs: 1,
  });
  const taken = (await Array.fromAsync(batches({}))).map(({ batch }) => batch.length);
  assertEquals(taken.flat().length, 50);
  for (const lengths of taken) {
    assert(lengths.length <= 8);
    lengths.forEach((length, i) => assertEquals(length, lengths[0] + i));
  }
});

Deno.test("bucketBatches() refuses a budget below the longest, no sides, and text without a record", async () => {
  const text = await indexRows([data("a\n\n")], { columns: { text: 1 }, format: "tsv" });
  const encode = ({ text }: { text: string }) => ({ text });
  const side = { name: "text", length: () => 1, most: 9 };
  assertThrows(
    () => bucketBatches(text, { encode, sides: [side], tokens: 8 }),
    RangeError,
    "Cannot cut batches of 8 tokens: the text may have 9",
  );
  assertThrows(() => bucketBatches(text, { encode, sides: [], tokens: 8 }), RangeError, "sides");
  const batches = bucketBatches(text, { encode, sides: [side], tokens: 9 });
  await assertRejects(() => Array.fromAsync(batches({})), RangeError, "none of the 2 lines");
});
