import { assertEquals, assertRejects } from "@std/assert";
import { place, withFolder } from "../_fixtures_test.ts";
import { compressionOf, unpack } from "./_unpack.ts";

/*
 * Written by zstd 1.5.4: printf 'Heed the hub. %.0s' $(seq 100), into a file and into a pipe,
 * zstd -19 FILE and zstd -19 --no-check, as base64.
 */
const ZSTD = "KLUv/WR4BK0AAHBIZWVkIHRoZSBodWIuIAEAZ8U/lZjCKiI=";
const PIPED = "KLUv/QBorQAAcEhlZWQgdGhlIGh1Yi4gAQBnxT+V";

async function unpacked(path: string, maxBytes?: number): Promise<Uint8Array> {
  const compression = (await compressionOf(path))!;
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of unpack(path, { compression, maxBytes })) pieces.push(piece);
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** A frame of blocks that say "128 KiB of zeros" in four bytes. */
function zstdBomb(blocks: number): Uint8Array {
  const frame = new Uint8Array(6 + blocks * 4);
  frame.set([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38]);
  const size = 1 << 17;
  for (let i = 0; i < blocks; i++) {
    const header = size << 3 | 1 << 1 | Number(i === blocks - 1);
    frame.set([header & 255, header >> 8 & 255, header >> 16, 0], 6 + i * 4);
  }
  return frame;
}

Deno.test(
  "unpack() unpacks what the zstd program wrote",
  withFolder(async (folder) => {
    const path = await place(folder, "x", Uint8Array.fromBase64(ZSTD));
    assertEquals(await compressionOf(path), "zstd");
    assertEquals(new TextDecoder().decode(await unpacked(path)), "Heed the hub. ".repeat(100));
    assertEquals((await unpacked(path, 1400)).length, 1400);
    await assertRejects(() => unpacked(path, 1399), SyntaxError, "memory");
    const piped = await place(folder, "y", Uint8Array.fromBase64(PIPED));
    assertEquals((await unpacked(piped, 1400)).length, 1400);
    await assertRejects(() => unpacked(piped, 1399), SyntaxError, "more than the 1399 bytes");
  }),
);

Deno.test(
  "unpack() stops at the length expected, however short the file is",
  withFolder(async (folder) => {
    const path = await place(folder, "x", zstdBomb(50_000)); // 200 KB become 6.5 GB
    await assertRejects(
      () => unpacked(path, 1_000_000),
      SyntaxError,
      "more than the 1000000 bytes",
    );
  }),
);

const HEADERS: { what: string; bytes: number[] }[] = [
  { what: "a window of gigabytes", bytes: [0, 0xa8] },
  { what: "one segment of gigabytes", bytes: [0xa0, 0, 0, 0, 0xf0] },
  { what: "one segment of exabytes", bytes: [0xe0, 0, 0, 0, 0, 0, 0, 0, 0x70] },
];

for (const { what, bytes } of HEADERS) {
  Deno.test(
    `unpack() refuses a zstd file that asks for ${what}`,
    withFolder(async (folder) => {
      const frame = new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, ...bytes, ...Array(20).fill(0)]);
      const path = await place(folder, "x", frame);
      await assertRejects(() => unpacked(path), SyntaxError, "bytes of memory");
    }),
  );
}

Deno.test(
  "unpack() finds damaged files damaged",
  withFolder(async (folder) => {
    const whole = Uint8Array.fromBase64(ZSTD);
    const damaged = [whole.subarray(0, -3), whole.subarray(0, 10), zstdBomb(2).subarray(0, -2)];
    for (const bytes of damaged) {
      const path = await place(folder, "x", bytes);
      await assertRejects(() => unpacked(path), SyntaxError, "damaged");
    }
    for (const bytes of [[0x1f, 0x8b], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]]) {
      const path = await place(folder, "x", new Uint8Array(bytes));
      await assertRejects(() => unpacked(path), SyntaxError, "damaged");
    }
    assertEquals(await compressionOf(await place(folder, "x", new Uint8Array())), undefined);
  }),
);
