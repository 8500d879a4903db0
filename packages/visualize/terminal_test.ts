import { assert, assertEquals, assertThrows } from "@std/assert";
import type { AttentionRecord } from "@heed/alignment";
import { columnsOf } from "./label.ts";
import { alignmentText } from "./terminal.ts";
import { madeAttention } from "./testing/made_attention.ts";

const record: AttentionRecord = {
  kind: "cross",
  layer: 0,
  head: 0,
  queryTokens: ["ja", "猫", "."],
  keyTokens: ["yes", "猫"],
  weights: Float32Array.of(1, 0, 0.5, 0.5, 0, 1),
};
// deno-lint-ignore no-control-regex
const withoutColors = (text: string) => text.replace(/\x1b\[[\d;]*m/g, "");

Deno.test("alignmentText() draws plain characters under names that are written downwards", () => {
  assertEquals(alignmentText(record), "   y\n   e\n   s 猫\nja @\n猫 + +\n .   @\n");
});

Deno.test("alignmentText() puts two queries into a line of half blocks, named at both sides", () => {
  const text = alignmentText(record, { color: true });
  const lines = withoutColors(text).split("\n");
  assertEquals(lines.slice(3, 5), ["ja ▀▀▀▀ 猫", " . ▀▀▀▀"]);
  const [first] = text.split("\n")[3].match(/\d+;48;5;\d+/g)!;
  const [last] = text.split("\n")[4].match(/38;5;\d+m/g)!;
  assert(first.startsWith("2") || Number(first.split(";")[0]) > 16, "above: the strongest colour");
  assert(!last.includes("48;5"), "nothing is below the last of an odd number");
});

Deno.test("alignmentText() keeps the width and repeats the queries for further keys", () => {
  const [made] = madeAttention({ kind: "cross", queries: 5, keys: 60, layers: 1, heads: 1 });
  for (const color of [false, true]) {
    const lines = withoutColors(alignmentText(made, { width: 60, color })).split("\n");
    assert(lines.every((line) => columnsOf(line) <= 60));
    assertEquals(lines.filter((line) => /^ *▁Das( |$)/.test(line)).length, 3);
  }
});

Deno.test("alignmentText() rejects a width without room, and bad records", () => {
  assertThrows(() => alignmentText(record, { width: 3 }), RangeError, "in 3 columns");
  assertThrows(() => alignmentText(record, { width: NaN }), RangeError, "NaN columns");
  assertThrows(() => alignmentText({ ...record, queryTokens: [] }), RangeError);
});
