import type { EngineThread } from "../packing/pack_model.ts";
import type { PackedStack } from "../packing/stack_packer.ts";
import { runFinite } from "./finite.ts";
import { placeRandomBlocks } from "./random_blocks.ts";

/** What an encoder program gives back; the caller frees the blocks. */
export interface Encoded {
  /** Hidden states `[tokens][stack.hidden]`. */
  readonly states: number;
  /** Attention `[layers][tokens][heads][longest]`; 0 unless asked for. */
  readonly attentions: number;
  /** Tokens of all rows. */
  readonly tokens: number;
  /** Tokens of the longest row. */
  readonly longest: number;
}

/**
 * Runs an encoder over rows of ids, one after the other without padding, in one call.
 *
 * @param thread Kernels and heap.
 * @param stack The encoder.
 * @param rows Ids of each sentence `[sentences][length]`, each at least one.
 * @param options Token types of each id, where the model has them; whether attention is wanted, and random blocks drawn.
 * @returns Addresses of the results.
 * @throws {RangeError} When a state is not finite; names the layer.
 */
export function runEncoder(
  thread: EngineThread,
  stack: PackedStack,
  rows: readonly (readonly number[])[],
  { typeIds, outputAttentions = false, drawBlocks = false }: {
    typeIds?: readonly (readonly number[])[] | undefined;
    outputAttentions?: boolean | undefined;
    drawBlocks?: boolean | undefined;
  } = {},
): Encoded {
  const { heap, kernels } = thread;
  const tokens = rows.reduce((sum, { length }) => sum + length, 0);
  const longest = rows.reduce((most, { length }) => Math.max(most, length), 0);
  const starts = [0];
  for (const { length } of rows) starts.push(starts[starts.length - 1] + length);
  const states = heap.allocate(tokens * stack.hidden * 4);
  const attentions = outputAttentions
    ? heap.allocate(stack.layers * tokens * stack.heads * longest * 4)
    : 0;
  const sparse = placeRandomBlocks(thread, stack, { rows, drawn: drawBlocks });
  const temporary = [
    heap.placeIntegers(rows.flat()),
    heap.placeIntegers(rows.flatMap(({ length }) => Array.from({ length }, (_, i) => i))),
    typeIds ? heap.placeIntegers(typeIds.flat()) : 0,
    heap.placeIntegers(starts),
    heap.allocate(kernels.encoderScratchBytes(stack.address, tokens, longest)),
  ];
  const [ids, positions, types, startsAt, scratch] = temporary;
  const run = (address: number) =>
    kernels.encoder(
      address,
      ids,
      positions,
      types,
      tokens,
      startsAt,
      rows.length,
      states,
      attentions,
      longest,
      sparse[0] ?? 0,
      scratch,
    );
  try {
    runFinite(thread, stack, { what: "encoder", states, tokens, run });
  } catch (error) {
    heap.free(states);
    heap.free(attentions);
    throw error;
  } finally {
    for (const address of [...temporary, ...sparse]) heap.free(address);
  }
  return { states, attentions, tokens, longest };
}
