import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { openSafetensors } from "@heed/checkpoint";
import * as tf from "@tensorflow/tfjs";
import { Optimizer } from "./optimizer.ts";

await tf.setBackend("cpu");

const config = { clipNorm: 1 };

function weightsOf(value: number[]): Map<string, tf.Variable> {
  return new Map([["w", tf.variable(tf.tensor1d(value)) as tf.Variable]]);
}

Deno.test("Optimizer clips the gradient of the mean loss to clipNorm", async () => {
  // Sums [30, 40] over 10 tokens: gradient [3, 4], norm 5, clipped to [0.6, 0.8].
  const sums = { gradients: [tf.tensor1d([30, 40])], tokens: 10 };
  const optimizer = new Optimizer(weightsOf([0, 0]), config);
  const norm = await optimizer.norm(sums);
  assertAlmostEquals(norm, 5, 1e-5);
  optimizer.apply(sums, { step: 1, learningRate: 0.1, norm });
  const path = await Deno.makeTempFile();
  await optimizer.save(path);
  const reader = await openSafetensors(path);
  const first = await reader.readFloat32("first.w"), second = await reader.readFloat32("second.w");
  // (1 - beta1) * g and (1 - beta2) * g^2
  [0.06, 0.08].forEach((expected, i) => assertAlmostEquals(first[i], expected, 1e-6));
  [0.0072, 0.0128].forEach((expected, i) => assertAlmostEquals(second[i], expected, 1e-7));
  await reader.close();
  await Deno.remove(path);
  optimizer.dispose();
});

Deno.test("Optimizer leaves gradients below clipNorm, and all of them when it is 0", async () => {
  for (const [clipNorm, gradient] of [[1, 0.5], [0, 50]]) {
    const sums = { gradients: [tf.tensor1d([gradient])], tokens: 1 };
    const optimizer = new Optimizer(weightsOf([0]), { ...config, clipNorm });
    optimizer.apply(sums, { step: 1, learningRate: 0.1, norm: await optimizer.norm(sums) });
    const path = await Deno.makeTempFile();
    await optimizer.save(path);
    const reader = await openSafetensors(path);
    assertAlmostEquals((await reader.readFloat32("first.w"))[0] / gradient, 0.1, 1e-6);
    await reader.close();
    await Deno.remove(path);
    optimizer.dispose();
  }
});

Deno.test("Optimizer decays weights with adamw", async () => {
  const weights = weightsOf([2]);
  const optimizer = new Optimizer(weights, { ...config, name: "adamw", weightDecay: 0.5 });
  const sums = { gradients: [tf.tensor1d([0])], tokens: 1 };
  optimizer.apply(sums, { step: 1, learningRate: 0.1, norm: 0 });
  assertAlmostEquals((await weights.get("w")!.data())[0], 2 - 0.1 * 0.5 * 2, 1e-6);
  optimizer.dispose();
});

Deno.test("Optimizer goes on from saved moments bit by bit", async () => {
  const path = await Deno.makeTempFile();
  const gradient = (step: number) => ({
    gradients: [tf.tensor1d([Math.sin(step), 1 / step, -step])],
    tokens: 3,
  });
  const unbroken = weightsOf([1, 2, 3]), broken = weightsOf([1, 2, 3]);
  const one = new Optimizer(unbroken, config);
  let two = new Optimizer(broken, config);
  for (let step = 1; step <= 6; step++) {
    if (step === 4) {
      await two.save(path);
      two.dispose();
      two = new Optimizer(broken, config);
      await two.load(path);
    }
    for (const optimizer of [one, two]) {
      const norm = await optimizer.norm(gradient(step));
      optimizer.apply(gradient(step), { step, learningRate: 0.01, norm });
    }
  }
  assertEquals(await broken.get("w")!.data(), await unbroken.get("w")!.data());
  one.dispose();
  two.dispose();
  const stranger = new Optimizer(new Map([["v", tf.variable(tf.zeros([3]))]]), config);
  await assertRejects(() => stranger.load(path), TypeError, "missing: first.v");
  stranger.dispose();
  await Deno.remove(path);
});

Deno.test("Optimizer gives each group of weights its own rate and decay", async () => {
  const names = ["embeddings.weight", "layer.bias", "layer.weight", "head.weight"];
  const weights = new Map(
    names.map((name) => [name, tf.variable(tf.tensor1d([1])) as tf.Variable]),
  );
  using optimizer = new Optimizer(weights, {
    name: "adamw",
    weightDecay: 0.5,
    clipNorm: 0,
    groups: [
      { names: "bias$", weightDecay: 0 },
      { names: "^embeddings", learningRateFactor: 0.1, weightDecay: 0 },
      { names: "^layer", learningRateFactor: 0.5 },
    ],
  });
  const sums = { gradients: names.map(() => tf.tensor1d([2])), tokens: 1 };
  optimizer.apply(sums, { step: 1, learningRate: 0.1, norm: 4 });
  // The first step of Adam is the learning rate; decay takes rate * decay of the weight.
  const expected = [1 - 0.01, 1 - 0.1, 1 - 0.05 - 0.05 * 0.5, 1 - 0.1 - 0.1 * 0.5];
  const values = await Promise.all([...weights.values()].map(async (w) => (await w.data())[0]));
  values.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6, names[i]));
  const all = [...optimizer.moments.keys()];
  assertEquals(all.length, 8);
});
