import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { selectDevice } from "../device.ts";
import { crossEntropySum } from "../cross_entropy.ts";
import { embedding } from "../embedding.ts";
import { randomNormal, randomWord } from "../random.ts";
import { dropout } from "../dropout.ts";
import type { WasmBackend } from "./heap.ts";
import { installKernels } from "./install.ts";
import { probeSimd } from "./kernel_module.ts";

function wasm(): WasmBackend["wasm"] {
  return (tf.backend() as unknown as WasmBackend).wasm;
}

/** Runs `f` with the relaxed and the plain kernels, for all products. */
async function forBothVariants(f: (simd: "relaxed" | "plain") => Promise<void>): Promise<void> {
  for (const simd of ["relaxed", "plain"] as const) {
    const device = await selectDevice({ prefer: "wasm", simd, blas: "off" });
    assertEquals(device.simd, simd);
    await f(simd);
  }
}

Deno.test("probeSimd() finds relaxed SIMD in this runtime", () => {
  assertEquals(probeSimd(), "relaxed");
});

Deno.test("exp is within 1e-6 of the truth over its whole range", async () => {
  await forBothVariants(async () => {
    const points = Float32Array.from(
      { length: 200_001 },
      (_, i) => -87.33 + i * (176.04 / 200_000),
    );
    const values = await tf.exp(tf.tensor1d(points)).data();
    let worst = 0;
    points.forEach((x, i) => {
      worst = Math.max(worst, Math.abs(values[i] / Math.exp(x) - 1));
    });
    assert(worst < 3e-7, `relative error ${worst}`);
  });
});

Deno.test("exp of extreme numbers", async () => {
  await forBothVariants(async () => {
    const x = [-Infinity, -1e9, -104, -87.4, 0, 88.8, 1e9, Infinity, NaN];
    const values = [...await tf.exp(tf.tensor1d(x)).data()];
    assertEquals(values, [0, 0, 0, 0, 1, Infinity, Infinity, Infinity, NaN]);
  });
});

Deno.test("dropout draws the words of randomWord()", async () => {
  await forBothVariants(async () => {
    for (const seed of [0, 7, 2 ** 31, 2 ** 32 - 1]) {
      const kept = await dropout(tf.ones([37]), { rate: 0.5, seed }).data();
      const expected = Array.from(kept, (_, i) => randomWord(seed, i) >= 2 ** 31 ? 2 : 0);
      assertEquals([...kept], expected);
    }
  });
});

Deno.test("products are the same bits every time, and whatever else is in the heap", async () => {
  await forBothVariants(async () => {
    const a = tf.tensor2d(randomNormal(50 * 70, { seed: 1 }), [50, 70]);
    const b = tf.tensor2d(randomNormal(70 * 30, { seed: 2 }), [70, 30]);
    const first = await tf.matMul(a, b).data();
    const other = tf.fill([100_000], NaN);
    other.dispose();
    assertEquals(await tf.matMul(a, b).data(), first);
  });
});

Deno.test("relaxed and plain SIMD agree but for rounding", async () => {
  const results: Float32Array[] = [];
  await forBothVariants(async () => {
    const a = tf.tensor2d(randomNormal(50 * 70, { seed: 1 }), [50, 70]);
    results.push(await tf.matMul(a, a, false, true).data() as Float32Array);
  });
  assertNotEquals(results[0], results[1]); // a fused multiply-add rounds once
  results[0].forEach((value, i) => assertAlmostEquals(value, results[1][i], 1e-3));
});

Deno.test("kernels go on after the heap has grown and moved", async () => {
  await selectDevice({ prefer: "wasm" });
  const x = tf.tensor2d(randomNormal(64 * 64, { seed: 1 }), [64, 64]);
  const before = await tf.softmax(tf.matMul(x, x)).data();
  const size = wasm().HEAPU8.byteLength;
  const large = tf.zeros([size / 4]);
  assert(wasm().HEAPU8.byteLength > size);
  assertEquals(await tf.softmax(tf.matMul(x, x)).data(), before);
  large.dispose();
});

Deno.test("an allocation that does not fit names the sizes", async () => {
  await selectDevice({ prefer: "wasm" });
  const backend = tf.backend() as unknown as WasmBackend;
  // Never written, so they cost no real memory.
  const pieces = [1, 2, 3, 4].map(() => backend.makeOutput([180_000_000], "float32"));
  for (let i = 0; i < 3; i++) {
    assertThrows(
      () => backend.makeOutput([180_000_000], "float32"),
      RangeError,
      "Out of memory: cannot allocate 687 MB for a tensor; the WASM heap holds",
    );
  }
  for (const { dataId } of pieces) backend.disposeData(dataId);
  backend.disposeData(backend.makeOutput([180_000_000], "float32").dataId);
  assertThrows(() => backend.makeOutput([2 ** 31], "float32"), RangeError, "allocate 8192 MB");
  const small = tf.ones([3]);
  assertEquals([...await small.data()], [1, 1, 1]);
});

Deno.test("an id or label outside the vocabulary is an error, and leaks nothing", async () => {
  await selectDevice({ prefer: "wasm" });
  const weight = tf.ones([5, 3]), ids = tf.tensor1d([0, 5], "int32");
  const before = tf.memory().numDataBuffers;
  assertThrows(
    () => embedding({ weight }, ids),
    RangeError,
    "Cannot look up embedding: the id at position 1 is outside the vocabulary of 5",
  );
  assertThrows(
    () => crossEntropySum(tf.ones([2, 5]), ids),
    RangeError,
    "Cannot compute cross-entropy: the label of row 1 is outside the vocabulary of 5",
  );
  assertEquals(tf.memory().numDataBuffers, before + 1); // the ones
});

Deno.test("installKernels() twice keeps the kernels", async () => {
  await selectDevice({ prefer: "wasm" });
  const heap = await installKernels();
  assert(await installKernels() === heap);
});
