import { assertEquals } from "@std/assert";
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
