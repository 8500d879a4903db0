import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { adamStep, crossEntropySum, randomUniform, selectDevice } from "@heed/nn";
import {
  classifier,
  type ClassifierConfig,
  initClassifierWeights,
  SMALL_CLASSIFIER,
  tokenAndPositionEmbedding,
} from "./mod.ts";

/** The same tree with what `change` makes of each tensor. */
// deno-lint-ignore no-explicit-any
function mapTensors(tree: any, change: (tensor: tf.Tensor) => tf.Tensor): any {
  if (tree instanceof tf.Tensor) return change(tree);
  if (Array.isArray(tree)) return tree.map((part) => mapTensors(part, change));
  return Object.fromEntries(
    Object.entries(tree).map(([name, part]) => [name, mapTensors(part, change)]),
  );
}

function countParameters(config: ClassifierConfig): number {
  let count = 0;
  mapTensors(initClassifierWeights(config, { seed: 1 }), (tensor) => {
    count += tensor.size;
    tensor.dispose();
    return tensor;
  });
  return count;
}

const small = { ...SMALL_CLASSIFIER, vocabSize: 40, maxPositionEmbeddings: 12 };

Deno.test("SMALL_CLASSIFIER has 659,592 parameters", async () => {
  await selectDevice({ prefer: "wasm" });
  const embeddings = 20_000 * 32 + 256 * 32;
  const attention = 3 * (32 * 64 + 64) + (64 * 32 + 32);
  const feedForward = 2 * (32 * 32 + 32), norms = 2 * 2 * 32;
  const head = (32 * 20 + 20) + (20 * 4 + 4);
  assertEquals(embeddings + attention + feedForward + norms + head, 659_592);
  assertEquals(countParameters(SMALL_CLASSIFIER), 659_592);
});

Deno.test("a classifier scales: layers, heads and labels count once each", async () => {
  await selectDevice({ prefer: "wasm" });
  const config = { ...small, numHeads: 4, headDim: undefined, numHiddenLayers: 3, numLabels: 7 };
  const layer = 4 * (32 * 32 + 32) + 2 * (32 * 32 + 32) + 2 * 2 * 32;
  const rest = (40 + 12) * 32 + (32 * 20 + 20) + (20 * 7 + 7);
  assertEquals(countParameters(config), 3 * layer + rest);
});

Deno.test("tokenAndPositionEmbedding() adds both rows, as worked by hand", async () => {
  await selectDevice({ prefer: "wasm" });
  const weights = {
    tokens: { weight: tf.tensor2d([[1, 2], [10, 20]]) },
    positions: tf.tensor2d([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]]),
  };
  const inputIds = tf.tensor2d([[1, 0], [1, 1]], [2, 2], "int32");
  const before = tf.memory().numTensors;
  const embedded = tokenAndPositionEmbedding(weights, inputIds, { offset: 1 });
  assertEquals(tf.memory().numTensors, before + 1);
  const expected = [10.2, 20.2, 1.3, 2.3, 10.2, 20.2, 10.3, 20.3];
  (await embedded.data()).forEach((x, i) => assertAlmostEquals(x, expected[i], 1e-5));
  assertThrows(
    () => tokenAndPositionEmbedding(weights, inputIds, { offset: 2 }),
    RangeError,
    "the model knows 3 positions",
  );
  assertEquals(tf.memory().numTensors, before + 1);
});

Deno.test("classifier() gives a text the same alone and padded among others", async () => {
  await selectDevice({ prefer: "wasm" });
  const weights = initClassifierWeights(small, { seed: 3 });
  const { numHeads } = small;
  const texts = [[4, 8, 15, 16, 23], [5, 6], []];
  const length = 5;
  const padded = texts.map((ids) => [...ids, ...Array(length - ids.length).fill(39)]);
  const attentionMask = tf.tensor2d(
    texts.map((ids) => Array.from({ length }, (_, i) => i < ids.length ? 1 : 0)),
  );
  const { logits, attentions } = classifier(weights, tf.tensor2d(padded, [3, length], "int32"), {
    numHeads,
    attentionMask,
    outputAttentions: true,
  });
  const found = await logits.array() as number[][];
  assertEquals(attentions!.map(({ shape }) => shape), [[3, 2, 5, 5]]);
  for (const [row, ids] of texts.slice(0, 2).entries()) {
    const alone = classifier(weights, tf.tensor2d(ids, [1, ids.length], "int32"), { numHeads });
    (await alone.logits.data()).forEach((x, i) => assertAlmostEquals(x, found[row][i], 1e-5));
  }
  assert(found[2].every(Number.isFinite), "a text without tokens is a number");
});

