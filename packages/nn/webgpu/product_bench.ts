/**
 * GFLOPS of the matrix products of a training step on the WebGPU adapter, ours and tfjs's, as lines of
 * JSON.
 *
 *     deno run --allow-all packages/nn/webgpu/product_bench.ts [rows, default 4096]
 */
import * as tf from "@tensorflow/tfjs";
import { selectDevice } from "../device.ts";
import { Gpu, type WebGpuBackend } from "./gpu.ts";
import { multiply } from "./product.ts";

/** Rows, columns and depth of a product, and which operands are stored transposed. */
type Shape = readonly [m: number, n: number, k: number, layout: "NN" | "NT" | "TN"];

const shapes = (rows: number): Shape[] => [
  [rows, 256, 256, "NT"],
  [rows, 256, 256, "NN"],
  [256, 256, rows, "TN"],
  [rows, 1024, 256, "NT"],
  [rows, 256, 1024, "NT"],
  [rows, 256, 1024, "NN"],
  [1024, 256, rows, "TN"],
  [rows, 8000, 256, "NT"],
  [rows, 256, 8000, "NN"],
  [8000, 256, rows, "TN"],
];

/** Both ways to compute a product; each call records one. */
function products(gpu: Gpu, [m, n, k, layout]: Shape): Record<"heed" | "tfjs", () => void> {
  const aTransposed = layout[0] === "T", bTransposed = layout[1] === "T";
  const a = tf.randomUniform<tf.Rank.R2>(aTransposed ? [k, m] : [m, k]);
  const b = tf.randomUniform<tf.Rank.R2>(bTransposed ? [n, k] : [k, n]);
  return {
    heed: () => {
      const out = gpu.output([m, n]);
      multiply(gpu, {
        size: [m, n, k],
        a: { tensor: a, row: a.shape[1], transposed: aTransposed },
        b: { tensor: b, row: b.shape[1], transposed: bTransposed },
        out: { tensor: out, row: n },
      });
      gpu.discard(out);
    },
    tfjs: () => tf.matMul(a, b, aTransposed, bTransposed).dispose(),
  };
}

/** Seconds of a call, over as many as take half a second together. */
async function secondsOf(run: () => void, finish: () => Promise<void>): Promise<number> {
  for (let calls = 1;; calls *= 4) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) run();
    await finish();
    const seconds = (performance.now() - start) / 1000;
    if (seconds > 0.5) return seconds / calls;
  }
}

if (import.meta.main) {
  const { adapter } = await selectDevice({ prefer: "webgpu" });
  console.log(JSON.stringify({ adapter }));
  const backend = tf.backend() as unknown as WebGpuBackend & {
    queue: { onSubmittedWorkDone(): Promise<void> };
  };
  const gpu = new Gpu(backend);
  const finish = () => {
    backend.endComputePassEncoder();
    if (backend.commandEncoder) backend.submitQueue();
    return backend.queue.onSubmittedWorkDone();
  };
  for (const shape of shapes(Number(Deno.args[0] ?? 4096))) {
    const [m, n, k, layout] = shape;
    const { heed, tfjs } = products(gpu, shape);
    const gflops: Record<string, number> = {};
    for (const [name, run] of Object.entries({ heed, tfjs })) {
      run();
      await finish();
      gflops[name] = Math.round(2e-9 * m * n * k / await secondsOf(run, finish));
    }
    console.log(JSON.stringify({ product: `${m} x ${n} x ${k} ${layout}`, ...gflops }));
  }
}
