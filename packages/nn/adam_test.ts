import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { adamStep, globalNorm } from "./adam.ts";
import { selectDevice } from "./device.ts";
import { randomNormal } from "./random.ts";
import { assertNear } from "./testing/comparison.ts";

/** Weights and moments after three steps. */
async function threeSteps(size: number): Promise<Float32Array[]> {
  const weight = tf.tidy(() => tf.variable(tf.tensor1d(randomNormal(size, { seed: 1 }))));
  const moment = () => tf.tidy(() => tf.variable(tf.zeros([size])));
  const moments = { first: [moment()], second: [moment()] };
  for (let step = 1; step <= 3; step++) {
    const gradient = tf.tensor1d(randomNormal(size, { seed: 10 + step, std: step }));
    adamStep([weight], [gradient], {
      moments,
      step,
      learningRate: 0.01,
      weightDecay: 0.1,
      gradientScale: 0.5,
    });
    gradient.dispose();
  }
  const all = [weight, moments.first[0], moments.second[0]];
  const numbers = await Promise.all(all.map((v) => v.data() as Promise<Float32Array>));
  tf.dispose(all);
  return numbers;
}

Deno.test("adamStep() on wasm equals the composed one", async () => {
  for (const size of [1, 3, 4, 33]) {
    await selectDevice({ prefer: "cpu" });
    const expected = await threeSteps(size);
    for (const simd of ["relaxed", "plain"] as const) {
      await selectDevice({ prefer: "wasm", simd });
      (await threeSteps(size)).forEach((numbers, i) =>
        assertNear(numbers, expected[i], { tolerance: 1e-6, label: `${size} ${simd} ${i}` })
      );
    }
  }
});

Deno.test("adamStep() leaves a clone of the weight as it was", async () => {
  for (const prefer of ["cpu", "wasm"] as const) {
    await selectDevice({ prefer });
    const initial = tf.ones([5]);
    const weight = tf.variable(initial);
    const clone = tf.clone(weight);
    const moments = { first: [tf.variable(tf.zeros([5]))], second: [tf.variable(tf.zeros([5]))] };
    adamStep([weight], [tf.ones([5])], { moments, step: 1, learningRate: 0.5 });
    assertEquals([...await clone.data()], [1, 1, 1, 1, 1]);
    assertEquals([...await initial.data()], [1, 1, 1, 1, 1]);
    assertAlmostEquals((await weight.data())[4], 0.5, 1e-6);
  }
});

Deno.test("globalNorm() on every device; not finite when a gradient is not", async () => {
  for (const prefer of ["cpu", "wasm"] as const) {
    await selectDevice({ prefer });
    const gradients = [3, 5, 4099].map((size) => tf.fill([size], 2));
    assertAlmostEquals(await globalNorm(gradients), Math.sqrt(4 * 4107), 1e-3);
    assert(Number.isNaN(await globalNorm([tf.tensor1d([1, NaN]), tf.ones([3])])));
  }
});

Deno.test("adamStep() keeps NaN, and lets averages without gradient end at zero", async () => {
  await selectDevice({ prefer: "wasm" });
  const weight = tf.variable(tf.ones([4]));
  const moments = {
    first: [tf.variable(tf.tensor1d([1e-36, -1e-36, 1, 0]))],
    second: [tf.variable(tf.tensor1d([1e-36, 1e-3, 1, 0]))],
  };
  const gradient = tf.tensor1d([0, 0, 0, NaN]);
  adamStep([weight], [gradient], { moments, step: 5, learningRate: 0.1 });
  const [first, second] = [await moments.first[0].data(), await moments.second[0].data()];
  assertEquals([first[0], first[1], second[0]], [0, 0, 0]);
  assertAlmostEquals(first[2], 0.9, 1e-6);
  for (const { 3: last } of [first, second, await weight.data()]) assert(Number.isNaN(last));
});
