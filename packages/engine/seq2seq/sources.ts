import type { EngineThread } from "../packing/pack_model.ts";
import type { PackedStack } from "../packing/stack_packer.ts";
import type { RowSource } from "../programs/decoder_rows.ts";
import { runEncoder } from "../programs/encode.ts";
import { pauseIfDue } from "../scheduling/pause.ts";
import { tokenGroups } from "../scheduling/token_groups.ts";

/** Sources as a decoder sees them: the keys and values of its cross-attention, computed once. */
export interface Sources {
  /** One for each sentence. */
  readonly rows: readonly RowSource[];
  /** Gives the memory back. */
  free(): void;
}

/**
 * Encodes sentences and projects the result to the keys and values of all decoder layers.
 *
 * @param thread Kernels and heap.
 * @param stacks Encoder and decoder.
 * @param inputIds Ids of each sentence.
 * @param options `signal` stops between two groups of sentences.
 */
export async function encodeSources(
  thread: EngineThread,
  { encoder, decoder }: { encoder: PackedStack; decoder: PackedStack },
  inputIds: readonly (readonly number[])[],
  { signal }: { signal?: AbortSignal } = {},
): Promise<Sources> {
  const { heap, kernels } = thread;
  const blocks: number[] = [];
  const rows: RowSource[] = [];
  const free = () => blocks.splice(0).forEach((block) => heap.free(block));
  try {
    for (const group of tokenGroups(inputIds)) {
      signal?.throwIfAborted();
      const { states, tokens } = runEncoder(thread, encoder, group);
      const keyValues = heap.allocate(tokens * decoder.memoryStride);
      blocks.push(keyValues);
      const scratch = heap.allocate(kernels.linearScratchBytes(tokens, encoder.hidden));
      kernels.linear(
        states,
        tokens,
        encoder.hidden * 4,
        decoder.memoryLinear,
        keyValues,
        decoder.memoryStride,
        0,
        scratch,
      );
      heap.free(scratch);
      heap.free(states);
      let address = keyValues;
      for (const { length } of group) {
        rows.push({ address, length });
        address += length * decoder.memoryStride;
      }
      await pauseIfDue();
    }
  } catch (error) {
    free();
    throw error;
  }
  return { rows, free };
}
