import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal, selectDevice } from "@heed/nn";
import {
  appendKeyValue,
  initMultiHeadAttentionWeights,
  multiHeadAttention,
  paddingMask,
  projectKeyValue,
  scaledDotProductAttention,
} from "./mod.ts";

const TOLERANCE = 1e-5;
const config = { hiddenSize: 12, numHeads: 3 };
const numHeads = config.numHeads;

async function setup() {
  await selectDevice({ prefer: "wasm" });
  return {
    weights: initMultiHeadAttentionWeights(config, { seed: 5 }),
    states: (length: number, seed = 1) => normal([2, length, 12], { seed, std: 1 }),
  };
}

async function assertClose(actual: tf.Tensor, expected: tf.Tensor): Promise<void> {
  assertEquals(actual.shape, expected.shape);
  const [a, b] = await Promise.all([actual.data(), expected.data()]);
  a.forEach((value, i) => assertAlmostEquals(value, b[i], TOLERANCE));
}

Deno.test("scaledDotProductAttention() averages values as worked by hand", async () => {
  await selectDevice({ prefer: "wasm" });
  // Scores 2·1/√2 and 0: the first key gets e^√2 / (e^√2 + 1) of the weight.
  const { context, weights } = scaledDotProductAttention(tf.tensor3d([[[2, 0]]]), {
    key: tf.tensor3d([[[1, 0], [0, 1]]]),
    value: tf.tensor3d([[[10, 0], [0, 10]]]),
  });
  const first = Math.exp(Math.SQRT2) / (Math.exp(Math.SQRT2) + 1);
  const expected = [first, 1 - first];
  (await weights.data()).forEach((value, i) => assertAlmostEquals(value, expected[i], TOLERANCE));
  (await context.data()).forEach((value, i) => assertAlmostEquals(value, 10 * expected[i], 1e-4));
});

Deno.test("multiHeadAttention() gives the same for every split of the work", async () => {
  const { weights, states } = await setup();
  const input = states(7), keyValue = projectKeyValue(weights, input);
  const whole = multiHeadAttention(weights, input, { numHeads, keyValue, causal: true });
  // Cached: first five tokens, then two more after them.
  const head = input.slice([0, 0, 0], [2, 5, 12]), tail = input.slice([0, 5, 0], [2, 2, 12]);
  const past = projectKeyValue(weights, head);
  const grown = appendKeyValue(past, projectKeyValue(weights, tail));
  const first = multiHeadAttention(weights, head, { numHeads, keyValue: past, causal: true });
  const next = multiHeadAttention(weights, tail, { numHeads, keyValue: grown, causal: true });
  await assertClose(tf.concat([first.output, next.output], 1), whole.output);
});

Deno.test("multiHeadAttention() never looks at hidden keys", async () => {
  const { weights, states } = await setup();
  const query = states(3), attentionMask = paddingMask([[1, 1, 1, 1], [1, 1]], { length: 4 });
  const clean = states(4, 2);
  const noise = tf.mul(
    normal([2, 4, 12], { seed: 9, std: 50 }),
    tf.sub(1, attentionMask.expandDims(2)),
  );
  const attend = (memory: tf.Tensor) =>
    multiHeadAttention(weights, query, {
      numHeads,
      keyValue: projectKeyValue(weights, memory),
      attentionMask,
    });
  const a = attend(clean), b = attend(tf.add(clean, noise));
  await assertClose(a.output, b.output);
  const hidden = await a.weights.slice([1, 0, 0, 2]).data();
  assertEquals(hidden.every((weight) => weight === 0), true);
});

Deno.test("multiHeadAttention() gives weights that sum to 1", async () => {
  const { weights, states } = await setup();
  const input = states(5);
  const result = multiHeadAttention(weights, input, {
    numHeads,
    keyValue: projectKeyValue(weights, input),
    causal: true,
  });
  assertEquals(result.weights.shape, [2, 3, 5, 5]);
  for (const sum of await tf.sum(result.weights, -1).data()) assertAlmostEquals(sum, 1, TOLERANCE);
  const upper = await result.weights.slice([0, 0, 0, 1], [2, 3, 1, 4]).data();
  assert(upper.every((weight) => weight === 0), "the first token sees later ones");
});

Deno.test("multiHeadAttention() gives a batch of one what it gives the row of a batch", async () => {
  const { weights, states } = await setup();
  const input = states(6);
  const attend = (x: tf.Tensor) =>
    multiHeadAttention(weights, x, { numHeads, keyValue: projectKeyValue(weights, x) }).output;
  const alone = attend(input.slice([1, 0, 0], [1, 6, 12]));
  await assertClose(alone, attend(input).slice([1, 0, 0], [1, 6, 12]));
});

Deno.test("multiHeadAttention() leaves two tensors behind, its results", async () => {
  const { weights, states } = await setup();
  const input = states(4), keyValue = projectKeyValue(weights, input);
  const before = tf.memory().numTensors;
  const { output, weights: probabilities } = multiHeadAttention(weights, input, {
    numHeads,
    keyValue,
  });
  assertEquals(tf.memory().numTensors, before + 2);
  tf.dispose([output, probabilities]);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("initMultiHeadAttentionWeights() rejects heads that do not divide the size", () => {
  assertThrows(
    () => initMultiHeadAttentionWeights({ hiddenSize: 512, numHeads: 7 }, { seed: 1 }),
    RangeError,
    "Cannot split hiddenSize 512 into 7 heads",
  );
});

Deno.test("headDim makes heads wider or narrower than their share of the hidden size", async () => {
  await selectDevice({ prefer: "wasm" });
  for (const headDim of [2, 4, 32]) {
    const weights = initMultiHeadAttentionWeights({ ...config, headDim }, { seed: 5 });
    assertEquals(weights.key.weight.shape, [3 * headDim, 12]);
    assertEquals(weights.output.weight.shape, [12, 3 * headDim]);
    const states = normal([2, 5, 12], { seed: 1, std: 1 });
    const keyValue = projectKeyValue(weights, states);
    const { output, weights: maps } = multiHeadAttention(weights, states, { numHeads, keyValue });
    assertEquals([output.shape, maps.shape], [[2, 5, 12], [2, 3, 5, 5]]);
    // The second head alone: its rows of the projections, scaled by the root of its own width.
    const head = (x: tf.Tensor) => x.slice([0, 0, headDim], [2, 5, headDim]);
    const query = projectKeyValue({ ...weights, key: weights.query }, states).key;
    const { weights: alone } = scaledDotProductAttention(head(query), {
      key: head(keyValue.key),
      value: head(keyValue.value),
    });
    await assertClose(maps.slice([0, 1, 0, 0], [2, 1, 5, 5]).squeeze([1]), alone);
  }
  // The default stays what it was.
  const [a, b] = [config, { ...config, headDim: 4 }].map((sizes) =>
    initMultiHeadAttentionWeights(sizes, { seed: 5 })
  );
  await assertClose(a.query.weight, b.query.weight);
});

Deno.test("initMultiHeadAttentionWeights() rejects a headDim that is no width", () => {
  for (const headDim of [0, -4, 2.5, NaN]) {
    assertThrows(
      () => initMultiHeadAttentionWeights({ hiddenSize: 12, numHeads: 3, headDim }, { seed: 1 }),
      RangeError,
      `Cannot make heads of headDim ${headDim}`,
    );
  }
});
