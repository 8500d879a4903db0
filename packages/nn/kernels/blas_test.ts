import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { selectDevice } from "../device.ts";
import { randomNormal } from "../random.ts";
import { assertNear } from "../testing/comparison.ts";
import { agreesWithKernels } from "./blas_check.ts";
import { blasNames, openBlas, type Sgemm } from "./blas_library.ts";
import { blasProduct } from "./blas_product.ts";
import type { Heap, WasmBackend } from "./heap.ts";
import { installKernels } from "./install.ts";
import { GEMM_ACCUMULATE, GEMM_RELU } from "./matmul.ts";

/** Products of a library and of the kernels, relative to the largest number: sums in another order. */
const TOLERANCE = 2e-6;

/** A library that is installed here; Debian's package is libopenblas0-pthread. */
const library = blasNames().find((name) => openBlas(name).library);
if (library === undefined) console.log("No BLAS is installed: the tests with one are ignored");
const ignore = library === undefined;

async function wasmHeap(): Promise<Heap> {
  await selectDevice({ prefer: "wasm", blas: "off" });
  return await installKernels();
}

/** What a right library does, and how it may be wrong. */
function sgemm({ slip }: { slip?: "ignores beta" | "keeps NaN" | "swaps" | "adds" } = {}): Sgemm {
  return (...[order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc]) => {
    assertEquals([order, alpha], [101, 1]);
    const [x, y, z] = [a, b, c].map(({ buffer, byteOffset }) =>
      new Float32Array(buffer, byteOffset)
    );
    const transposed = (code: number) => {
      assert(code === 111 || code === 112);
      return (code === 112) !== (slip === "swaps" && k > 100);
    };
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = slip === "adds" ? 1e-2 : 0;
        for (let p = 0; p < k; p++) {
          sum += x[transposed(ta) ? p * lda + i : i * lda + p] *
            y[transposed(tb) ? j * ldb + p : p * ldb + j];
        }
        const before = z[i * ldc + j];
        if (slip === "keeps NaN") sum += beta * before;
        else if (beta !== 0 && slip !== "ignores beta") sum += beta * before;
        z[i * ldc + j] = sum;
      }
    }
  };
}

Deno.test("agreesWithKernels() takes what computes the same, and nothing else", async () => {
  const heap = await wasmHeap();
  assert(agreesWithKernels(heap, sgemm()));
  for (const slip of ["ignores beta", "keeps NaN", "swaps", "adds"] as const) {
    // Beta times NaN is NaN: what a library must not do when beta is 0.
    assertEquals(agreesWithKernels(heap, sgemm({ slip })), false, slip);
  }
  assertEquals(agreesWithKernels(heap, () => {}), false);
});

/** Compares all ways to ask for a product with the kernels, in sizes with and without remainders. */
async function compareAll(sgemm: Sgemm): Promise<number> {
  const heap = await wasmHeap();
  let calls = 0;
  const theirs = blasProduct(heap, {
    sgemm: (...args) => {
      calls++;
      sgemm(...args);
    },
    least: { size: 0, rows: 0 },
  });
  const sizes = [[1, 1, 1], [1, 9, 5], [7, 1, 4], [6, 5, 1], [33, 17, 65], [64, 48, 32]] as const;
  const room = 70 * 70;
  heap.withMemory(16 * room, (a) => {
    const b = a + 4 * room, c = b + 4 * room, bias = c + 4 * room - 4 * 70;
    for (const [m, n, k] of sizes) {
      for (let bits = 0; bits < 64; bits++) {
        const [transposeA, transposeB, row, wide] = [1, 2, 4, 8].map((bit) => (bits & bit) > 0);
        const flags = (bits & 16 ? GEMM_ACCUMULATE : 0) | (bits & 32 ? GEMM_RELU : 0);
        const ldc = wide ? n + 3 : n, lead = wide ? 2 : 0;
        const [ars, acs] = transposeA ? [1, m + lead] : [k + lead, 1];
        const [brs, bcs] = transposeB ? [1, k + lead] : [n + lead, 1];
        heap.copyIn(a, randomNormal(2 * room, { seed: 1 }));
        heap.copyIn(bias, randomNormal(70, { seed: 2 }));
        const [expected, actual] = [heap.wasmKernels.gemm, theirs].map((product) => {
          heap.copyIn(c, randomNormal(m * ldc, { seed: 3 }));
          product(
            ...[a, ars, acs, b, brs, bcs, c, ldc, m, n, k, row ? bias : 0, flags] as const,
            heap.gemmScratch,
          );
          const values = new Float32Array(m * ldc); // with what lies between the rows
          heap.copyOut(c, values);
          return values;
        });
        const label = JSON.stringify({ m, n, k, transposeA, transposeB, row, wide, flags });
        assertNear(actual, expected, { tolerance: TOLERANCE, label });
      }
    }
  });
  return calls;
}

Deno.test("blasProduct() asks for what the kernel computes, in every case", async () => {
  // 1 x 1 and the like have strides that CBLAS may not be given; those stay with the kernel.
  const calls = await compareAll(sgemm());
  assert(calls > 300, `${calls} calls`);
});

Deno.test({
  name: "a BLAS computes what the kernels do, in every case",
  ignore,
  async fn() {
    assert(await compareAll(openBlas(library!).library!.sgemm) > 300);
  },
});

