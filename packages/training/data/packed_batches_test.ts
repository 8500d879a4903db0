import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { randomWord } from "@heed/nn";
import type { TrainingBatch } from "./batch_source.ts";
import { indexDocuments } from "./documents.ts";
import { mapBatches } from "./map_batches.ts";
import {
  type PackedBatch,
  packedBatches,
  type PackedBatchOptions,
  type PackedPosition,
} from "./packed_batches.ts";

const DOCUMENTS = 300;

/** Document i has the ids 1000 * i + 1, 1000 * i + 2 and so on, and 0 at its end. */
const lines = Array.from({ length: DOCUMENTS }, (_, i) => `${i} ${1 + randomWord(1, i) % 40}`);
lines.splice(10, 0, "", "9999 0");
const text = await indexDocuments(["data:," + encodeURIComponent(lines.join("\n"))], {
  blockLines: 8,
});

const encode = ({ text }: { text: string }): number[] => {
  const [document, length] = text.split(" ").map(Number);
  return length === 0 ? [] : [...Array.from({ length }, (_, i) => 1000 * document + i + 1), 0];
};
const options = { encode, length: 16, rows: 4, bucketLines: 40, epochs: 2 };
const perPass = lines.reduce((sum, line) => sum + (line ? encode({ text: line }).length : 0), 0);

async function take(
  change: Partial<PackedBatchOptions<{ text: string }>> = {},
  position?: PackedPosition,
): Promise<TrainingBatch<PackedBatch, PackedPosition>[]> {
  const source = packedBatches(text, { ...options, ...change });
  return await Array.fromAsync(source(position === undefined ? {} : { position }));
}

const rowsOf = (batches: { batch: PackedBatch }[]) =>
  batches.flatMap(({ batch }) => batch.inputIds.map((row) => [...row]));

Deno.test("packedBatches() gives every id once in whole rows, and goes on into the next pass", async () => {
  const batches = await take();
  const rows = rowsOf(batches);
  assert(rows.every(({ length }) => length === 16));
  assert(batches.every(({ batch }) => batch.inputIds.length <= 4));
  assertEquals(rows.length, Math.floor(2 * perPass / 16));
  const counts = new Map<number, number>();
  for (const id of rows.flat()) if (id > 0) counts.set(id, (counts.get(id) ?? 0) + 1);
  assert([...counts.values()].every((count) => count <= 2));
  const twice = [...counts.values()].filter((count) => count === 2).length;
  assert(twice >= perPass - DOCUMENTS - 16, `${twice} ids came twice`);
});

Deno.test("packedBatches() keeps the order of the file without a seed", async () => {
  const ids = rowsOf(await take({ seed: null, epochs: 1 })).flat();
  const expected = lines.flatMap((line) => line ? encode({ text: line }) : []);
  assertEquals(ids, expected.slice(0, ids.length));
  assert(expected.length - ids.length < 16);
});

Deno.test("packedBatches() overlaps rows by what the stride leaves", async () => {
  const rows = rowsOf(await take({ seed: null, epochs: 1, stride: 12 }));
  for (let i = 1; i < rows.length; i++) assertEquals(rows[i].slice(0, 4), rows[i - 1].slice(12));
  assertEquals(rows.length, Math.floor((perPass - 16) / 12) + 1);
});

Deno.test("packedBatches() shuffles, by seed and pass", async () => {
  const first = rowsOf(await take());
  assertEquals(rowsOf(await take()), first);
  assertNotEquals(rowsOf(await take({ seed: 2 })), first);
  const half = first.length >> 1;
  assertNotEquals(first.slice(half, half + 20), first.slice(0, 20));
});

Deno.test("packedBatches() goes on from any position with the same batches", async () => {
  for (const stride of [16, 12]) {
    const all = await take({ stride });
    for (let i = 0; i < all.length; i += 9) {
      const position = JSON.parse(JSON.stringify(all[i].position));
      assert(position.carried.length < 16);
      assertEquals(await take({ stride }, position), all.slice(i + 1));
    }
  }
});

Deno.test("packedBatches() counts documents without a token as skipped", async () => {
  const skipped: string[] = [], epochs: unknown[] = [];
  const source = packedBatches(text, { ...options, epochs: 1 });
  await Array.fromAsync(source({
    onSkip: ({ problem }) => skipped.push(problem),
    onEpoch: (epoch) => epochs.push(epoch),
  }));
  assertEquals(skipped, ["the document has no token"]);
  assertEquals(epochs, [{ epoch: 0, examples: DOCUMENTS, skipped: 1 }]);
  const none = packedBatches(text, { ...options, encode: () => [] });
  await assertRejects(() => Array.fromAsync(none({})), RangeError, "none of the 302 lines");
});

Deno.test("packedBatches() refuses sizes that make no rows", () => {
  for (const change of [{ length: 0 }, { rows: 1.5 }, { stride: -1 }]) {
    const [[name, value]] = Object.entries(change);
    assertThrows(
      () => packedBatches(text, { ...options, ...change }),
      RangeError,
      `${name} ${value}`,
    );
  }
  assertThrows(() => packedBatches(text, { ...options, stride: 17 }), RangeError, "only 16 ids");
});

Deno.test("mapBatches() changes each batch in its own way, and alike after a resume", async () => {
  const seeds = (position?: PackedPosition, seed?: number) => {
    const source = mapBatches(
      packedBatches(text, options),
      (_, at) => at,
      seed === undefined ? {} : { seed },
    );
    return Array.fromAsync(source(position ? { position } : {}));
  };
  const all = await seeds();
  assertEquals(new Set(all.map(({ batch }) => batch.seed)).size, all.length);
  assertEquals(all.at(-1)!.batch.epoch, 1);
  assertEquals(await seeds(all[7].position), all.slice(8));
  assertNotEquals((await seeds(undefined, 2))[0].batch.seed, all[0].batch.seed);
});
