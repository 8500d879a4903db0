import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type AttentionRecord,
  averageHeads,
  checkAttention,
  splitHeads,
} from "./attention_record.ts";

const record: AttentionRecord = {
  kind: "cross",
  layer: 1,
  head: 2,
  queryTokens: ["a", "b"],
  keyTokens: ["x", "y", "z"],
  weights: Float32Array.of(1, 0, 0, 0.2, 0.3, 0.5),
};
const rejects = (changes: Partial<AttentionRecord>, message: string) =>
  assertThrows(() => checkAttention({ ...record, ...changes }), RangeError, message);

Deno.test("checkAttention() accepts distributions, also those of half precision", () => {
  checkAttention(record);
  checkAttention({ ...record, weights: Float32Array.of(1.001, 0, 0, 0.2, 0.3, 0.502) });
});

Deno.test("checkAttention() names the place of what is wrong", () => {
  rejects({ queryTokens: [], weights: new Float32Array() }, "0 query tokens and 3 key tokens");
  rejects({ weights: new Float32Array(5) }, "2 x 3 tokens need 6 weights, not 5");
  rejects({ weights: Float32Array.of(1, 0, 0, NaN, 0.5, 0.5) }, "query 1 for key 0 is NaN");
  rejects({ weights: Float32Array.of(1, 0, 0, -0.5, 1, 0.5) }, "query 1 for key 0 is -0.5");
  rejects({ weights: Float32Array.of(1, 0, 0, Infinity, 0, 0) }, "query 1 for key 0 is Infinity");
  rejects({ weights: Float32Array.of(1, 0, 0, 0, 0, 0) }, "query 1 sum to 0.0000");
  rejects({ kind: "encoder-self" }, "a text attends to itself");
  rejects({ generatedFrom: 3 }, "generatedFrom is 3");
  rejects({ weights: new Float32Array(5) }, "cross attention of layer 1, head 2");
});

Deno.test("splitHeads() gives each head its rows and checks them", () => {
  const weights = Float32Array.of(...record.weights, 0, 1, 0, 0, 0, 1);
  const { head: _head, weights: _weights, ...rest } = record;
  const heads = splitHeads(weights, { ...rest, heads: 2 });
  assertEquals(heads.map(({ head }) => head), [0, 1]);
  assertEquals([...heads[1].weights], [0, 1, 0, 0, 0, 1]);
  assertThrows(() => splitHeads(weights, { ...rest, heads: 3 }), RangeError, "12 weights into 3");
  assertThrows(() => splitHeads(weights, { ...rest, heads: 0 }), RangeError, "into 0 heads");
});

Deno.test("averageHeads() is the mean, and takes heads of one layer only", () => {
  const other = { ...record, head: 0, weights: Float32Array.of(0, 1, 0, 0.2, 0.5, 0.3) };
  const mean = averageHeads([record, other]);
  assertEquals(mean.head, "mean");
  [0.5, 0.5, 0, 0.2, 0.4, 0.4].forEach((x, i) => assertAlmostEquals(mean.weights[i], x, 1e-6));
  assertThrows(() => averageHeads([]), RangeError, "no records");
  assertThrows(() => averageHeads([record, { ...other, layer: 2 }]), RangeError, "layer 2");
});