Deno.test("classifier() leaves its results behind and nothing else, and drops out by its seed", async () => {
  await selectDevice({ prefer: "wasm" });
  const weights = initClassifierWeights(small, { seed: 3 });
  const inputIds = tf.tensor2d([[4, 8, 15], [1, 2, 3]], [2, 3], "int32");
  const before = tf.memory().numTensors;
  const run = async (seed?: number) => {
    const dropout = seed === undefined ? {} : { dropout: { hidden: 0.5, attention: 0.1, seed } };
    const { logits } = classifier(weights, inputIds, { numHeads: 2, ...dropout });
    const values = [...await logits.data()];
    logits.dispose();
    return values;
  };
  const [first, second, without] = [await run(1), await run(2), await run()];
  assertEquals(await run(1), first);
  assert(String(first) !== String(second) && String(first) !== String(without));
  assertEquals(tf.memory().numTensors, before);
});

/** Texts whose label says which of two marks comes first, and whether a third occurs. */
function toyTexts(count: number, seed: number): { ids: number[][]; labels: number[] } {
  const random = randomUniform(count * 16, { seed });
  const ids: number[][] = [], labels: number[] = [];
  for (let text = 0; text < count; text++) {
    const draw = (i: number, below: number) => Math.floor(random[text * 16 + i] * below);
    const words = Array.from({ length: 12 }, (_, i) => 4 + draw(i, 36));
    const first = draw(12, 5), second = 6 + draw(13, 6), order = draw(14, 2), third = draw(15, 2);
    [words[first], words[second]] = order ? [1, 2] : [2, 1];
    if (third) words[5] = 3;
    ids.push(words);
    labels.push(2 * order + third);
  }
  return { ids, labels };
}

Deno.test("a classifier learns which mark comes first, which positions alone can tell", async () => {
  await selectDevice({ prefer: "wasm" });
  const fresh = initClassifierWeights(small, { seed: 2 });
  const variables: tf.Variable[] = [];
  const weights = mapTensors(fresh, (tensor) => {
    variables.push(tf.variable(tensor));
    return variables.at(-1)!;
  });
  const zeros = () => variables.map(({ shape }) => tf.variable(tf.zeros(shape)));
  const moments = { first: zeros(), second: zeros() };
  const { numHeads } = small;
  const batch = 64;
  for (let step = 1; step <= 250; step++) {
    const { ids, labels } = toyTexts(batch, 100 + step);
    const inputs = [tf.tensor2d(ids, [batch, 12], "int32"), tf.tensor1d(labels, "int32")];
    const { value, grads } = tf.variableGrads(() => {
      const { logits } = classifier(weights, inputs[0], {
        numHeads,
        dropout: { hidden: 0.1, seed: step },
      });
      return tf.div(crossEntropySum(logits, inputs[1]), batch) as tf.Scalar;
    });
    const gradients = variables.map(({ name }) => grads[name]);
    adamStep(variables, gradients, { moments, step, learningRate: 5e-3, gradientScale: 1 });
    tf.dispose([value, ...gradients, ...inputs]);
  }
  const test = toyTexts(400, 7);
  const { logits } = classifier(weights, tf.tensor2d(test.ids, [400, 12], "int32"), { numHeads });
  const found = await tf.argMax(logits, 1).data();
  const right = test.labels.filter((label, i) => found[i] === label).length;
  assert(right >= 360, `${right} of 400 texts are labelled right`);
});
