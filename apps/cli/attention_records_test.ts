import { assertEquals } from "@std/assert";
import { pageRecords } from "./attention_records.ts";

Deno.test("pageRecords() takes more heads than a call may have arguments", async () => {
  const heads = 200_000;
  const maps = { weights: new Float32Array(heads).fill(1), layers: 1, heads, queries: 1, keys: 1 };
  const none = { ...maps, weights: new Float32Array(1), heads: 1 };
  const records = await pageRecords({
    source: "a",
    target: "b",
    sourceTokens: ["a"],
    targetTokens: ["b"],
    readTokens: ["</s>"],
    isGenerated: false,
    encoder: maps,
    decoder: none,
    cross: none,
    alignment: { weights: none.weights, sourceLength: 1, targetLength: 1 },
  }, { self: true, tokens: true });
  assertEquals(records.length, heads);
});
