import type { EngineThread } from "../packing/pack_model.ts";
import type { PackedStack } from "../packing/stack_packer.ts";

/**
 * Copies hidden states out of the memory, without their padding.
 *
 * @returns States `[rows * stack.size]`.
 */
export function readRows(
  { heap }: EngineThread,
  address: number,
  { rows, stack: { size, hidden } }: { rows: number; stack: PackedStack },
): Float32Array {
  const { floats } = heap.views;
  const out = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const start = address / 4 + row * hidden;
    out.set(floats.subarray(start, start + size), row * size);
  }
  return out;
}
