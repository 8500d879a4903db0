import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { paddingMask } from "@heed/attention";
import { type Activation, normal, selectDevice } from "@heed/nn";
import {
  decoder,
  encoder,
  feedForward,
  initDecoderLayerWeights,
  initEncoderLayerWeights,
  projectMemory,
} from "./mod.ts";

const TOLERANCE = 2e-5;
const config = { hiddenSize: 12, intermediateSize: 20, numHeads: 3 };
const encoderLayers = [1, 2].map((seed) => () => initEncoderLayerWeights(config, { seed }));
const decoderLayers = [3, 4].map((seed) => () => initDecoderLayerWeights(config, { seed }));

const variants = [
  { activation: "relu" as Activation, normFirst: false },
  { activation: "gelu" as Activation, normFirst: true },
  { activation: "swish" as Activation, normFirst: false },
  { activation: "gelu_tanh" as Activation, normFirst: true },
];

async function setup(variant: typeof variants[number]) {
  await selectDevice({ prefer: "wasm" });
  return {
    options: { numHeads: config.numHeads, ...variant },
    encoderWeights: encoderLayers.map((make) => make()),
    decoderWeights: decoderLayers.map((make) => make()),
    states: (length: number, seed = 1) => normal([2, length, 12], { seed, std: 1 }),
  };
}

async function assertClose(actual: tf.Tensor, expected: tf.Tensor): Promise<void> {
  assertEquals(actual.shape, expected.shape);
  const [a, b] = await Promise.all([actual.data(), expected.data()]);
  a.forEach((value, i) => assertAlmostEquals(value, b[i], TOLERANCE));
}

Deno.test("feedForward() applies both projections as worked by hand", async () => {
  await selectDevice({ prefer: "wasm" });
  const weights = {
    up: { weight: tf.tensor2d([[1, 0], [0, -1], [1, 1]]), bias: tf.tensor1d([0, 0, -4]) },
    down: { weight: tf.tensor2d([[1, 10, 100]]), bias: tf.tensor1d([0.5]) },
  };
  // up: [2, -3, 1] -> relu [2, 0, 1] -> 2 + 0 + 100 + 0.5
  const output = feedForward(weights, tf.tensor3d([[[2, 3]]]), { activation: "relu" });
  assertEquals([...await output.data()], [102.5]);
});

Deno.test("feedForward() has gelu_tanh with the values and slopes of PyTorch 2.15", async () => {
  const x = [-3, -0.5, 0, 1, 2, 6];
  const values = [-0.003637392, -0.15428599, 0, 0.841191991, 1.954597694, 6];
  const slopes = [-0.011584167, 0.132630096, 0.5, 1.082964084, 1.086099257, 1];
  for (const prefer of ["wasm", "cpu"] as const) {
    await selectDevice({ prefer });
    const identity = { weight: tf.ones([1, 1]), bias: tf.zeros([1]) };
    const weights = { up: identity, down: identity };
    const apply = (input: tf.Tensor) => feedForward(weights, input, { activation: "gelu_tanh" });
    const input = tf.tensor3d(x, [1, 6, 1]);
    const before = tf.memory().numTensors;
    const output = apply(input), gradient = tf.grad(apply)(input);
    assertEquals(tf.memory().numTensors, before + 2);
    (await output.data()).forEach((y, i) => assertAlmostEquals(y, values[i], 2e-6));
    (await gradient.data()).forEach((y, i) => assertAlmostEquals(y, slopes[i], 2e-6));
  }
});

for (const variant of variants) {
  const name = `${variant.activation}, ${variant.normFirst ? "pre" : "post"}-norm`;

  Deno.test(`encoder() ignores padding (${name})`, async () => {
    const { options, encoderWeights, states } = await setup(variant);
    const input = states(5), attentionMask = paddingMask([[1, 1, 1, 1, 1], [1, 1, 1]]);
    const padded = encoder(encoderWeights, input, { ...options, attentionMask }).lastHiddenState;
    const alone =
      encoder(encoderWeights, input.slice([1, 0, 0], [1, 3, 12]), options).lastHiddenState;
    await assertClose(alone, padded.slice([1, 0, 0], [1, 3, 12]));
  });

  Deno.test(`decoder() step by step equals the whole target (${name})`, async () => {
    const { options, decoderWeights, states } = await setup(variant);
    const memory = projectMemory(decoderWeights, states(4, 7));
    const target = states(6);
    const whole = decoder(decoderWeights, target, { ...options, memory }).lastHiddenState;
    const steps: tf.Tensor[] = [];
    let past: ReturnType<typeof decoder>["cache"] | undefined;
    for (let step = 0; step < 6; step++) {
      const result = decoder(decoderWeights, target.slice([0, step, 0], [2, 1, 12]), {
        ...options,
        memory,
        past,
      });
      past = result.cache;
      steps.push(result.lastHiddenState);
    }
    await assertClose(tf.concat(steps, 1), whole);
  });

  Deno.test(`decoder() leaves its results behind and nothing else (${name})`, async () => {
    const { options, decoderWeights, states } = await setup(variant);
    const memory = projectMemory(decoderWeights, states(4, 7)), target = states(3);
    const before = tf.memory().numTensors;
    const result = decoder(decoderWeights, target, { ...options, memory, outputAttentions: true });
    // Hidden states, and for each of two layers keys, values and two attention maps.
    assertEquals(tf.memory().numTensors, before + 1 + 2 * 4);
    assertEquals(result.crossAttentions![1].shape, [2, 3, 3, 4]);
  });

  Deno.test(`encoder() leaves its result behind and nothing else (${name})`, async () => {
    const { options, encoderWeights, states } = await setup(variant);
    const input = states(5);
    const before = tf.memory().numTensors;
    encoder(encoderWeights, input, options);
    assertEquals(tf.memory().numTensors, before + 1);
  });
}

Deno.test("encoder() drops out by its seed alone, differently in every layer", async () => {
  const { options, encoderWeights, states } = await setup(variants[0]);
  const input = states(5);
  const run = async (seed: number, layers = encoderWeights) =>
    await encoder(layers, input, { ...options, dropout: { hidden: 0.5, attention: 0.1, seed } })
      .lastHiddenState.data();
  assertEquals(await run(1), await run(1));
  const [a, b] = [await run(1), await run(2)];
  assert(a.some((value, i) => value !== b[i]));
});
