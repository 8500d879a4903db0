/**
 * Matrix products by the kernels and by a BLAS, from small to large: where the lines cross is what
 * `BLAS_LEAST` should be.
 *
 *     deno bench --allow-read --allow-env --allow-ffi packages/nn/kernels/blas_bench.ts
 *     deno run --allow-read --allow-env --allow-ffi packages/nn/kernels/blas_bench.ts [--threads 1]
 *
 * The second prints, as lines of JSON, microseconds of both in turn and how many times as fast the library
 * is. `HEED_BLAS` names another library.
 */
import { parseArgs } from "@std/cli";
import { selectDevice } from "../device.ts";
import { randomNormal } from "../random.ts";
import { openBlas } from "./blas_library.ts";
import { blasProduct, type Product } from "./blas_product.ts";
import { installKernels } from "./install.ts";

type Shape = readonly [m: number, n: number, k: number];

/** Squares; few rows by a weight of 256 x 256, as in decoding; shallow ones. */
const SHAPES: readonly Shape[] = [
  ...[8, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 256].map((size) => [size, size, size] as const),
  ...[1, 2, 3, 4, 6, 8, 11, 16, 32, 64].map((rows) => [rows, 256, 256] as const),
  ...[2, 4, 8, 16].map((rows) => [rows, 8000, 256] as const),
  ...[4, 8, 16, 32].map((depth) => [256, 256, depth] as const),
];

const { threads } = parseArgs(Deno.args, { default: { threads: 1 } });
const wanted = Deno.env.get("HEED_BLAS") || "libopenblas.so.0";
const { blas, blasReason } = await selectDevice({
  prefer: "wasm",
  blas: wanted,
  blasThreads: threads,
});
const heap = await installKernels();
const opened = openBlas(wanted);
const products: Record<string, Product> = { kernels: heap.wasmKernels.gemm };
if (opened.library) {
  const least = { size: 0, rows: 0 };
  products.blas = blasProduct(heap, { sgemm: opened.library.sgemm, least });
}

/** A product with operands of its own, which stay. */
function runner(product: Product, [m, n, k]: Shape): () => void {
  const [a, b, c] = [m * k, k * n, m * n].map((size) => heap.offset(heap.output([size])));
  heap.copyIn(a, randomNormal(m * k, { seed: 1 }));
  heap.copyIn(b, randomNormal(k * n, { seed: 2 }));
  return () => product(a, k, 1, b, 1, k, c, n, m, n, k, 0, 0, heap.gemmScratch);
}

/** Microseconds of a call: the fastest of nine rounds, each of about 5 ms. */
function microseconds(runs: readonly (() => void)[]): number[] {
  const fastest = runs.map(() => Infinity);
  for (let round = 0; round < 9; round++) {
    runs.forEach((run, i) => {
      let calls = 0;
      const start = performance.now();
      do {
        for (let j = 0; j < 10; j++) run();
        calls += 10;
      } while (performance.now() - start < 5);
      fastest[i] = Math.min(fastest[i], (performance.now() - start) / calls * 1000);
    });
  }
  return fastest;
}

if (import.meta.main) {
  if (!blas) throw new Error(`Cannot compare with a BLAS: ${blasReason}`);
  for (const shape of SHAPES) {
    const [kernels, library] = microseconds(
      Object.values(products).map((product) => runner(product, shape)),
    );
    const [m, n, k] = shape;
    console.log(JSON.stringify({
      product: shape.join(" x "),
      size: m * n * k,
      kernels: Number(kernels.toFixed(2)),
      blas: Number(library.toFixed(2)),
      timesAsFast: Number((kernels / library).toFixed(2)),
    }));
  }
} else {
  for (const shape of SHAPES) {
    for (const [name, product] of Object.entries(products)) {
      let run: (() => void) | undefined;
      Deno.bench(`${shape.join(" x ")} by ${name}`, { group: shape.join(" x ") }, () => {
        (run ??= runner(product, shape))();
      });
    }
  }
}
