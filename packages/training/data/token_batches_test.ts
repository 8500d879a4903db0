import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import type { BatchStart, SkippedLine, TrainingBatch } from "./batch_source.ts";
import type { BatchPosition } from "./chunks.ts";
import { randomWord } from "@heed/nn";
import { indexParallelText } from "./parallel_text.ts";
import { type TokenBatch, tokenBatches, type TokenBatchOptions } from "./token_batches.ts";

const PAIRS = 500, BAD = 7;

/** Every line holds its number, so that pairs can be told apart; lengths vary from 1 to 12 words. */
function tsv(): string {
  const lines: string[] = [];
  for (let i = 0; i < PAIRS; i++) {
    const words = (n: number) => Array(n).fill(String(i)).join(" ");
    lines.push(`${words(1 + randomWord(1, i) % 12)}\t${words(1 + randomWord(2, i) % 12)}`);
  }
  for (let i = 0; i < BAD; i++) {
    lines.splice(i * 70, 0, i % 2 ? "one column" : "long ".repeat(14) + "\tx");
  }
  return lines.join("\n") + "\n";
}

const text = await indexParallelText(["data:," + encodeURIComponent(tsv())], { blockLines: 8 });

const options: TokenBatchOptions = {
  encode: (source, target) => ({
    inputIds: source.split(" ").map(Number),
    labels: target.split(" ").map(Number),
  }),
  tokens: 60,
  maxSourceTokens: 13,
  maxTargetTokens: 13,
  bucketLines: 100,
  epochs: 2,
};

type Taken = TrainingBatch<TokenBatch, BatchPosition>;

async function take(
  change: Partial<TokenBatchOptions> = {},
  start: BatchStart<BatchPosition> = {},
): Promise<Taken[]> {
  return await Array.fromAsync(tokenBatches(text, { ...options, ...change })(start));
}

function numbers(batches: Taken[]): number[] {
  return batches.flatMap(({ batch }) => batch.labels.map((row) => row[0]));
}

Deno.test("tokenBatches() gives every pair once in each epoch", async () => {
  const all = await take();
  for (const epoch of [0, 1]) {
    const ids = numbers(all.filter((taken) => taken.epoch === epoch));
    assertEquals(ids.toSorted((a, b) => a - b), Array.from({ length: PAIRS }, (_, i) => i));
  }
});

Deno.test("tokenBatches() gives what it always gave, or runs under way could not go on", async () => {
  const all = (await take()).map(({ batch, epoch }) => [batch.inputIds, batch.labels, epoch]);
  const bytes = new TextEncoder().encode(JSON.stringify(all));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  // Of commit 1744509, before sentence pairs were one kind of data among others.
  assertEquals(digest, "511cec79b9f866f8239188b716729f0c2acd31d27586a97c6ed5bfc82b57f5f5");
  const { examples, ...rest } = (await take())[70].position;
  const old = { ...rest, pairs: examples } as unknown as BatchPosition;
  assertEquals(await take({}, { position: old }), (await take()).slice(71));
});

Deno.test("tokenBatches() keeps the budget, and uses it", async () => {
  for (const tokens of [13, 40, 60, 200]) {
    const sizes = (await take({ tokens, epochs: 1 })).map(({ batch: { inputIds, labels } }) => {
      assertEquals(inputIds.length, labels.length);
      return inputIds.length * Math.max(...[...inputIds, ...labels].map((row) => row.length));
    });
    assert(sizes.every((size) => size <= tokens), `${Math.max(...sizes)} is over ${tokens}`);
    const mean = sizes.reduce((a, b) => a + b) / sizes.length;
    assert(mean > 0.6 * tokens, `${mean} of ${tokens} used`);
  }
});

Deno.test("tokenBatches() puts pairs of similar length together", async () => {
  let cells = 0, filled = 0;
  for (const { batch: { inputIds, labels } } of await take({ bucketLines: 500, epochs: 1 })) {
    const longest = Math.max(...[...inputIds, ...labels].map((row) => row.length));
    cells += longest * inputIds.length;
    filled += inputIds.reduce((sum, row, i) => sum + Math.max(row.length, labels[i].length), 0);
  }
  assert(filled / cells > 0.95, `${filled} of ${cells}`);
});

Deno.test("tokenBatches() has one order for a seed, another for each epoch and seed", async () => {
  const first = await take();
  assertEquals(await take(), first);
  assertNotEquals(numbers(await take({ seed: 2 })), numbers(first));
  const half = numbers(first).length / 2;
  assertNotEquals(numbers(first).slice(0, half), numbers(first).slice(half));
});

Deno.test("tokenBatches() mixes lines from the whole text into the first batches", async () => {
  const ids = numbers(await take({ epochs: 1 })).slice(0, 100);
  assert(ids.some((id) => id < PAIRS / 4) && ids.some((id) => id > PAIRS * 3 / 4));
});

Deno.test("tokenBatches() keeps the order of the file without a seed", async () => {
  const ids = numbers(await take({ seed: null, epochs: 1 }));
  assertEquals(ids, Array.from({ length: PAIRS }, (_, i) => i));
});

Deno.test("tokenBatches() goes on from any position with the same batches", async () => {
  const all = await take();
  for (let i = 0; i < all.length; i += 7) {
    const position = JSON.parse(JSON.stringify(all[i].position));
    assertEquals(await take({}, { position }), all.slice(i + 1));
  }
});

Deno.test("tokenBatches() counts and names skipped lines and sums up each epoch", async () => {
  const skipped: SkippedLine[] = [], epochs: unknown[] = [];
  const all = await take({}, {
    onSkip: (line) => skipped.push(line),
    onEpoch: (summary) => epochs.push(summary),
  });
  assertEquals(epochs, [
    { epoch: 0, examples: PAIRS, skipped: BAD },
    { epoch: 1, examples: PAIRS, skipped: BAD },
  ]);
  assertEquals(skipped.map(({ count }) => count), [1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7]);
  const first = skipped.filter(({ epoch }) => epoch === 0).toSorted((a, b) => a.line - b.line);
  assertEquals(first.map(({ line }) => line), [1, 71, 141, 211, 281, 351, 421]);
  assertEquals(first[0].problem, "the source has 14 tokens, allowed are 13");
  assertEquals(first[1].problem, "has 1 column, the target is column 2");

  // After a resume nothing is reported twice, and the summary is that of the whole epoch.
  const resumed: SkippedLine[] = [], again: unknown[] = [];
  const middle = all[Math.floor(all.length / 3)].position;
  assert(middle.batch > 0);
  await take({}, {
    position: middle,
    onSkip: (line) => resumed.push(line),
    onEpoch: (summary) => again.push(summary),
  });
  assertEquals(again, epochs);
  assertEquals(resumed, skipped.slice(skipped.length - resumed.length));
  assert(resumed.length < skipped.length);
});

Deno.test("tokenBatches() refuses a budget below the longest pair", () => {
  assertThrows(() => tokenBatches(text, { ...options, tokens: 12 }), RangeError, "12 tokens");
});

Deno.test("tokenBatches() stops when no line is usable, instead of searching for ever", async () => {
  const bad = await indexParallelText(["data:,a%0Ab%0A"]);
  const batches = tokenBatches(bad, { ...options, epochs: undefined });
  await assertRejects(() => Array.fromAsync(batches({})), RangeError, "none of the 2 lines");
});

Deno.test("tokenBatches() notices data that changed since the position was saved", async () => {
  const [{ position }] = await take({ epochs: 1 });
  await assertRejects(
    () => take({}, { position: { ...position, lines: 3 } }),
    RangeError,
    "had 3 lines and have 507 now",
  );
});
