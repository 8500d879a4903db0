/**
 * Matrix products of a training step (hidden 256, feed-forward 1024, vocabulary 8000, 1024 rows).
 *
 *     deno bench --allow-read --allow-env packages/nn/kernels/gemm_bench.ts   times of each
 *     deno run --allow-read --allow-env packages/nn/kernels/gemm_bench.ts     GFLOPS beside the peak,
 *                                                                           as lines of JSON
 */
import * as tf from "@tensorflow/tfjs";
import { selectDevice } from "../device.ts";
import { randomNormal } from "../random.ts";
import type { Heap } from "./heap.ts";
import { installKernels } from "./install.ts";

/** Rows, columns and depth of a product, and which operands are stored transposed. */
type Shape = readonly [m: number, n: number, k: number, layout: "NN" | "NT" | "TN" | "TT"];

const SHAPES: readonly Shape[] = [
  [1024, 256, 256, "NT"],
  [1024, 256, 256, "NN"],
  [256, 256, 1024, "TN"],
  [1024, 1024, 256, "NT"],
  [1024, 256, 1024, "NT"],
  [1024, 256, 1024, "NN"],
  [256, 1024, 1024, "TN"],
  [1024, 8000, 256, "NT"],
  [1024, 256, 8000, "NN"],
  [8000, 256, 1024, "TN"],
  [512, 512, 512, "TT"],
  [1, 256, 256, "NT"],
  [4, 256, 256, "NT"],
  [4, 8000, 256, "NT"],
  [32, 32, 64, "NT"],
];

await selectDevice({ prefer: "wasm", blas: "off" }); // the kernels are what is measured
const heap = await installKernels();

/** The product as a function, with operands of its own. */
function product([m, n, k, layout]: Shape): () => void {
  const transposeA = layout[0] === "T", transposeB = layout[1] === "T";
  const a = tf.tensor2d(randomNormal(m * k, { seed: 1 }), transposeA ? [k, m] : [m, k]);
  const b = tf.tensor2d(randomNormal(k * n, { seed: 2 }), transposeB ? [n, k] : [k, n]);
  return () => tf.matMul(a, b, transposeA, transposeB).dispose();
}

const name = ([m, n, k, layout]: Shape) => `${m} x ${n} x ${k} ${layout}`;

for (const shape of SHAPES) {
  let run: (() => void) | undefined;
  Deno.bench(`matMul ${name(shape)}`, () => (run ??= product(shape))());
}

/** Median seconds of a call, over calls of a tenth of a second together. */
function medianSeconds(run: () => void): number {
  run();
  const times: number[] = [];
  for (let round = 0; round < 9; round++) {
    let calls = 0;
    const start = performance.now();
    do {
      run();
      calls++;
    } while (performance.now() - start < 12);
    times.push((performance.now() - start) / calls / 1000);
  }
  return times.sort((x, y) => x - y)[4];
}

/** GFLOPS of a loop of multiply-adds without a single load: the most that there is. */
function peakGflops({ kernels }: Heap): number {
  const steps = 200_000;
  let gflops = 0;
  heap.withMemory(192, (address) => {
    for (let i = 0; i < 48; i++) heap.writeFloat(address + 4 * i, 1e-3);
    gflops = steps * 12 * 8 / medianSeconds(() => kernels.peak(address, steps)) / 1e9;
  });
  return gflops;
}

if (import.meta.main) {
  const peak = peakGflops(heap);
  const print = (product: string, gflops: number) =>
    console.log(JSON.stringify({ product, gflops, share: gflops / peak }));
  print(`multiply-adds alone, ${heap.variant} SIMD`, peak);
  for (const shape of SHAPES) {
    const [m, n, k] = shape;
    print(name(shape), 2 * m * n * k / medianSeconds(product(shape)) / 1e9);
  }
}
