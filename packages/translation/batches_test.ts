import { assert, assertEquals } from "@std/assert";
import { makeBatches } from "./batches.ts";

Deno.test("makeBatches() orders by length and keeps both limits", () => {
  assertEquals(makeBatches([3, 9, 3, 8, 1], { batchSize: 2, maxTokens: 100 }), [[1, 3], [0, 2], [
    4,
  ]]);
  assertEquals(makeBatches([3, 9, 3, 8, 1], { batchSize: 9, maxTokens: 10 }), [[1], [3], [
    0,
    2,
    4,
  ]]);
});

Deno.test("makeBatches() gives an item over the limit a batch of its own", () => {
  assertEquals(makeBatches([50, 2], { batchSize: 9, maxTokens: 10 }), [[0], [1]]);
  assertEquals(makeBatches([], { batchSize: 9, maxTokens: 10 }), []);
});

const costs = (batches: number[][], lengths: number[]) =>
  batches.map((batch) => batch.reduce((sum, item) => sum + lengths[item], 0));

Deno.test("makeBatches() gives everyone something to do, at about equal cost", () => {
  const limits = { batchSize: 16, maxTokens: 2048 };
  const lengths = Array.from({ length: 24 }, (_, i) => 1 + (i * 7) % 30);
  for (const concurrency of [2, 3, 4, 7]) {
    const batches = makeBatches(lengths, { ...limits, concurrency });
    assertEquals(batches.length % concurrency, 0);
    assertEquals(batches.flat().toSorted((a, b) => a - b), lengths.map((_, i) => i));
    const each = costs(batches, lengths);
    assert(Math.max(...each) - Math.min(...each) <= 2 * Math.max(...lengths), `${each}`);
  }
  assertEquals(makeBatches([5, 5], { ...limits, concurrency: 4 }), [[0], [1]]);
  assertEquals(makeBatches([], { ...limits, concurrency: 4 }), []);
  // One over a full batch must not run by itself.
  assertEquals(
    makeBatches(Array(17).fill(3), { ...limits, concurrency: 2 }).map((batch) => batch.length),
    [9, 8],
  );
});

Deno.test("makeBatches() does not spread what is not worth it", () => {
  const limits = { batchSize: 16, maxTokens: 2048, concurrency: 4, leastTokens: 20 };
  const sizes = (count: number) =>
    makeBatches(Array(count).fill(5), limits).map((batch) => batch.length);
  assertEquals(sizes(7), [7]);
  assertEquals(sizes(8), [4, 4]);
  assertEquals(sizes(12), [4, 4, 4]);
  assertEquals(sizes(40), [10, 10, 10, 10]);
});

Deno.test("makeBatches() keeps its limits for several at once too", () => {
  const lengths = Array.from({ length: 40 }, (_, i) => 1 + i % 9);
  const batches = makeBatches(lengths, { batchSize: 5, maxTokens: 20, concurrency: 4 });
  for (const batch of batches) {
    assert(batch.length <= 5 && batch.length * lengths[batch[0]] <= 20);
    assertEquals(
      batch.map((item) => lengths[item]),
      batch.map((item) => lengths[item]).toSorted((a, b) => b - a),
    );
  }
});