Deno.test("blasProduct() leaves small products, and layouts that CBLAS has not, to the kernel", async () => {
  const heap = await wasmHeap();
  let calls = 0;
  const product = blasProduct(heap, { sgemm: () => calls++ });
  heap.withMemory(4 * 3 * 128 * 128, (a) => {
    const b = a + 4 * 128 * 128, c = b + 4 * 128 * 128;
    heap.copyIn(a, new Float32Array(2 * 128 * 128));
    const run = (m: number, strides: readonly [number, number]) =>
      product(...[a, ...strides] as const, b, 64, 1, c, 64, m, 64, 64, 0, 0, heap.gemmScratch);
    run(3, [64, 1]); // few rows
    run(7, [64, 1]); // 28,672 multiply-adds
    run(32, [128, 2]); // every second number
    assertEquals(calls, 0);
    run(32, [64, 1]);
    assertEquals(calls, 1);
  });
});

/** A product that is large enough for a library. */
async function largeProduct(): Promise<Float32Array> {
  const a = tf.tensor2d(randomNormal(64 * 96, { seed: 1 }), [64, 96]);
  const b = tf.tensor2d(randomNormal(96 * 80, { seed: 2 }), [96, 80]);
  const product = tf.matMul(a, b);
  const values = await product.data() as Float32Array;
  tf.dispose([a, b, product]);
  return values;
}

Deno.test({
  name: "selectDevice() sends large products to a BLAS, and takes them back",
  ignore,
  async fn() {
    const own = await selectDevice({ prefer: "wasm", blas: "off" });
    assertEquals([own.blas, own.blasReason], [undefined, "it is turned off"]);
    const expected = await largeProduct();
    const device = await selectDevice({ prefer: "wasm", blas: library });
    assertEquals(device.blas, { library: library!, threads: navigator.hardwareConcurrency });
    assertEquals(device.blasReason, "asked for by name");
    const actual = await largeProduct();
    assertNear(actual, expected, { tolerance: TOLERANCE, label: "product" });
    // Not told by the numbers: a library may add in the kernels' order.
    const { kernels, wasmKernels } = await installKernels();
    assertNotEquals(kernels.gemm, wasmKernels.gemm);
    await selectDevice({ prefer: "wasm", blas: "off" });
    assertEquals(kernels.gemm, wasmKernels.gemm);
    assertEquals(await largeProduct(), expected);
  },
});

Deno.test({
  name: "a BLAS gets no more threads than it may have",
  ignore,
  async fn() {
    const threads = async (blasThreads: number) =>
      (await selectDevice({ prefer: "wasm", blas: library, blasThreads })).blas?.threads;
    assertEquals(await threads(1), 1);
    assertEquals(await threads(1000), navigator.hardwareConcurrency);
    for (const wrong of [0, 1.5]) {
      await assertRejects(() => threads(wrong), RangeError, `Cannot give a BLAS ${wrong} threads`);
    }
  },
});

Deno.test({
  name: "a BLAS finds the heap after it has grown and moved",
  ignore,
  async fn() {
    await selectDevice({ prefer: "wasm", blas: library });
    const { wasm } = tf.backend() as unknown as WasmBackend;
    const before = await largeProduct();
    for (let i = 0; i < 3; i++) {
      const size = wasm.HEAPU8.byteLength;
      const large = tf.zeros([size / 4]);
      assert(wasm.HEAPU8.byteLength > size);
      assertEquals(await largeProduct(), before);
      large.dispose();
    }
    await selectDevice({ prefer: "wasm", blas: "off" });
  },
});

Deno.test("a library that is none, or not there, is passed over with a reason", async () => {
  await selectDevice({ prefer: "wasm", blas: "off" });
  const expected = await largeProduct();
  const cases: [blas: string, reason: RegExp][] = [[
    "/no/such/lib.so",
    /^\/no\/such\/lib.so cannot be opened \(.+\)$/,
  ]];
  if (Deno.build.os === "linux") cases.push(["libc.so.6", /^libc.so.6 has no cblas_sgemm$/]);
  for (const [blas, reason] of cases) {
    const device = await selectDevice({ prefer: "wasm", blas });
    assertEquals(device.blas, undefined);
    assertMatch(device.blasReason!, reason);
    assertEquals(await largeProduct(), expected);
  }
});

/** What a process with these permissions chooses. */
async function choose(permissions: string[], env: Record<string, string> = {}): Promise<unknown> {
  const script = new URL("../testing/blas_choice.ts", import.meta.url).href;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", "--allow-env=HEED_BLAS", ...permissions, script],
    env: { HEED_BLAS: "auto", ...env },
    stdin: "null",
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("without permission no library is loaded, and nobody is asked", async () => {
  const refused = { blasReason: "--allow-ffi is not given" };
  assertEquals(await choose([]), refused);
  assertEquals(await choose([], { HEED_BLAS: library ?? "libopenblas.so.0" }), refused);
  assertEquals(await choose(["--allow-ffi=/no/such/library.so"]), refused);
  assertEquals(await choose(["--allow-ffi"], { HEED_BLAS: "off" }), {
    blasReason: "it is turned off",
  });
});

Deno.test({
  name: "HEED_BLAS names a library",
  ignore,
  async fn() {
    assertEquals(await choose(["--allow-ffi"], { HEED_BLAS: library! }), {
      blas: { library, threads: navigator.hardwareConcurrency },
      blasReason: "asked for by name",
    });
  },
});
