import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { activate } from "./activation.ts";
import { adamStep, globalNorm } from "./adam.ts";
import { attentionCore } from "./attention_core.ts";
import { crossEntropySum } from "./cross_entropy.ts";
import { type DeviceName, selectDevice } from "./device.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import { normal, xavierUniform } from "./initializers.ts";
import type { WasmBackend } from "./kernels/heap.ts";
import { layerNorm } from "./layer_norm.ts";
import { linear } from "./linear.ts";
import { maskedSoftmax } from "./masked_softmax.ts";

const DEVICES: DeviceName[] = ["wasm", "cpu"];

for (const prefer of DEVICES) {
  Deno.test(`each layer makes exactly its outputs on ${prefer}`, async (t) => {
    await selectDevice({ prefer });
    const x = tf.ones([2, 3, 4]), weight = tf.ones([4, 4]), bias = tf.ones([4]);
    const ids = tf.tensor1d([1, 0, 2], "int32"), mask = tf.ones([2, 3]);
    const layers: Record<string, [number, () => unknown]> = {
      linear: [1, () => linear({ weight, bias }, x, { activation: "gelu" })],
      layerNorm: [1, () => layerNorm({ weight: bias, bias }, x, { residual: x })],
      attentionCore: [2, () => attentionCore(x, x, x, { heads: 2, mask, causal: true })],
      maskedSoftmax: [1, () => maskedSoftmax(tf.ones([2, 1, 3, 3]), { mask })],
      embedding: [1, () => embedding({ weight }, ids, { scale: 2 })],
      dropout: [1, () => dropout(x, { rate: 0.5, seed: 1 })],
      "dropout of nothing": [1, () => dropout(x, { rate: 0, seed: 1 })],
      activate: [1, () => activate("silu", x)],
      crossEntropySum: [1, () => crossEntropySum(tf.ones([3, 4]), ids, { labelSmoothing: 0.1 })],
    };
    for (const [name, [outputs, run]] of Object.entries(layers)) {
      await t.step(name, () => {
        const inputs = name === "maskedSoftmax" || name === "crossEntropySum" ? 1 : 0;
        const before = tf.memory();
        run();
        assertEquals(tf.memory().numTensors - before.numTensors, outputs + inputs);
        tf.tidy(() => void run());
        assertEquals(tf.memory().numTensors - before.numTensors, outputs + inputs);
      });
    }
  });
}

Deno.test("attentionCore() under a gradient hands out its probabilities once", async () => {
  await selectDevice({ prefer: "wasm" });
  const x = tf.ones([1, 2, 4]) as tf.Tensor;
  const before = tf.memory().numTensors;
  let probabilities: tf.Tensor | undefined;
  const dx = tf.grad((x: tf.Tensor) => {
    const result = attentionCore(x, x, x, { heads: 2 });
    probabilities = tf.keep(result.probabilities);
    return result.context;
  })(x);
  assertEquals([...await probabilities!.data()], Array(8).fill(0.5));
  tf.dispose([dx, probabilities!]);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a gradient that the caller passes in stays the caller's", async () => {
  await selectDevice({ prefer: "wasm" });
  const x = tf.ones([2, 3]), dy = tf.fill([2, 3], 2);
  const dx = tf.grad((x: tf.Tensor) => dropout(x, { rate: 0.5, seed: 1 }))(x, dy);
  assertEquals([...await dy.data()], Array(6).fill(2));
  assert([...await dx.data()].every((value) => value === 0 || value === 4));
});

Deno.test("gradients of a sum of branches do not overwrite each other", async () => {
  const results: number[][] = [];
  for (const prefer of DEVICES) {
    await selectDevice({ prefer });
    const x = tf.tensor2d([[1, -2], [3, 4]]);
    const dx = tf.grad((x: tf.Tensor) => {
      const a = activate("relu", x), b = dropout(x, { rate: 0.5, seed: 9 });
      const c = activate("tanh", a);
      return tf.sum(tf.mul(tf.add(tf.add(a, b), tf.add(b, c)), tf.add(c, x)));
    })(x);
    results.push([...await dx.data()].map((value) => Math.round(value * 1e4)));
  }
  assertEquals(results[0], results[1]);
});

/** A few layers with every kind of kernel, trained for a number of steps. */
async function train(steps: number): Promise<{ losses: number[]; heapBytes: number[] }> {
  const vocab = 40, hidden = 16;
  const table = tf.variable(normal([vocab, hidden], { seed: 1, std: 0.3 }));
  const weight = tf.variable(xavierUniform([hidden, hidden], { seed: 2 }));
  const scale = tf.variable(tf.ones([hidden])), shift = tf.variable(tf.zeros([hidden]));
  const weights = [table, weight, scale, shift];
  const zeros = () => weights.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros(shape))));
  const moments = { first: zeros(), second: zeros() };
  const ids = tf.tensor2d(Array.from({ length: 24 }, (_, i) => i * 7 % vocab), [2, 12], "int32");
  const losses: number[] = [], heapBytes: number[] = [];
  let tensors = 0;
  for (let step = 1; step <= steps; step++) {
    const { value, grads } = tf.variableGrads(() => {
      const x = embedding({ weight: table }, ids, { scale: 4 });
      const { context } = attentionCore(x, x, x, {
        heads: 4,
        causal: true,
        dropout: { rate: 0.1, seed: step },
      });
      const h = linear({ weight, bias: shift }, context, { activation: "gelu" });
      const y = layerNorm({ weight: scale, bias: shift }, dropout(h, { rate: 0.1, seed: step }), {
        residual: x,
      });
      const logits = linear({ weight: table }, tf.reshape(y, [-1, hidden]));
      return crossEntropySum(logits, tf.reshape(ids, [-1]), { labelSmoothing: 0.1 });
    }, weights);
    const gradients = weights.map(({ name }) => grads[name]);
    const norm = await globalNorm(gradients);
    const options = { moments, step, learningRate: 0.01, gradientScale: Math.min(1, 1 / norm) };
    adamStep(weights, gradients, options);
    losses.push((await value.data())[0]);
    tf.dispose([value, ...gradients]);
    heapBytes.push((tf.backend() as unknown as WasmBackend).wasm?.HEAPU8.byteLength ?? 0);
    if (step === 2) tensors = tf.memory().numTensors;
  }
  assertEquals(tf.memory().numTensors, tensors, "tensors left by a training step");
  tf.dispose([...weights, ...moments.first, ...moments.second, ids]);
  return { losses, heapBytes };
}

Deno.test("a hundred training steps leave tensors and heap as they are, bit for bit", async () => {
  await selectDevice({ prefer: "wasm" });
  const { losses, heapBytes } = await train(100);
  assertEquals(heapBytes.at(-1), heapBytes[1]);
  assert(losses[99] < losses[0] / 2, `loss ${losses[0]} to ${losses[99]}`);
  assertEquals((await train(100)).losses, losses);
});

Deno.test("training follows the same losses on every device", async () => {
  await selectDevice({ prefer: "cpu" });
  const { losses: expected } = await train(8);
  for (const simd of ["relaxed", "plain"] as const) {
    await selectDevice({ prefer: "wasm", simd });
    const { losses } = await train(8);
    losses.forEach((loss, i) => {
      assert(Math.abs(loss / expected[i] - 1) < 1e-4, `${simd} step ${i}: ${loss}, ${expected[i]}`);
    });
  }
});
