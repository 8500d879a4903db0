import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { GOLDEN, place, withFolder } from "../_fixtures_test.ts";
import { parseMarianShortlist, readMarianShortlist } from "./marian_shortlist.ts";

const FILE = new URL("marian/lex.s2t.bin", GOLDEN);

Deno.test("readMarianShortlist() gives each source id its targets", async () => {
  const golden = JSON.parse(await Deno.readTextFile(new URL("marian/lex.json", GOLDEN)));
  const { vocabSize, always, offsets, ids } = await readMarianShortlist(FILE, { vocabSize: 10 });
  assertEquals(vocabSize, 10);
  assertEquals([...always], Array.from({ length: golden.first }, (_, id) => id));
  const lists = golden.lists.map((_: number[], source: number) => [
    ...ids.subarray(offsets[source], offsets[source + 1]),
  ]);
  const others = (list: number[]) => list.filter((id) => id >= golden.first);
  assertEquals(lists, golden.lists.map(others));
  assertEquals([offsets.length, offsets.at(-1)], [golden.lists.length + 1, ids.length]);
});

Deno.test("readMarianShortlist() refuses an id outside of the vocabulary", async () => {
  await assertRejects(
    () => readMarianShortlist(FILE, { vocabSize: 9 }),
    RangeError,
    "lists target id 9, and the model's vocabulary has 9",
  );
});

Deno.test("parseMarianShortlist() allows no more than the vocabulary has", async () => {
  const bytes = await Deno.readFile(FILE);
  bytes.set([0, 0, 0, 0, 1], 16); // The first 2^32 are always allowed.
  const parse = () => parseMarianShortlist(resealed(bytes), { vocabSize: 10, file: "f" });
  assertEquals([...parse().always], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assertEquals(parse().ids.length, 0);
});

const DAMAGES: Record<string, { at: number; bytes: number[]; message: string; sealed?: true }> = {
  "another magic number": { at: 0, bytes: [0], message: "it is no binary shortlist" },
  "more offsets than fit": { at: 38, bytes: [1], message: "offsets and 10 ids take" },
  "2^64 - 1 ids": { at: 40, bytes: new Array(8).fill(255), message: "but it has 136" },
  "a changed id": { at: 100, bytes: [5], message: "its checksum is another" },
  "a first offset": { at: 48, bytes: [1], message: "divide its 10 ids at", sealed: true },
  "an offset that falls": { at: 80, bytes: [1], message: "at source id 4", sealed: true },
  "an offset past the end": { at: 80, bytes: [13], message: "at source id 4", sealed: true },
  "ids left over": { at: 88, bytes: [9], message: "at source id 5", sealed: true },
};

for (const [what, { at, bytes: damage, message, sealed }] of Object.entries(DAMAGES)) {
  Deno.test(`parseMarianShortlist() refuses ${what}`, async () => {
    let bytes = await Deno.readFile(FILE);
    bytes.set(damage, at);
    if (sealed) bytes = resealed(bytes);
    assertThrows(
      () => parseMarianShortlist(bytes, { vocabSize: 10, file: "f" }),
      SyntaxError,
      message,
    );
  });
}

Deno.test(
  "readMarianShortlist() refuses a file that is cut off",
  withFolder(async (folder) => {
    const bytes = await Deno.readFile(FILE);
    for (const length of [0, 47, 48, bytes.length - 1]) {
      const path = await place(folder, "lex.bin", bytes.subarray(0, length));
      await assertRejects(() => readMarianShortlist(path, { vocabSize: 10 }), SyntaxError);
    }
  }),
);

/** The bytes with the checksum that they should have, by the formula in BigInt. */
function resealed(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const result = bytes.slice();
  const view = new DataView(result.buffer);
  let hash = 0n;
  for (let at = 16; at + 8 <= result.length; at += 8) {
    const sum = view.getBigUint64(at, true) + 0x9e3779b9n + (hash << 6n) + (hash >> 2n);
    hash ^= BigInt.asUintN(64, sum);
  }
  view.setBigUint64(8, hash, true);
  return result;
}
