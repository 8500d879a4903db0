import type { KernelTable } from "./kernel_table.ts";

/** Floats between tensors and arrays outside of the heap, without memory in between. */
export const copyKernels: KernelTable = {
  /** Into the array `array`, which may be shared with other threads. */
  HeedCopyOut(heap, { x }, { array }) {
    heap.copyOut(heap.offset(x), array);
    return [];
  },

  /** In place, from the array `array`. */
  HeedCopyIn(heap, { x }, { array }) {
    heap.copyIn(heap.offset(x), array);
    return [];
  },
};
