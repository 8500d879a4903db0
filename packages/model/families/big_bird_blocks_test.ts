import { assertEquals } from "@std/assert";
import { drawRandomBlocks, sparseBlocks } from "./big_bird_blocks.ts";

// What BigBirdBlockSparseAttention of transformers 5.24.0 draws with NumPy, seeded by the number of the layer: the
// first eight blocks, and the sum of all times their places from 1 on.
const drawn = [
  {
    length: 40,
    blockSize: 4,
    randomBlocks: 1,
    numHeads: 2,
    maxPositionEmbeddings: 64,
    layer: 0,
    blocks: [3, 5, 5, 1, 3, 2, 5, 1],
    sum: 355,
  },
  {
    length: 64,
    blockSize: 4,
    randomBlocks: 2,
    numHeads: 3,
    maxPositionEmbeddings: 64,
    layer: 1,
    blocks: [6, 4, 7, 5, 1, 5, 6, 1],
    sum: 13700,
  },
  // A length of the paper, which draws in another way.
  {
    length: 1024,
    blockSize: 64,
    randomBlocks: 3,
    numHeads: 2,
    maxPositionEmbeddings: 4096,
    layer: 5,
    blocks: [8, 4, 10, 10, 12, 6, 12, 8],
    sum: 26371,
  },
  {
    length: 2048,
    blockSize: 64,
    randomBlocks: 3,
    numHeads: 2,
    maxPositionEmbeddings: 4096,
    layer: 3,
    blocks: [5, 4, 6, 5, 8, 9, 9, 8],
    sum: 83135,
  },
];

for (const { length, blocks, sum, ...options } of drawn) {
  Deno.test(`drawRandomBlocks() draws for ${length} tokens what transformers draws`, () => {
    const count = sparseBlocks(length, options);
    const found = drawRandomBlocks(count, { ...options, drawn: true });
    assertEquals(found.length, options.numHeads * (count - 2) * options.randomBlocks);
    assertEquals([...found.subarray(0, 8)], blocks);
    assertEquals(found.reduce((total, block, i) => total + block * (i + 1), 0), sum);
  });
}

Deno.test("sparseBlocks() is 0 where a block would see as many as there are", () => {
  const sparsity = { blockSize: 2, randomBlocks: 1 };
  assertEquals([1, 14, 15, 16, 17].map((length) => sparseBlocks(length, sparsity)), [
    0,
    0,
    8,
    8,
    9,
  ]);
  assertEquals(sparseBlocks(4096, undefined), 0);
});
