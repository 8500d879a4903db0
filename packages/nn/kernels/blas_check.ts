import type { Sgemm } from "./blas_library.ts";
import { blasProduct, type Product } from "./blas_product.ts";
import type { Heap } from "./heap.ts";
import { GEMM_ACCUMULATE, GEMM_RELU } from "./matmul.ts";

/** Rows, columns and depth of the products that are compared: one for a single thread, one for several. */
const SIZES = [[5, 9, 7], [66, 70, 130]] as const;
/** How far numbers of about the size of `k` may lie apart, as a share of it: the order of sums differs. */
const TOLERANCE = 1e-6;
/** How a product is asked for. */
interface Case {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Whether there is a bias. */
  readonly row: boolean;
  readonly flags: number;
}

const CASES: readonly Case[] = Array.from({ length: 32 }, (_, bits) => ({
  transposeA: (bits & 1) > 0,
  transposeB: (bits & 2) > 0,
  row: (bits & 4) > 0,
  flags: (bits & 8 ? GEMM_ACCUMULATE : 0) | (bits & 16 ? GEMM_RELU : 0),
}));

/** Rows, columns and depth of the product that is timed, and how often. */
const [M, N, K] = [256, 256, 256], ROUNDS = 5;

/**
 * Whether a library computes what the kernels do: every layout, with and without accumulation, bias and
 * ReLU, on small fixed numbers, into memory that holds anything.
 *
 * @param heap The heap to compute on.
 * @param sgemm The library's product.
 * @returns True when all products agree.
 */
export function agreesWithKernels(heap: Heap, sgemm: Sgemm): boolean {
  const theirs = blasProduct(heap, { sgemm, least: { size: 0, rows: 0 } });
  const ours = heap.wasmKernels.gemm;
  return SIZES.every(([m, n, k]) => {
    let agree = true;
    withOperands(heap, [m, n, k], ({ a, b, bias, c }) => {
      const result = (product: Product, { transposeA, transposeB, row, flags }: Case) => {
        // Where a product overwrites, what was there must not matter, not even NaN.
        heap.copyIn(c, flags & GEMM_ACCUMULATE ? numbers(m * n, 3) : filled(m * n, NaN));
        const [ars, acs] = transposeA ? [1, m] : [k, 1], [brs, bcs] = transposeB ? [1, k] : [n, 1];
        const rowAt = row ? bias : 0;
        product(a, ars, acs, b, brs, bcs, c, n, m, n, k, rowAt, flags, heap.gemmScratch);
        const values = new Float32Array(m * n);
        heap.copyOut(c, values);
        return values;
      };
      agree = CASES.every((how) => {
        const expected = result(ours, how), actual = result(theirs, how);
        return expected.every((value, i) => Math.abs(value - actual[i]) <= TOLERANCE * k);
      });
    });
    return agree;
  });
}

/**
 * How many times as fast a library is as the kernels, at a product of middle size. One that does not know
 * the processor takes its slowest code, and then may be slower.
 *
 * @param heap The heap to compute on.
 * @param sgemm The library's product.
 * @returns The time of the kernels divided by that of the library, the fastest of five each.
 */
export function speedBesideKernels(heap: Heap, sgemm: Sgemm): number {
  const products = [heap.wasmKernels.gemm, blasProduct(heap, { sgemm })];
  const fastest = [Infinity, Infinity];
  withOperands(heap, [M, N, K], ({ a, b, c }) => {
    for (let round = 0; round < ROUNDS; round++) {
      products.forEach((product, i) => {
        const start = performance.now();
        product(a, K, 1, b, N, 1, c, N, M, N, K, 0, 0, heap.gemmScratch);
        fastest[i] = Math.min(fastest[i], performance.now() - start);
      });
    }
  });
  return fastest[0] / fastest[1];
}

/** Runs `use` with two factors and a bias of fixed numbers, and room for the product. */
function withOperands(
  heap: Heap,
  [m, n, k]: readonly [number, number, number],
  use: (at: { a: number; b: number; bias: number; c: number }) => void,
): void {
  heap.withMemory(4 * (m * k + k * n + n + m * n), (a) => {
    const b = a + 4 * m * k, bias = b + 4 * k * n, c = bias + 4 * n;
    heap.copyIn(a, numbers(m * k, 1));
    heap.copyIn(b, numbers(k * n, 2));
    heap.copyIn(bias, numbers(n, 4));
    use({ a, b, bias, c });
  });
}

/** Numbers between -1 and 1 without a pattern that a transposed or shifted reading would repeat. */
function numbers(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin((i + 1) * (seed + 0.7)));
}

function filled(size: number, value: number): Float32Array {
  return new Float32Array(size).fill(value);
}
