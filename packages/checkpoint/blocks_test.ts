import { assertEquals, assertRejects } from "@std/assert";
import { BLOCK_BYTES, readInBlocks } from "./_blocks.ts";

const SIZE = 10 * BLOCK_BYTES + 1000;

/** The byte at a place of the file. */
function byteAt(position: number): number {
  return (position ^ (position >> 8) ^ (position >> 16)) & 255;
}

function range(offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length); // megabytes, so without a call of from() for each
  for (let i = 0; i < length; i++) bytes[i] = byteAt(offset + i);
  return bytes;
}

/** A file far away, and what was asked of it: the block, or the offset and length. */
function remote(size = SIZE) {
  const asked: string[] = [];
  const readRange = (offset: number, length: number) => {
    const last = offset + length === size;
    const isBlock = offset % BLOCK_BYTES === 0 && (length === BLOCK_BYTES || last);
    asked.push(isBlock ? `block ${offset / BLOCK_BYTES}` : `${offset}+${length}`);
    return Promise.resolve(range(offset, length));
  };
  return { asked, readRange };
}

Deno.test("readInBlocks() reads what lies within blocks, across them, and at the end", async () => {
  const { asked, readRange } = remote();
  const read = readInBlocks(SIZE, { readRange });
  for (
    const [offset, length] of [
      [5, 0],
      [5, 20],
      [BLOCK_BYTES - 3, 7],
      [BLOCK_BYTES, BLOCK_BYTES],
      [BLOCK_BYTES + 1, BLOCK_BYTES],
      [SIZE - 10, 10],
    ]
  ) {
    assertEquals(await read(offset, length), range(offset, length));
  }
  assertEquals(asked, ["block 0", "block 1", "block 2", "block 10"]);
});

Deno.test("readInBlocks() asks for a long piece as it is", async () => {
  const { asked, readRange } = remote();
  const read = readInBlocks(SIZE, { readRange });
  assertEquals((await read(3, BLOCK_BYTES + 1)).byteLength, BLOCK_BYTES + 1);
  assertEquals(asked, [`3+${BLOCK_BYTES + 1}`]);
});

Deno.test("readInBlocks() asks once when reads overlap, and gives each its own bytes", async () => {
  const { asked, readRange } = remote();
  const read = readInBlocks(SIZE, { readRange });
  const [a, b] = await Promise.all([read(0, 4), read(0, 4)]);
  a.fill(9);
  assertEquals(b, range(0, 4));
  assertEquals(await read(0, 4), range(0, 4));
  assertEquals(asked, ["block 0"]);
});

Deno.test("readInBlocks() keeps the eight blocks that were used last", async () => {
  const { asked, readRange } = remote();
  const read = readInBlocks(SIZE, { readRange });
  for (const block of [0, 1, 2, 3, 4, 5, 6, 7, 0, 8]) await read(block * BLOCK_BYTES, 1);
  asked.length = 0;
  for (const block of [0, 2, 8, 1]) await read(block * BLOCK_BYTES, 1);
  assertEquals(asked, ["block 1"]);
});

Deno.test("readInBlocks() uses the first block that it is given if it is whole", async () => {
  const { asked, readRange } = remote(100);
  await readInBlocks(100, { readRange, first: range(0, 100) })(10, 5);
  assertEquals(asked, []);
  await readInBlocks(100, { readRange, first: range(0, 50) })(10, 5);
  assertEquals(asked, ["block 0"]);
});

Deno.test("readInBlocks() asks again for what failed", async () => {
  const { asked, readRange } = remote();
  let broken = true;
  const read = readInBlocks(SIZE, {
    readRange: (offset, length) => {
      const bytes = readRange(offset, length);
      return broken ? Promise.reject(new Error("the connection broke")) : bytes;
    },
  });
  await assertRejects(() => read(0, 1), Error, "the connection broke");
  broken = false;
  assertEquals(await read(0, 1), range(0, 1));
  assertEquals(asked, ["block 0", "block 0"]);
});
