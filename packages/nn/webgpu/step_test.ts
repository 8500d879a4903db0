import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { adamStep, globalNorm, gradientNorm } from "../adam.ts";
import { crossEntropySum } from "../cross_entropy.ts";
import { selectDevice } from "../device.ts";
import { dropout } from "../dropout.ts";
import { embedding } from "../embedding.ts";
import { randomNormal, randomWord } from "../random.ts";
import { assertNear } from "../testing/comparison.ts";
import { gpuTest } from "../testing/webgpu.ts";
import { Gpu } from "./gpu.ts";

/** More weights than one dispatch takes, of sizes around that of a workgroup's share. */
const SIZES = [1, 3, 1023, 1024, 1025, 5000, 2, ...Array(60).fill(5)];

interface State {
  readonly weights: tf.Variable[];
  readonly moments: { readonly first: tf.Variable[]; readonly second: tf.Variable[] };
}

function initialState(): State {
  const variable = (values: Float32Array) => tf.tidy(() => tf.variable(tf.tensor1d(values)));
  const zeros = () => SIZES.map((size) => variable(new Float32Array(size)));
  return {
    weights: SIZES.map((size, i) => variable(randomNormal(size, { seed: i }))),
    moments: { first: zeros(), second: zeros() },
  };
}

const gradientsOf = (step: number) =>
  SIZES.map((size, i) => tf.tensor1d(randomNormal(size, { seed: 1000 * step + i, std: step })));

/** All numbers after some steps. */
async function steps(count: number, maxNorm?: number): Promise<Float32Array[]> {
  const { weights, moments } = initialState();
  for (let step = 1; step <= count; step++) {
    const gradients = gradientsOf(step);
    const norm = gradientNorm(gradients);
    adamStep(weights, gradients, {
      moments,
      step,
      learningRate: 0.01,
      weightDecay: 0.1,
      gradientScale: 0.5,
      clip: maxNorm === undefined ? undefined : { norm, maxNorm },
    });
    tf.dispose([norm, gradients]);
  }
  const all = [...weights, ...moments.first, ...moments.second];
  const numbers = await Promise.all(all.map((v) => v.data() as Promise<Float32Array>));
  tf.dispose(all);
  return numbers;
}

for (const device of ["wasm", "webgpu"] as const) {
  const test = device === "webgpu"
    ? gpuTest
    : (name: string, run: () => Promise<void>) => Deno.test(name, run);

  test(`adamStep() of many weights equals the composed one on ${device}`, async () => {
    for (const maxNorm of [undefined, 0, 1]) {
      await selectDevice({ prefer: "cpu" });
      const expected = await steps(3, maxNorm);
      await selectDevice({ prefer: device });
      (await steps(3, maxNorm)).forEach((numbers, i) =>
        assertNear(numbers, expected[i], { tolerance: 1e-5, label: `clip ${maxNorm}, ${i}` })
      );
    }
  });

  test(`clipping on ${device} does what clipping by a number does`, async () => {
    await selectDevice({ prefer: device });
    const { weights, moments } = initialState();
    const gradients = gradientsOf(1);
    const norm = await globalNorm(gradients);
    adamStep(weights, gradients, { moments, step: 1, learningRate: 0.1, gradientScale: 2 / norm });
    const other = initialState();
    adamStep(other.weights, gradients, {
      moments: other.moments,
      step: 1,
      learningRate: 0.1,
      clip: { norm: gradientNorm(gradients), maxNorm: 2 },
    });
    const [byNumber, onDevice] = [moments.first[5], other.moments.first[5]];
    assertNear(await onDevice.data(), await byNumber.data(), { tolerance: 1e-6, label: "first" });
  });
}

for (const device of ["cpu", "wasm", "webgpu"] as const) {
  const test = device === "webgpu"
    ? gpuTest
    : (name: string, run: () => Promise<void>) => Deno.test(name, run);

  test(`adamStep() on ${device} leaves everything when the norm is not finite`, async () => {
    await selectDevice({ prefer: device });
    const { weights, moments } = initialState();
    const before = await weights[4].data();
    for (const bad of [NaN, Infinity]) {
      const gradients = gradientsOf(1);
      gradients[2] = tf.fill([SIZES[2]], bad);
      const norm = gradientNorm(gradients);
      assert(!Number.isFinite((await norm.data())[0]));
      const clip = { norm, maxNorm: 1 };
      adamStep(weights, gradients, { moments, step: 1, learningRate: 0.1, clip });
    }
    assertEquals(await weights[4].data(), before);
    for (const moment of [moments.first[2], moments.second[4]]) {
      assert((await moment.data()).every((value) => value === 0));
    }
  });
}

gpuTest("adamStep() where a program binds no more than WebGPU promises", async () => {
  const many = await steps(2, 1);
  const limit = Object.getOwnPropertyDescriptor(Gpu.prototype, "maxBuffers")!;
  Object.defineProperty(Gpu.prototype, "maxBuffers", { configurable: true, get: () => 8 });
  try {
    assertEquals(await steps(2, 1), many);
  } finally {
    Object.defineProperty(Gpu.prototype, "maxBuffers", limit);
  }
});

gpuTest(
  "globalNorm() over more gradients than a program binds; NaN when one has a NaN",
  async () => {
    const gradients = SIZES.map((size) => tf.fill([size], 2));
    const elements = SIZES.reduce((a, b) => a + b, 0);
    assertAlmostEquals(await globalNorm(gradients), Math.sqrt(4 * elements), 1e-3);
    assert(Number.isNaN(await globalNorm([...gradients, tf.tensor1d([1, NaN])])));
  },
);

gpuTest("a step is seen by who read the weight before, and not by a clone", async () => {
  const weight = tf.variable(tf.ones([5]));
  const moments = { first: [tf.variable(tf.zeros([5]))], second: [tf.variable(tf.zeros([5]))] };
  assertEquals([...await weight.data()], [1, 1, 1, 1, 1]); // tfjs keeps what was read
  const clone = tf.clone(weight);
  adamStep([weight], [tf.ones([5])], { moments, step: 1, learningRate: 0.5 });
  assertAlmostEquals((await weight.data())[4], 0.5, 1e-6);
  assertEquals([...await clone.data()], [1, 1, 1, 1, 1]);
});

gpuTest("dropout keeps exactly the elements of randomWord(), forward and backward", async () => {
  const seed = 4_000_000_007, rate = 0.3, size = 5003;
  const keep = Array.from(
    { length: size },
    (_, i) => randomWord(seed, i) >= Math.floor(rate * 2 ** 32) ? Math.fround(1 / 0.7) : 0,
  );
  assertEquals([...await dropout(tf.ones([size]), { rate, seed }).data()], keep);
  const gradient = tf.grad((x: tf.Tensor) => dropout(x, { rate, seed }))(tf.ones([size]));
  assertEquals([...await gradient.data()], keep);
});

gpuTest("a label or an id that does not exist gives NaN, not a number", async () => {
  for (const bad of [4, -1]) {
    const labels = tf.tensor1d([1, bad], "int32"), table = { weight: tf.ones([4, 2]) };
    assert(Number.isNaN((await crossEntropySum(tf.zeros([2, 4]), labels).data())[0]));
    assertEquals([...await embedding(table, labels).data()], [1, 1, NaN, NaN]);
  }
});
