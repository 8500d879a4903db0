import { drawRandomBlocks, sparseBlocks } from "@heed/model";
import type { EngineThread } from "../packing/pack_model.ts";
import type { PackedStack } from "../packing/stack_packer.ts";

/**
 * Writes the random blocks of sentences into the memory, for all layers.
 *
 * @param thread Its heap.
 * @param stack The encoder.
 * @param options Ids of each sentence, and whether blocks are drawn.
 * @returns Addresses that the caller frees, the first one that of the list of addresses for each sentence; none where
 * every token of all sentences sees every other.
 */
export function placeRandomBlocks(
  { heap }: EngineThread,
  { layers, heads: numHeads, maxPositions: maxPositionEmbeddings, sparsity }: PackedStack,
  { rows, drawn }: { rows: readonly (readonly number[])[]; drawn: boolean },
): number[] {
  const blocks = rows.map(({ length }) => sparseBlocks(length, sparsity));
  if (!sparsity || blocks.every((count) => count === 0)) return [];
  const tables = new Map([[0, 0]]);
  for (const count of new Set(blocks.filter((count) => count > 0))) {
    const options = { ...sparsity, numHeads, maxPositionEmbeddings, drawn };
    const all = Array.from(
      { length: layers },
      (_, layer) => [...drawRandomBlocks(count, { ...options, layer })],
    );
    tables.set(count, heap.placeIntegers(all.flat()));
  }
  const list = heap.placeIntegers(blocks.map((count) => tables.get(count)!));
  return [list, ...tables.values()].filter((address) => address !== 0);
}
