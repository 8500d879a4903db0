import type { EngineThread } from "../packing/pack_model.ts";
import type { PackedHead } from "../packing/pack_heads.ts";
import type { PackedStack } from "../packing/stack_packer.ts";

/** Rows that are projected at once: the logits of a vocabulary need much memory. */
const ROWS_AT_ONCE = 64;

/** Flag of the kernel: what it computes is added to what is there. */
const ADD = 2;

/**
 * Computes a head over some of an encoder's states.
 *
 * @param thread Kernels and heap.
 * @param head The head.
 * @param rows Addresses of the states, each `[stack.hidden]`.
 * @param options The stack that gave them.
 * @returns Logits `[rows * head.outputs]`.
 */
export function runHead(
  thread: EngineThread,
  head: PackedHead,
  rows: readonly number[],
  { stack }: { stack: PackedStack },
): Float32Array {
  const logits = new Float32Array(rows.length * head.outputs);
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const some = rows.slice(start, start + ROWS_AT_ONCE);
    logits.set(project(thread, head, some, stack), start * head.outputs);
  }
  return logits;
}

function project(
  { heap, kernels }: EngineThread,
  { dense, down, inner: innerSize, norm, output, outputs, stride }: PackedHead,
  rows: readonly number[],
  { hidden, size }: PackedStack,
): Float32Array {
  const count = rows.length;
  const states = heap.allocate(count * hidden * 4), inner = heap.allocate(count * innerSize * 4);
  const logits = heap.allocate(count * stride * 4);
  const scratch = heap.allocate(kernels.linearScratchBytes(count, Math.max(hidden, innerSize)));
  try {
    const { floats } = heap.views;
    rows.forEach((row, i) =>
      floats.copyWithin((states + i * hidden * 4) / 4, row / 4, row / 4 + hidden)
    );
    let last = states;
    if (dense) {
      kernels.linear(states, count, hidden * 4, dense.linear, inner, innerSize * 4, 0, scratch);
      kernels.activate(dense.activation, inner, count * innerSize);
      if (down) kernels.linear(inner, count, innerSize * 4, down, states, hidden * 4, ADD, scratch);
      else last = inner;
      if (norm) {
        for (let i = 0; i < count; i++) normalize(floats, last / 4 + i * hidden, size, norm);
      }
    }
    kernels.linear(last, count, hidden * 4, output, logits, stride * 4, 0, scratch);
    const values = new Float32Array(count * outputs);
    for (let i = 0; i < count; i++) {
      const at = logits / 4 + i * stride;
      values.set(heap.views.floats.subarray(at, at + outputs), i * outputs);
    }
    return values;
  } finally {
    for (const address of [states, inner, logits, scratch]) heap.free(address);
  }
}

/** Layer normalisation of a row in place; the padding stays zero. */
function normalize(
  floats: Float32Array,
  at: number,
  size: number,
  { weight, bias, eps }: NonNullable<PackedHead["norm"]>,
): void {
  let sum = 0, square = 0;
  for (let i = 0; i < size; i++) sum += floats[at + i];
  const mean = sum / size;
  for (let i = 0; i < size; i++) square += (floats[at + i] - mean) ** 2;
  const scale = 1 / Math.sqrt(square / size + eps);
  for (let i = 0; i < size; i++) {
    floats[at + i] = (floats[at + i] - mean) * scale * weight[i] + bias[i];
  }
}
