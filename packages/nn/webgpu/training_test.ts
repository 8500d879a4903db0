import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { adamStep, gradientNorm } from "../adam.ts";
import { attentionCore } from "../attention_core.ts";
import { crossEntropySum } from "../cross_entropy.ts";
import { selectDevice } from "../device.ts";
import { dropout } from "../dropout.ts";
import { embedding } from "../embedding.ts";
import { normal, xavierUniform } from "../initializers.ts";
import { layerNorm } from "../layer_norm.ts";
import { linear } from "../linear.ts";
import { gpuTest } from "../testing/webgpu.ts";

interface GpuMemory {
  readonly numBytesAllocatedInGPU: number;
}

const VOCAB = 40, HIDDEN = 16;

/** A layer of every kind; steps that wait for nothing. Returns the losses, read at the end. */
async function train(
  steps: number,
  afterStep: (step: number) => void = () => {},
): Promise<number[]> {
  const variable = (make: () => tf.Tensor) => tf.tidy(() => tf.variable(make()));
  const table = variable(() => normal([VOCAB, HIDDEN], { seed: 1, std: 0.3 }));
  const weight = variable(() => xavierUniform([HIDDEN, HIDDEN], { seed: 2 }));
  const scale = variable(() => tf.ones([HIDDEN])), shift = variable(() => tf.zeros([HIDDEN]));
  const weights = [table, weight, scale, shift];
  const zeros = () => weights.map(({ shape }) => variable(() => tf.zeros(shape)));
  const moments = { first: zeros(), second: zeros() };
  const ids = tf.tensor2d(Array.from({ length: 24 }, (_, i) => i * 7 % VOCAB), [2, 12], "int32");
  const losses: tf.Scalar[] = [];
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
      const logits = linear({ weight: table }, tf.reshape(y, [-1, HIDDEN]));
      return crossEntropySum(logits, tf.reshape(ids, [-1]), { labelSmoothing: 0.1 });
    }, weights);
    const gradients = weights.map(({ name }) => grads[name]);
    const norm = gradientNorm(gradients);
    const clip = { norm, maxNorm: 1 };
    adamStep(weights, gradients, { moments, step, learningRate: 0.01, clip });
    losses.push(value);
    tf.dispose([norm, ...gradients]);
    afterStep(step);
  }
  const values = await Promise.all(losses.map(async (loss) => (await loss.data())[0]));
  tf.dispose([...weights, ...moments.first, ...moments.second, ids, ...losses]);
  return values;
}

gpuTest("training follows the losses of the cpu backend", async () => {
  const losses = await train(8);
  await selectDevice({ prefer: "cpu" });
  (await train(8)).forEach((expected, i) =>
    assertAlmostEquals(losses[i] / expected, 1, 1e-4, `step ${i + 1}`)
  );
});

gpuTest("training steps read nothing back, and leave only the losses", async () => {
  const { prototype } = (globalThis as unknown as {
    GPUBuffer: { prototype: { mapAsync(...given: unknown[]): Promise<void> } };
  }).GPUBuffer;
  const { mapAsync } = prototype;
  let readbacks = 0;
  prototype.mapAsync = function (...given: unknown[]) {
    readbacks++;
    return mapAsync.apply(this, given);
  };
  try {
    const tensors: number[] = [], bytes: number[] = [], readAfter: number[] = [];
    const before = tf.memory().numTensors;
    const losses = await train(30, (step) => {
      tensors.push(tf.memory().numTensors - step);
      bytes.push((tf.memory() as unknown as GpuMemory).numBytesAllocatedInGPU);
      readAfter.push(readbacks);
    });
    assertEquals(readAfter.at(-1), 0);
    assert(readbacks > 0, "the losses were read through mapAsync");
    assertEquals(tensors.at(-1), tensors[0]);
    assert(bytes[29] - bytes[9] < bytes[9] / 10, `${bytes[9]} bytes on the device to ${bytes[29]}`);
    assertEquals(tf.memory().numTensors, before);
    assert(losses[29] < losses[0] / 2, `loss ${losses[0]} to ${losses[29]}`);
  } finally {
    prototype.mapAsync = mapAsync;
  }
});

gpuTest("the same seeds give the same losses, bit for bit", async () => {
  assertEquals(await train(20), await train(20));
});

gpuTest("a gradient that the caller passes in stays the caller's", async () => {
  const x = tf.ones([2, 3]), dy = tf.fill([2, 3], 2);
  const dx = tf.grad((x: tf.Tensor) => dropout(x, { rate: 0.5, seed: 1 }))(x, dy);
  assertEquals([...await dy.data()], Array(6).fill(2));
  assert([...await dx.data()].every((value) => value === 0 || value === 4));
});

gpuTest("gradients of a sum of branches do not overwrite each other", async () => {
  const gradient = async () => {
    const x = tf.tensor2d([[1, -2], [3, 4]]);
    const dx = tf.grad((x: tf.Tensor) => {
      const a = dropout(x, { rate: 0.5, seed: 8 }), b = dropout(x, { rate: 0.5, seed: 9 });
      return tf.sum(tf.mul(tf.add(tf.add(a, b), tf.add(b, a)), tf.add(b, x)));
    })(x);
    return [...await dx.data()].map((value) => Math.round(value * 1e3));
  };
  const onGpu = await gradient();
  await selectDevice({ prefer: "cpu" });
  assertEquals(onGpu, await gradient());
});
