import { MersenneTwister } from "./_mersenne_twister.ts";

/** How BigBird's attention is thinned out (Zaheer et al. 2020, section 2). */
export interface BlockSparsity {
  /** Tokens of a block. */
  readonly blockSize: number;
  /** Blocks that every block sees beside its neighbours, the first and the last one. */
  readonly randomBlocks: number;
}

/**
 * Tells into how many blocks a text is cut.
 *
 * @param length Tokens of the text.
 * @param sparsity Sizes; undefined where attention is full.
 * @returns Blocks, the last of them perhaps not full; 0 where every token sees every other, because the blocks that
 * one sees would be as many as there are.
 *
 * @example
 * ```ts
 * import { sparseBlocks } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const sparsity = { blockSize: 64, randomBlocks: 3 };
 * assertEquals([704, 705, 4096].map((length) => sparseBlocks(length, sparsity)), [0, 12, 64]);
 * ```
 */
export function sparseBlocks(length: number, sparsity: BlockSparsity | undefined): number {
  if (!sparsity) return 0;
  const { blockSize, randomBlocks } = sparsity;
  return length > (5 + 2 * randomBlocks) * blockSize ? Math.ceil(length / blockSize) : 0;
}

/** Options of {@linkcode drawRandomBlocks}. */
export interface RandomBlockOptions extends BlockSparsity {
  /** Heads of the layer; each has blocks of its own. */
  readonly numHeads: number;
  /** Longest text of the model, in tokens. */
  readonly maxPositionEmbeddings: number;
  /** Number of the layer, which is the seed. */
  readonly layer: number;
  /** Draw them, as while training; else every one is the first block, as transformers has it when it does not train. */
  readonly drawn: boolean;
}

/**
 * Chooses the random blocks of a layer as transformers does, number for number.
 *
 * @param blocks Blocks of the text; see {@linkcode sparseBlocks}.
 * @param options Sizes, the layer, and whether they are drawn.
 * @returns For every head and every block but the first and the last one the blocks that it sees
 * `[heads * (blocks - 2) * randomBlocks]`.
 *
 * @example
 * ```ts
 * import { drawRandomBlocks } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const sizes = { blockSize: 4, randomBlocks: 1, numHeads: 1, maxPositionEmbeddings: 64 };
 * const drawn = drawRandomBlocks(9, { ...sizes, layer: 0, drawn: true });
 * assertEquals(drawn.length, 7);
 * assertEquals([...drawRandomBlocks(9, { ...sizes, layer: 0, drawn: false })], new Array(7).fill(0));
 * ```
 */
export function drawRandomBlocks(
  blocks: number,
  { numHeads, layer, drawn, ...sizes }: RandomBlockOptions,
): Int32Array {
  const count = sizes.randomBlocks, rows = blocks - 2;
  const chosen = new Int32Array(numHeads * rows * count);
  if (!drawn) return chosen;
  const random = new MersenneTwister(layer);
  const write = (head: number, block: number, list: readonly number[]) =>
    chosen.set(list, (head * rows + block - 1) * count);
  if ([1024, 3072, 4096].includes(blocks * sizes.blockSize)) {
    const all = Math.floor(sizes.maxPositionEmbeddings / sizes.blockSize);
    for (let head = 0; head < numHeads; head++) {
      // Those of the longest text are drawn, and the first ones taken.
      for (let block = 1; block < all - 1; block++) {
        const drawn = random.permutation(paperCandidates(block, all, sizes.blockSize));
        if (block <= rows) write(head, block, drawn.slice(0, count));
      }
    }
    return chosen;
  }
  // Whatever is longer than the blocks that one sees draws from the first few.
  const end = 2 * count + 5;
  for (let block = 1; block < blocks; block++) {
    for (let head = 0; head < numHeads; head++) {
      const order = random.permutation(range(0, end));
      const legal = order.filter((other) => maySee(block, other, end));
      if (block <= rows) write(head, block, legal.slice(0, count));
    }
  }
  return chosen;
}

/** Whether a block may draw another: not what it sees anyway. */
function maySee(block: number, other: number, end: number): boolean {
  return Math.abs(block - other) > 1 && other !== 0 && other !== end - 1 &&
    !(block === 1 && other === end - 2) && !(block === end - 2 && other === 1);
}

/** What the lengths of the paper draw from: blocks of the first 1,024 tokens, in slices that overlap as they do there. */
function paperCandidates(block: number, blocks: number, blockSize: number): number[] {
  const middle = range(1, blocks - 1);
  const last = 1024 > 2 * blockSize ? Math.floor(1024 / blockSize) - 1 : blocks - 1;
  if (block === 1) return middle.slice(2, last);
  if (block === 2) return middle.slice(3, last);
  if (block === blocks - 3 || block === blocks - 2) return middle.slice(0, last);
  const start = block - 2;
  if (start > last) return middle.slice(0, last);
  if (block + 1 === last) return middle.slice(0, start);
  return [...middle.slice(0, start), ...middle.slice(block + 1, last)];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
