import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type KeyValueCache, projectKeyValue } from "@heed/attention";
import { type Activation, layerNorm, normal, selectDevice } from "@heed/nn";
import {
  decoder,
  decoderLayer,
  encoder,
  initDecoderLayerWeights,
  initEncoderLayerWeights,
  projectMemory,
} from "./mod.ts";

const TOLERANCE = 2e-5;
const HIDDEN = 12;
const config = { hiddenSize: HIDDEN, intermediateSize: 20, numHeads: 2, headDim: 8 };
const finalNorm = () => ({
  weight: normal([HIDDEN], { seed: 21, std: 1 }),
  bias: normal([HIDDEN], { seed: 22, std: 1 }),
});

const variants = [
  { activation: "gelu_tanh" as Activation, normFirst: true },
  { activation: "relu" as Activation, normFirst: false },
];

async function setup(variant: typeof variants[number]) {
  await selectDevice({ prefer: "wasm" });
  return {
    options: { numHeads: 2, ...variant, finalNorm: finalNorm() },
    layers: [3, 4].map((seed) => initDecoderLayerWeights(config, { seed, crossAttention: false })),
    states: (length: number, seed = 1) => normal([2, length, HIDDEN], { seed, std: 1 }),
  };
}

async function assertClose(actual: tf.Tensor, expected: tf.Tensor): Promise<void> {
  assertEquals(actual.shape, expected.shape);
  const [a, b] = await Promise.all([actual.data(), expected.data()]);
  a.forEach((value, i) => assertAlmostEquals(value, b[i], TOLERANCE));
}

/** Tokens `from` to `to` of every row. */
const tokens = (states: tf.Tensor, from: number, to: number) =>
  states.slice([0, from, 0], [states.shape[0], to - from, HIDDEN]);

Deno.test("decoder() of one head, one layer and no encoder is as worked by hand", async () => {
  await selectDevice({ prefer: "wasm" });
  const identity = () => ({ weight: tf.eye(2), bias: tf.zeros([2]) });
  const norm = () => ({ weight: tf.ones([2]), bias: tf.zeros([2]) });
  const nothing = { weight: tf.zeros([1, 2]), bias: tf.zeros([1]) };
  const layer = {
    selfAttention: {
      query: { weight: tf.zeros([2, 2]), bias: tf.zeros([2]) }, // all keys are alike
      key: identity(),
      value: identity(),
      output: identity(),
    },
    selfAttentionNorm: norm(),
    feedForward: { up: nothing, down: { weight: tf.zeros([2, 1]), bias: tf.tensor1d([3, 3]) } },
    feedForwardNorm: norm(),
  };
  const input = tf.tensor3d([[[2, 0], [0, 2], [4, 0]]]);
  const { lastHiddenState } = decoder([layer], input, {
    numHeads: 1,
    activation: "relu",
    normFirst: true,
    layerNormEps: 0,
  });
  // Normed inputs are [1, -1], [-1, 1], [1, -1]; their running averages [1, -1], [0, 0], [1/3, -1/3].
  const third = 1 / 3;
  const expected = [2 + 1 + 3, -1 + 3, 3, 2 + 3, 4 + third + 3, -third + 3];
  (await lastHiddenState.data()).forEach((x, i) => assertAlmostEquals(x, expected[i], 1e-6));
});

