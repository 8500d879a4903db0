/**
 * Matrix products of translation models, beside the most that the machine can do.
 *
 *     deno bench packages/engine/kernels/products_bench.ts                        times of each
 *     deno run packages/engine/kernels/products_bench.ts [mode [rows [shape]]]    figures, as lines of
 *         JSON, e.g. `relaxed-i7 1,16 256x256`; the mode is the best of this runtime when it is left out
 *
 * A product whose weights were just used finds them in the second-level cache. "cold" takes another copy
 * of them each time, as a model with more layers than the cache holds does.
 */
import * as layout from "./layout.ts";
import { compileKernels, createMemory, instantiateKernels, type Kernels } from "./kernel_module.ts";
import { probeSimdMode, type SimdMode } from "./simd_mode.ts";

type DType = "int8" | "fp32";

/** What only measurements call. */
interface Peaks {
  peakInt8(p: number, steps: number): void;
  peakFloat(p: number, steps: number): void;
}

/** Outputs and inputs of a layer. */
type Shape = readonly [n: number, k: number];

const SHAPES: readonly Shape[] = [
  [256, 256],
  [1024, 256],
  [256, 1024],
  [384, 384],
  [1536, 384],
  [512, 512],
  [2048, 512],
  [512, 2048],
  [8000, 256],
  [32000, 256],
];
const ROWS = [1, 4, 16, 64];
const DTYPES: readonly DType[] = ["int8", "fp32"];

/** Bytes of weights that no second-level cache holds. */
const COLD_BYTES = 24e6;
/** Room for the copies of the largest layer and its float32 source. */
const MEMORY_BYTES = 160e6;

/** Kernels on a memory whose blocks are all taken back at once. */
class Workbench {
  readonly kernels: Kernels & Peaks;
  readonly #memory: WebAssembly.Memory;
  #next = 64;

  private constructor(kernels: Kernels & Peaks, memory: WebAssembly.Memory) {
    this.kernels = kernels;
    this.#memory = memory;
  }

  static async create(mode: SimdMode): Promise<Workbench> {
    const memory = createMemory({ shared: false, bytes: MEMORY_BYTES });
    const module = await compileKernels(mode, { shared: false });
    return new Workbench(instantiateKernels(module, memory, mode) as Kernels & Peaks, memory);
  }

  clear(): void {
    this.#next = 64;
  }

  allocate(bytes: number): number {
    const address = this.#next;
    this.#next += Math.ceil(bytes / 64) * 64;
    return address;
  }

