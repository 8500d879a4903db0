import {
  STACK_BYTES,
  STACK_FINAL_NORM_BIAS,
  STACK_FINAL_NORM_WEIGHT,
  STACK_LAYERS,
} from "../kernels/layout.ts";
import type { EngineThread } from "../packing/pack_model.ts";
import type { PackedStack } from "../packing/stack_packer.ts";

/** A run of a stack that can be done again. */
export interface StackRun {
  /** What the stack is to the model. */
  readonly what: "encoder" | "decoder";
  /** Address of the hidden states that it writes. */
  readonly states: number;
  /** How many there are `[tokens]`. */
  readonly tokens: number;
  /**
   * Runs it.
   *
   * @param stack Address of a descriptor.
   */
  run(stack: number): void;
}

/**
 * Runs a stack and checks what it gives. Finite weights may still overflow: what comes out then is no
 * result, and nobody downstream would notice.
 *
 * @param thread Kernels and heap.
 * @param stack The stack.
 * @param run How it is run.
 * @throws {RangeError} When a hidden state is not finite; names the layer that gave the first of them.
 */
export function runFinite(thread: EngineThread, stack: PackedStack, run: StackRun): void {
  run.run(stack.address);
  if (isFinite(thread, stack, run)) return;
  const layer = firstWrongLayer(thread, stack, run);
  const place = layer < 0
    ? `the embeddings of the ${run.what} are`
    : `what layer ${layer} of the ${run.what} gives is`;
  throw new RangeError(
    `Cannot compute: ${place} not finite; the weights are damaged, or too large for float32`,
  );
}

function isFinite(
  { kernels }: EngineThread,
  { hidden }: PackedStack,
  { states, tokens }: StackRun,
): boolean {
  return kernels.findNonFinite(states, tokens * hidden) < 0;
}

/** Runs the stack again with fewer layers: none, one, two ... */
function firstWrongLayer(thread: EngineThread, stack: PackedStack, run: StackRun): number {
  const { heap } = thread;
  const address = heap.allocate(STACK_BYTES);
  try {
    heap.views.bytes.copyWithin(address, stack.address, stack.address + STACK_BYTES);
    const write = (offset: number, value: number) =>
      heap.views.integers[(address + offset) / 4] = value;
    write(STACK_FINAL_NORM_WEIGHT, 0);
    write(STACK_FINAL_NORM_BIAS, 0);
    for (let layers = 0; layers < stack.layers; layers++) {
      write(STACK_LAYERS, layers);
      run.run(address);
      if (!isFinite(thread, stack, run)) return layers - 1;
    }
    return stack.layers - 1;
  } finally {
    heap.free(address);
  }
}
