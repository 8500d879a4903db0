import { sizeOf } from "../kernels/kernel_table.ts";
import { elementwiseKernels } from "./elementwise.ts";
import type { GpuKernelTable } from "./kernel_table.ts";
import { multiply } from "./product.ts";
import { isThin, thinProduct } from "./thin_product.ts";

/** A fully connected layer with its activation. */
export const linearKernels: GpuKernelTable = {
  /** `keep`: also returns the numbers before the activation, where its gradient needs them. */
  HeedLinear(gpu, { x, weight, bias }, { kind, keep }) {
    const [outSize, inSize] = weight.shape;
    const shape = [...x.shape.slice(0, -1), outSize], rows = sizeOf(shape.slice(0, -1));
    const y = gpu.output(shape), z = keep ? gpu.output(shape) : undefined;
    if (isThin(rows, inSize) && !keep) {
      thinProduct(gpu, { x, weight, bias, y }, { rows, activation: kind });
      return [y];
    }
    multiply(gpu, {
      size: [rows, outSize, inSize],
      a: { tensor: x, row: inSize },
      b: { tensor: weight, row: inSize, transposed: true },
      out: { tensor: y, row: outSize },
      bias,
      activation: kind,
      before: z,
    });
    return z ? [y, z] : [y];
  },

  /** `z`: what HeedActivationGradient wants, absent without activation. */
  HeedLinearGradient(gpu, { dy, x, weight, z }, { kind, inPlace, hasBias }) {
    const [outSize, inSize] = weight.shape, rows = sizeOf(dy.shape.slice(0, -1));
    const dx = gpu.output(x.shape), dWeight = gpu.output(weight.shape);
    const dBias = hasBias ? gpu.output([outSize]) : undefined;
    const through = kind
      ? elementwiseKernels.HeedActivationGradient(gpu, { dy, z }, { kind, inPlace })
      : [];
    const dz = Array.isArray(through) ? dy : through;
    multiply(gpu, {
      size: [rows, inSize, outSize],
      a: { tensor: dz, row: outSize },
      b: { tensor: weight, row: inSize },
      out: { tensor: dx, row: inSize },
    });
    multiply(gpu, {
      size: [outSize, inSize, rows],
      a: { tensor: dz, row: outSize, transposed: true },
      b: { tensor: x, row: inSize },
      out: { tensor: dWeight, row: inSize },
      sums: dBias,
    });
    if (dz !== dy) gpu.discard(dz);
    return dBias ? [dx, dWeight, dBias] : [dx, dWeight];
  },
};
