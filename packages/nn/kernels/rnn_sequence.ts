// What the recurrent layers share: products that repeat at every step, and where states stand.
import type { Heap } from "./heap.ts";
import { GEMM_ACCUMULATE } from "./matmul.ts";

/** A matrix on the heap: address, and floats from row to row. */
export interface Rows {
  readonly at: number;
  readonly stride: number;
}

/** A product with one weight: `out = a · weight + bias`, or `out += a · weight`. */
export type RepeatedProduct = (
  a: Rows,
  out: Rows,
  options?: { bias?: number; accumulate?: boolean },
) => void;

/** Up to so many rows the weight is read as it is; see `gemm`. */
const FEW_ROWS = 6;

/**
 * Runs `use` with the product by a weight that is the same at every step, packed once.
 *
 * @param weight Element (i, j) of its `k` rows and `n` columns is at `at + 4 (i * brs + j * bcs)`.
 */
export function withRepeatedProduct(
  heap: Heap,
  weight: { at: number; brs: number; bcs: number; k: number; n: number },
  { rows, steps }: { rows: number; steps: number },
  use: (product: RepeatedProduct) => void,
): void {
  const { kernels, gemmScratch } = heap;
  const { at, brs, bcs, k, n } = weight;
  if (steps < 2 || rows <= FEW_ROWS || n % 8 !== 0) {
    return use((a, out, { bias = 0, accumulate = false } = {}) =>
      kernels.gemm(
        ...[a.at, a.stride, 1, at, brs, bcs, out.at, out.stride, rows, n, k] as const,
        ...[bias, accumulate ? GEMM_ACCUMULATE : 0, gemmScratch] as const,
      )
    );
  }
  heap.withMemory(kernels.packedBytes(k, n), (packed) => {
    kernels.packWeight(at, brs, bcs, k, n, packed);
    use((a, out, { bias = 0, accumulate = false } = {}) =>
      kernels.packedProduct(
        ...[a.at, a.stride, packed, out.at, out.stride, rows, n, k] as const,
        ...[bias, accumulate ? GEMM_ACCUMULATE : 0, gemmScratch] as const,
      )
    );
  });
}

/** {@linkcode withRepeatedProduct} for several weights. */
export function withRepeatedProducts(
  heap: Heap,
  weights: readonly Parameters<typeof withRepeatedProduct>[1][],
  sizes: { rows: number; steps: number },
  use: (...products: RepeatedProduct[]) => void,
): void {
  const [weight, ...rest] = weights;
  if (!weight) return use();
  withRepeatedProduct(
    heap,
    weight,
    sizes,
    (product) =>
      withRepeatedProducts(heap, rest, sizes, (...products) => use(product, ...products)),
  );
}

/** States of a batch over time, `[batch, length, ...]` with `width` floats from step to step. */
export interface Timeline {
  readonly batch: number;
  readonly length: number;
  /** From the last step to the first. */
  readonly reverse: boolean;
}

/** The steps in the order in which the states come about. */
export function stepsOf({ length, reverse }: Timeline): number[] {
  return Array.from({ length }, (_, i) => reverse ? length - 1 - i : i);
}

/** The rows of one step of a tensor `[batch, length, width]`. */
export function atStep(at: number, step: number, width: number, { length }: Timeline): Rows {
  return { at: at + step * width * 4, stride: length * width };
}

/** The states before a step: of the step before, or the initial ones `[batch, size]`. */
export function before(
  step: number,
  states: { at: number; width: number; initial: number; size: number },
  timeline: Timeline,
): Rows {
  const previous = timeline.reverse ? step + 1 : step - 1;
  if (previous < 0 || previous >= timeline.length) {
    return { at: states.initial, stride: states.size };
  }
  return atStep(states.at, previous, states.width, timeline);
}

/**
 * The gradient of a weight that multiplied the state before each step, over all steps in one product.
 * Destroys the gates' gradients of the first step.
 *
 * @param gates Gradients of the sums that the product was part of: rows of (batch, step), of which
 * `columns` from `at` on belong to this weight.
 * @param states As in {@linkcode before}.
 * @param out Where the gradient `[columns, size]` goes.
 */
export function recurrentWeightGradient(
  heap: Heap,
  gates: Rows & { columns: number },
  states: { at: number; width: number; initial: number; size: number },
  { batch, length, reverse }: Timeline,
  out: number,
): void {
  const { kernels, gemmScratch } = heap;
  const { stride, columns } = gates, { size, width } = states;
  const first = gates.at + (reverse ? length - 1 : 0) * stride * 4;
  kernels.gemm(
    ...[first, 1, length * stride, states.initial, size, 1, out, size] as const,
    ...[columns, size, batch, 0, 0, gemmScratch] as const,
  );
  if (length < 2) return;
  // Rows of neighbouring steps lie one apart, but for those where a sentence begins: they count 0.
  kernels.clearRows(first, length * stride, batch, columns);
  kernels.gemm(
    ...[gates.at + (reverse ? 0 : stride * 4), 1, stride] as const,
    ...[states.at + (reverse ? width * 4 : 0), width, 1, out, size] as const,
    ...[columns, size, batch * length - 1, 0, GEMM_ACCUMULATE, gemmScratch] as const,
  );
}
