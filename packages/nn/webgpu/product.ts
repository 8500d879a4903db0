import type * as tf from "@tensorflow/tfjs";
import type { ActivationKind, DropoutMask } from "../kernels/elementwise.ts";
import { sizeOf } from "../kernels/kernel_table.ts";
import type { Gpu } from "./gpu.ts";
import { planProduct } from "./product_plan.ts";
import { productProgram } from "./product_program.ts";
import { sumPartials } from "./reduce.ts";

/** Where the matrices of a batch lie in a tensor. */
export interface Matrices {
  readonly tensor: tf.TensorInfo;
  /** Elements from one row to the next. */
  readonly row: number;
  /** Elements from one matrix to the next within a group, such as the heads of a sentence; default 0. */
  readonly inner?: number;
  /** Elements from one group of matrices to the next; default 0. */
  readonly outer?: number;
}

/** A factor of a product. */
export interface Factor extends Matrices {
  /** Stored the other way round than it is multiplied; default false. */
  readonly transposed?: boolean;
}

/** Options of {@linkcode multiply}. */
export interface Product {
  /** Rows of the result, its columns, and the length of the sums. */
  readonly size: readonly [m: number, n: number, k: number];
  /** `[m, k]`, or `[k, m]` when transposed. */
  readonly a: Factor;
  /** `[k, n]`, or `[n, k]` when transposed. */
  readonly b: Factor;
  /** `[m, n]` */
  readonly out: Matrices;
  /** Number of products; default 1. */
  readonly batch?: number;
  /** Products in a group; default 1. */
  readonly group?: number;
  /** `[n]`, added to every row. */
  readonly bias?: tf.TensorInfo;
  /** Applied to the result. */
  readonly activation?: ActivationKind;
  /** Gets the numbers before the activation; laid out as `out`. */
  readonly before?: tf.TensorInfo;
  /** `[m]`: gets the sums of the rows of `a` (the gradient of a bias). */
  readonly sums?: tf.TensorInfo;
  /** Drops elements of `a` by their position in its tensor. */
  readonly dropout?: DropoutMask;
}

/** out = activation(a b + bias), for a batch of matrices. */
export function multiply(gpu: Gpu, product: Product): void {
  const { size: [m, n, k], a, b, out, batch = 1, group = 1, bias, activation, before } = product;
  const { sums, dropout } = product;
  const splittable = batch === 1 && !bias && !activation && !dropout &&
    sizeOf(out.tensor.shape) === m * n;
  const { tile, splits, depth } = planProduct({ m, n, k, batch, splittable });
  const split = splits > 1;
  const wideOut = n % 4 === 0 && isAligned(out) && (!sums || m % 4 === 0);
  const program = productProgram({
    tile,
    aTransposed: a.transposed ?? false,
    bTransposed: b.transposed ?? false,
    aWide: isAligned(a) && (a.transposed ? m : k) % 4 === 0,
    bWide: isAligned(b) && (b.transposed ? k : n) % 4 === 0,
    wideOut,
    bias: bias !== undefined,
    activation,
    before: before !== undefined,
    sums: sums !== undefined,
    dropout: dropout !== undefined,
    split,
  });
  const partSize = m * n + (sums ? m : 0);
  const target = split ? gpu.output([splits, partSize]) : out.tensor;
  const rows = Math.ceil(m / tile), columns = Math.ceil(n / tile);
  gpu.run(program, {
    buffers: { a: a.tensor, b: b.tensor, result: target, bias, before, sums },
    params: {
      ...{ m, n, k, rows, columns, depth, group, partSize },
      ...{ aRow: a.row, aInner: a.inner ?? 0, aOuter: a.outer ?? 0 },
      ...{ bRow: b.row, bInner: b.inner ?? 0, bOuter: b.outer ?? 0 },
      ...{ outRow: out.row, outInner: out.inner ?? 0, outOuter: out.outer ?? 0 },
      ...dropout,
    },
    groups: rows * columns * batch * splits,
    changing: dropout !== undefined,
  });
  if (split) sumPartials(gpu, target, sums ? [out.tensor, sums] : [out.tensor]);
}

/** Whether rows and matrices begin at multiples of four elements, so that four are read at once. */
function isAligned({ row, inner = 0, outer = 0 }: Matrices): boolean {
  return row % 4 === 0 && inner % 4 === 0 && outer % 4 === 0;
}
