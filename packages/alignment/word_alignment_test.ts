import { assertEquals, assertThrows } from "@std/assert";
import { formatPharaoh } from "@heed/metrics";
import type { AttentionRecord } from "./attention_record.ts";
import { extractAlignment } from "./word_alignment.ts";

const record: AttentionRecord = {
  kind: "cross",
  layer: 0,
  head: "mean",
  queryTokens: ["<s>", "das", "Haus", "</s>"],
  keyTokens: ["the", "old", "house", "</s>"],
  // deno-fmt-ignore
  weights: Float32Array.of(
    0.25, 0.25, 0.25, 0.25,
    0.6, 0.1, 0.1, 0.2,
    0.1, 0.25, 0.3, 0.35,
    0, 0, 0, 1,
  ),
};
const extract = (options?: Parameters<typeof extractAlignment>[1]) =>
  formatPharaoh(extractAlignment(record, options));

Deno.test("extractAlignment() takes the strongest source of each target, without special tokens", () => {
  assertEquals(extract(), "0-0 2-1");
  assertEquals(extract({ threshold: 0.5 }), "0-0");
});

Deno.test("extractAlignment() takes the strongest target of each source", () => {
  assertEquals(extract({ by: "source" }), "0-0 1-1 2-1");
});

Deno.test("extractAlignment() takes every link above a threshold", () => {
  assertEquals(extract({ method: "threshold" }), "0-0 1-1 2-1");
  assertEquals(extract({ method: "threshold", threshold: 0.1 }), "0-0 0-1 1-0 1-1 2-0 2-1");
  assertEquals(extract({ method: "threshold", threshold: 1 }), "");
});

Deno.test("extractAlignment() has no links where there are only special tokens", () => {
  const empty = { ...record, keyTokens: ["<s>", "</s>", "<pad>", "[SEP]"] };
  assertEquals(extractAlignment(empty), []);
  assertEquals(extractAlignment(empty, { by: "source" }), []);
});

Deno.test("extractAlignment() rejects self-attention and thresholds out of range", () => {
  assertThrows(() => extractAlignment({ ...record, kind: "decoder-self" }), RangeError, "cross");
  assertThrows(() => extract({ threshold: 1.5 }), RangeError, "threshold 1.5");
  assertThrows(() => extract({ threshold: NaN }), RangeError, "threshold NaN");
});