for (const variant of variants) {
  const name = `${variant.activation}, ${variant.normFirst ? "pre" : "post"}-norm`;

  Deno.test(`decoder() without an encoder gives the same in pieces of any length (${name})`, async () => {
    const { options, layers, states } = await setup(variant);
    const target = states(9);
    const whole = decoder(layers, target, options).lastHiddenState;
    for (const pieces of [[3, 4, 2], [1, 8], [8, 1], [1, 1, 1, 6], [9]]) {
      let past: readonly KeyValueCache[] | undefined, at = 0;
      const found: tf.Tensor[] = [];
      for (const length of pieces) {
        const piece = tokens(target, at, at += length);
        const result = decoder(layers, piece, { ...options, past });
        assertEquals(result.cache[0].key.shape, [2, at, 16]);
        past = result.cache;
        found.push(result.lastHiddenState);
      }
      await assertClose(tf.concat(found, 1), whole);
    }
  });

  Deno.test(`decoder() with an encoder gives the same in pieces of any length (${name})`, async () => {
    const { options, states } = await setup(variant);
    const layers = [3, 4].map((seed) => initDecoderLayerWeights(config, { seed }));
    const memory = projectMemory(layers, states(5, 7)), target = states(6);
    const whole = decoder(layers, target, { ...options, memory }).lastHiddenState;
    const first = decoder(layers, tokens(target, 0, 2), { ...options, memory });
    const next = decoder(layers, tokens(target, 2, 6), { ...options, memory, past: first.cache });
    await assertClose(tf.concat([first.lastHiddenState, next.lastHiddenState], 1), whole);
  });

  Deno.test(`decoder() ignores padding at the beginning of a row (${name})`, async () => {
    const { options, layers, states } = await setup(variant);
    const target = states(6);
    // The second row's first two tokens are padding; then one token more for both.
    const mask = (length: number) =>
      tf.tensor2d([1, 0].map((first) => [first, first, ...Array(length - 2).fill(1)]));
    const prompt = decoder(layers, tokens(target, 0, 5), { ...options, attentionMask: mask(5) });
    const next = decoder(layers, tokens(target, 5, 6), {
      ...options,
      attentionMask: mask(6),
      past: prompt.cache,
    });
    const found = tf.concat([prompt.lastHiddenState, next.lastHiddenState], 1);
    const row = (i: number, from: number) => target.slice([i, from, 0], [1, 6 - from, HIDDEN]);
    const alone = [0, 2].map((from, i) => decoder(layers, row(i, from), options).lastHiddenState);
    await assertClose(found.slice([0, 0, 0], [1, 6, HIDDEN]), alone[0]);
    await assertClose(found.slice([1, 2, 0], [1, 4, HIDDEN]), alone[1]);
    assert([...await found.data()].every(Number.isFinite));
  });

  Deno.test(`decoder() without an encoder gives a batch of one what it gives a row (${name})`, async () => {
    const { options, layers, states } = await setup(variant);
    const target = states(5);
    const row = (x: tf.Tensor) => x.slice([1, 0, 0], [1, 5, HIDDEN]);
    const together = decoder(layers, target, options).lastHiddenState;
    await assertClose(decoder(layers, row(target), options).lastHiddenState, row(together));
  });

  Deno.test(`decoder() without an encoder leaves its results behind and nothing else (${name})`, async () => {
    const { options, layers, states } = await setup(variant);
    const target = states(3), attentionMask = tf.ones([2, 3]);
    const before = tf.memory().numTensors;
    const request = { ...options, attentionMask, outputAttentions: true };
    const { lastHiddenState, cache, selfAttentions, crossAttentions } = decoder(
      layers,
      target,
      request,
    );
    // Hidden states, and for each of two layers keys, values and one attention map.
    assertEquals(tf.memory().numTensors, before + 1 + 2 * 3);
    assertEquals([selfAttentions!.length, crossAttentions], [2, []]);
    const next = decoder(layers, target, { ...options, past: cache });
    assertEquals(tf.memory().numTensors, before + 7 + 5);
    tf.dispose([lastHiddenState, next.lastHiddenState, ...selfAttentions!]);
    for (const { key, value } of [...cache, ...next.cache]) tf.dispose([key, value]);
    assertEquals(tf.memory().numTensors, before);
  });

  Deno.test(`finalNorm stands after the last layer (${name})`, async () => {
    const { options, layers, states } = await setup(variant);
    const { finalNorm, ...without } = options;
    const input = states(4);
    const plain = decoder(layers, input, without).lastHiddenState;
    await assertClose(
      decoder(layers, input, options).lastHiddenState,
      layerNorm(finalNorm, plain),
    );
    const encoderLayers = [5, 6].map((seed) => initEncoderLayerWeights(config, { seed }));
    const before = tf.memory().numTensors;
    const encoded = encoder(encoderLayers, input, options).lastHiddenState;
    assertEquals(tf.memory().numTensors, before + 1);
    await assertClose(
      encoded,
      layerNorm(finalNorm, encoder(encoderLayers, input, without).lastHiddenState),
    );
    // A stack without layers is the norm alone, and the input stays the caller's.
    await assertClose(encoder([], input, options).lastHiddenState, layerNorm(finalNorm, input));
    assertEquals(input.isDisposed, false);
  });
}

Deno.test("decoder() has the gradients of finite differences (gelu_tanh, pre-norm)", async () => {
  const { options, layers } = await setup(variants[0]);
  const input = normal([1, 4, HIDDEN], { seed: 5, std: 1 });
  const towards = normal([1, 4, HIDDEN], { seed: 6, std: 1 });
  const loss = (x: tf.Tensor) =>
    tf.tidy(() => {
      const { lastHiddenState } = decoder(layers, x, options);
      return tf.sum(tf.mul(lastHiddenState, towards)) as tf.Scalar;
    });
  const gradient = tf.grad(loss)(input);
  const values = await input.data<"float32">(), slopes = await gradient.data();
  for (const i of [0, 7, 13, 25, 40]) {
    const at = async (by: number) => {
      const moved = values.slice();
      moved[i] += by;
      return (await loss(tf.tensor(moved, input.shape)).data())[0];
    };
    const slope = (await at(1e-2) - await at(-1e-2)) / 2e-2;
    assertAlmostEquals(slopes[i], slope, 2e-2 * Math.max(1, Math.abs(slope)));
  }
});

Deno.test("decoder layers refuse memory without cross-attention, and the reverse", async () => {
  const { options, layers, states } = await setup(variants[0]);
  const [full] = [7].map((seed) => initDecoderLayerWeights(config, { seed }));
  const memory = projectKeyValue(full.crossAttention!, states(3));
  assertThrows(
    () => decoderLayer(layers[0], states(2), { ...options, memory }),
    TypeError,
    "there is no attention, no normalisation, a memory",
  );
  assertThrows(
    () => decoderLayer(full, states(2), options),
    TypeError,
    "there is attention, a normalisation, no memory",
  );
  assertThrows(() => projectMemory(layers, states(3)), TypeError, "has no cross-attention");
});
