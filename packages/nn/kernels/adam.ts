import type { KernelTable } from "./kernel_table.ts";
import { sizeOf } from "./kernel_table.ts";

/** The optimiser's step and the norm it clips by. */
export const adamKernels: KernelTable = {
  /**
   * In place: weight, first and second moment. With `norm` the gradients are clipped to `maxNorm`, and
   * nothing changes when it is not finite.
   */
  HeedAdam(heap, { weight, gradient, first, second, norm }, attributes) {
    const { beta1, beta2, rate, correction1, correction2, epsilon, decay, maxNorm } = attributes;
    let { scale } = attributes;
    if (norm) {
      const scaled = heap.readFloat(heap.offset(norm)) * scale;
      if (!Number.isFinite(scaled)) return [];
      if (maxNorm > 0 && scaled > maxNorm) scale *= maxNorm / scaled;
    }
    heap.kernels.adam(
      heap.offset(weight),
      heap.offset(gradient),
      heap.offset(first),
      heap.offset(second),
      sizeOf(weight.shape),
      scale,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      rate,
      correction1,
      correction2,
      epsilon,
      decay,
    );
    return [];
  },

  /** The Euclidean norm of all inputs together. */
  HeedGlobalNorm(heap, inputs) {
    const out = heap.output([]);
    let total = 0;
    for (const tensor of Object.values(inputs)) {
      total += heap.kernels.sumSquares(heap.offset(tensor), sizeOf(tensor.shape));
    }
    heap.writeFloat(heap.offset(out), Math.sqrt(total));
    return out;
  },
};
