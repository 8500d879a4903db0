import { assert, assertEquals } from "@std/assert";
import type { TokenBatch } from "../data/token_batches.ts";
import { splitBatch, splitTokenBatch } from "./split_batch.ts";

function batchOf(lengths: readonly number[]): TokenBatch {
  const rows = lengths.map((length, row) => Array.from({ length }, () => row));
  return { inputIds: rows, labels: rows.map((row) => row.slice(1)) };
}

const rowsOf = (part: TokenBatch | undefined) => part?.inputIds.map(([row]) => row) ?? [];
const padded = (part: TokenBatch | undefined) =>
  part ? part.inputIds.length * Math.max(...part.inputIds.map((row) => 2 * row.length - 1)) : 0;

Deno.test("splitTokenBatch() gives every row once, in order", () => {
  for (const lengths of [[], [3], [2, 3], [4, 4, 5, 5, 6, 7, 7, 9], Array(50).fill(8)]) {
    for (const parts of [1, 2, 3, 7]) {
      const split = splitTokenBatch(batchOf(lengths), parts);
      assertEquals(split.length, parts);
      assertEquals(split.flatMap(rowsOf), lengths.map((_, row) => row));
      for (const part of split) assertEquals(part?.inputIds.length, part?.labels.length);
      assert(split.every((part) => part === undefined || part.labels.length > 0));
    }
  }
});

Deno.test("splitTokenBatch() balances tokens, not rows", () => {
  const lengths = [...Array(30).fill(4), ...Array(10).fill(12)];
  const [short, long] = splitTokenBatch(batchOf(lengths), 2);
  assertEquals([rowsOf(short).length, rowsOf(long).length], [30, 10]);
  // No cut of two parts is better.
  const best = Math.min(...lengths.map((_, end) => {
    const parts = [lengths.slice(0, end), lengths.slice(end)].map(batchOf);
    return Math.max(...parts.map((part) => part.inputIds.length === 0 ? 0 : padded(part)));
  }));
  assertEquals(Math.max(padded(short), padded(long)), best);
});

Deno.test("splitBatch() splits every column of rows of one length each", () => {
  const batch = { inputIds: [[1], [2], [3, 3], [4, 4, 4, 4]], labels: ["a", "b", "c", "d"] };
  const lengths = batch.inputIds.map((row) => [row.length]);
  assertEquals(splitBatch(batch, { parts: 2, lengths }), [
    { inputIds: [[1], [2], [3, 3]], labels: ["a", "b", "c"] },
    { inputIds: [[4, 4, 4, 4]], labels: ["d"] },
  ]);
  assertEquals(splitBatch({ labels: [] }, { parts: 2, lengths: [] }), [undefined, undefined]);
});
