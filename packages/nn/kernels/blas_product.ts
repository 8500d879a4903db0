import type { Sgemm } from "./blas_library.ts";
import { ACTIVATION_KINDS } from "./elementwise.ts";
import type { Heap } from "./heap.ts";
import type { KernelModule } from "./kernel_module.ts";
import { GEMM_ACCUMULATE, GEMM_RELU } from "./matmul.ts";

/** Numbers that CBLAS knows its options by. */
const ROWS = 101, PLAIN = 111, TRANSPOSED = 112;

/**
 * From so many multiply-adds and rows on a library is faster than the kernels: below, calling it costs
 * more than it saves. `blas_bench.ts` measures where that is.
 */
export const BLAS_LEAST = { size: 32_768, rows: 4 } as const;

/** The parameters of the `gemm` kernel. */
export type Product = KernelModule["gemm"];

/**
 * The matrix product of the kernels with a library for large ones: the same results to rounding,
 * bias, accumulation and ReLU included.
 *
 * @param heap The heap that products are computed on.
 * @param options `sgemm`: the library's product; `least`: what it is worth calling for.
 * @returns What stands in for `kernels.gemm`.
 */
export function blasProduct(
  heap: Heap,
  { sgemm, least = BLAS_LEAST }: {
    readonly sgemm: Sgemm;
    readonly least?: { readonly size: number; readonly rows: number };
  },
): Product {
  const { gemm, activate } = heap.wasmKernels;
  return (a, ars, acs, b, brs, bcs, c, ldc, m, n, k, bias, flags, scratch) => {
    // A view as CBLAS knows it has numbers side by side in one direction, and does not overlap itself.
    const plainA = acs === 1 && ars >= k, plainB = bcs === 1 && brs >= n;
    const known = (plainA || ars === 1 && acs >= m) && (plainB || brs === 1 && bcs >= k);
    if (!known || m < least.rows || m * n * k < least.size) {
      gemm(a, ars, acs, b, brs, bcs, c, ldc, m, n, k, bias, flags, scratch);
      return;
    }
    let beta = flags & GEMM_ACCUMULATE; // 1 as a flag, and the factor 1
    // As in the kernel, there is no bias where the product is added to what is there.
    if (bias && !beta) {
      heap.repeatRow(bias, c, { rows: m, size: n, stride: ldc });
      beta = 1;
    }
    sgemm(
      ROWS,
      plainA ? PLAIN : TRANSPOSED,
      plainB ? PLAIN : TRANSPOSED,
      m,
      n,
      k,
      1,
      heap.from(a),
      plainA ? ars : acs,
      heap.from(b),
      plainB ? brs : bcs,
      beta,
      heap.from(c),
      ldc,
    );
    if (!(flags & GEMM_RELU)) return;
    if (ldc === n) activate(ACTIVATION_KINDS.relu, c, c, m * n);
    else {
      for (let i = 0; i < m; i++) {
        const row = c + i * ldc * 4;
        activate(ACTIVATION_KINDS.relu, row, row, n);
      }
    }
  };
}