  /** Numbers between -1 and 1. */
  numbers(count: number): number {
    const address = this.allocate(count * 4);
    const view = new Float32Array(this.#memory.buffer, address, count);
    for (let i = 0; i < count; i++) view[i] = (i * 7919 % 1000) / 500 - 1;
    return address;
  }

  /** A layer packed from the float32 weights at `source`. */
  layer(dtype: DType, [n, k]: Shape, source: number): number {
    const desc = this.allocate(layout.LINEAR_BYTES), bias = this.numbers(n);
    const weights = this.allocate(n * k * (dtype === "int8" ? 1 : 4));
    const scales = this.allocate(n * 4), corrections = this.allocate(n * 4);
    if (dtype === "int8") this.kernels.packInt8(source, n, k, weights, scales, corrections);
    else this.kernels.packFloat(source, n, k, weights);
    const view = new DataView(this.#memory.buffer, desc, layout.LINEAR_BYTES);
    view.setInt32(layout.LINEAR_DTYPE, dtype === "int8" ? 1 : 0, true);
    view.setInt32(layout.LINEAR_K, k, true);
    view.setInt32(layout.LINEAR_N, n, true);
    view.setUint32(layout.LINEAR_WEIGHTS, weights, true);
    view.setUint32(layout.LINEAR_BIAS, bias, true);
    view.setUint32(layout.LINEAR_SCALES, scales, true);
    view.setUint32(layout.LINEAR_CORRECTIONS, corrections, true);
    view.setFloat32(layout.LINEAR_INPUT, 0, true);
    view.setUint32(layout.LINEAR_CHANNELS, 0, true);
    return desc;
  }

  /** The product as a function, taking the copies of the weights in turn. */
  product(dtype: DType, shape: Shape, rows: number, { cold }: { cold: boolean }): () => void {
    this.clear();
    const [n, k] = shape, source = this.numbers(n * k), x = this.numbers(rows * k);
    const out = this.allocate(rows * n * 4);
    const scratch = this.allocate(this.kernels.linearScratchBytes(rows, k));
    const copies = cold ? Math.ceil(COLD_BYTES / weightBytes(dtype, shape)) : 1;
    const layers = Array.from({ length: copies }, () => this.layer(dtype, shape, source));
    let next = 0;
    return () => {
      this.kernels.linear(x, rows, k * 4, layers[next], out, n * 4, 0, scratch);
      if (++next === copies) next = 0;
    };
  }

  /** Billions of operations a second of nothing but multiply-adds. */
  peak(dtype: DType): number {
    this.clear();
    const steps = 20_000, address = this.numbers(48);
    const run = dtype === "int8"
      ? () => this.kernels.peakInt8(address, steps)
      : () => this.kernels.peakFloat(address, steps);
    return steps * 12 * (dtype === "int8" ? 32 : 8) / leastSeconds(run) / 1e9;
  }
}

const weightBytes = (dtype: DType, [n, k]: Shape) => n * k * (dtype === "int8" ? 1 : 4);

/** Seconds of a call in the best of many short rounds: what others do to the machine only adds. */
function leastSeconds(run: () => void): number {
  const round = (calls: number) => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) run();
    return (performance.now() - start) / 1000;
  };
  let calls = 1;
  round(2);
  while (round(calls) < 1e-3) calls *= 2;
  let best = Infinity;
  for (let i = 0; i < 40; i++) best = Math.min(best, round(calls) / calls);
  return best;
}

const name = (dtype: DType, [n, k]: Shape, rows: number) => `${dtype} ${n}x${k}, ${rows} rows`;

if (!import.meta.main) {
  const bench = await Workbench.create(probeSimdMode());
  let current: string | undefined, run: () => void;
  for (const dtype of DTYPES) {
    for (const shape of SHAPES) {
      for (const rows of ROWS) {
        const title = name(dtype, shape, rows);
        Deno.bench({
          name: title,
          group: `${dtype} ${shape.join("x")}`,
          fn: () => {
            if (current !== title) run = bench.product(dtype, shape, rows, { cold: false });
            current = title;
            run();
          },
        });
      }
    }
  }
} else {
  const [mode = probeSimdMode(), rowList, shapeList] = Deno.args;
  const rowCounts = rowList ? rowList.split(",").map(Number) : ROWS;
  const shapes = shapeList
    ? shapeList.split(",").map((text) => text.split("x").map(Number) as unknown as Shape)
    : SHAPES;
  const bench = await Workbench.create(mode as SimdMode);
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  for (const dtype of DTYPES) {
    const peak = bench.peak(dtype);
    console.log(
      JSON.stringify({ product: `${dtype} multiply-adds alone, ${mode}`, gops: round(peak, 1) }),
    );
    for (const shape of shapes) {
      for (const rows of rowCounts) {
        for (const cold of rows === 1 ? [false, true] : [false]) {
          const seconds = leastSeconds(bench.product(dtype, shape, rows, { cold }));
          const gops = 2 * rows * shape[0] * shape[1] / seconds / 1e9;
          console.log(JSON.stringify({
            product: name(dtype, shape, rows) + (cold ? ", cold" : ""),
            gops: round(gops, 1),
            share: round(gops / peak, 3),
            gigabytes: round(weightBytes(dtype, shape) / seconds / 1e9, 1), // of weights, a second
          }));
        }
      }
    }
  }
}
