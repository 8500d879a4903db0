import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { trainingStep } from "@heed/training";
import { Optimizer } from "@heed/training";
import { loadBert } from "./load.ts";
import { type EncoderBatch, encoderLoss } from "./loss.ts";
import { assertClose, type Golden, readGolden, tasksOf } from "./testing/golden.ts";
import { trainableBert } from "./trainable.ts";

/** The batch whose loss and gradients PyTorch has computed, without its padding. */
function batchOf({ inputs }: Golden["gradients"]): EncoderBatch {
  const lengths = inputs.attentionMask.map((row) => row.reduce((sum, value) => sum + value, 0));
  const cut = (rows: number[][]) => rows.map((row, i) => row.slice(0, lengths[i]));
  const { labels = [] } = inputs;
  return {
    inputIds: cut(inputs.inputIds),
    labels: inputs.start_positions
      ? inputs.start_positions.map((start, i) => [start, inputs.end_positions[i]] as never)
      : Array.isArray(labels[0])
      ? cut(labels)
      : labels as unknown as number[],
  };
}

for (const task of tasksOf("bert")) {
  Deno.test(`loss and gradients of ${task} are those of PyTorch`, async () => {
    const { directory, golden: { gradients } } = await readGolden(`bert/${task}`);
    using model = await loadBert(directory, { device: "wasm", trainable: true });
    const batch = batchOf(gradients);
    const names = Object.keys(gradients.of);
    const variables = names.map((name) => model.named.get(name) as tf.Variable);
    let tokens = 0;
    const { value, grads } = tf.variableGrads(() => {
      const loss = encoderLoss(model.weights, batch, { config: model.config });
      tokens = loss.tokens;
      return loss.lossSum;
    }, variables);
    assertAlmostEquals((await value.data())[0] / tokens, gradients.loss, 1e-5);
    for (const [i, name] of names.entries()) {
      const gradient = (await grads[variables[i].name].data()).map((value) => value / tokens);
      assertClose(gradient, gradients.of[name], { what: name });
    }
  });
}

Deno.test("loss and gradients of both tasks of pre-training are those of PyTorch, however a batch is split", async () => {
  const { directory, golden: { gradients } } = await readGolden("bert/pre-training");
  using model = await loadBert(directory, { device: "wasm", trainable: true });
  const { config, weights, tasks } = model;
  assertEquals(tasks, ["masked-lm", "next-sentence"]);
  const batch = batchOf(gradients);
  const words = (batch.labels as number[][]).flat().filter((label) => label >= 0).length;
  const follows = gradients.inputs.next_sentence_label as unknown as (0 | 1)[];
  const nextSentence = follows.map((label) => ({ label, weight: words / follows.length }));
  const names = Object.keys(gradients.of);
  const variables = names.map((name) => model.named.get(name) as tf.Variable);
  const { value, grads } = tf.variableGrads(
    () => encoderLoss(weights, { ...batch, nextSentence }, { config }).lossSum,
    variables,
  );
  const [whole] = await value.data();
  assertAlmostEquals(whole / words, gradients.loss, 1e-5);
  for (const [i, name] of names.entries()) {
    const gradient = (await grads[variables[i].name].data()).map((value) => value / words);
    assertClose(gradient, gradients.of[name], { what: name });
  }
  let sum = 0;
  for (const at of [0, 1]) {
    const one = {
      inputIds: [batch.inputIds[at]],
      labels: [batch.labels[at]],
      nextSentence: [nextSentence[at]],
    };
    sum += (await encoderLoss(weights, one, { config }).lossSum.data())[0];
  }
  assertAlmostEquals(sum, whole, 1e-4);
});

Deno.test("the loss of several batches is that of one, whatever their lengths", async () => {
  for (const task of tasksOf("bert")) {
    const { directory, golden: { gradients } } = await readGolden(`bert/${task}`);
    using model = await loadBert(directory, { device: "wasm" });
    const { inputIds, labels } = batchOf(gradients);
    const { config } = model;
    const sum = async (from: number, to: number) => {
      const batch = { inputIds: inputIds.slice(from, to), labels: labels.slice(from, to) };
      const { lossSum, tokens } = encoderLoss(model.weights, batch, { config });
      const [value] = await lossSum.data();
      lossSum.dispose();
      return [value, tokens];
    };
    const [together, tokens] = await sum(0, 2);
    const [first, second] = [await sum(0, 1), await sum(1, 2)];
    assertAlmostEquals(first[0] + second[0], together, 1e-4, task);
    assertEquals(first[1] + second[1], tokens);
  }
});

Deno.test("any of the labels, numbers, and weights of classes have the loss of their definitions", async () => {
  const { directory, golden: { inputIds, logits } } = await readGolden(
    "roberta/sequence-classification",
  );
  using model = await loadBert(directory, { device: "wasm" });
  const rows = logits as number[][];
  const loss = async (
    labels: EncoderBatch["labels"],
    options: { classification?: "multi-label" | "regression"; classWeights?: number[] },
  ) => {
    const { classification = model.config.classification, classWeights } = options;
    const config = { ...model.config, classification };
    const { lossSum, tokens } = encoderLoss(model.weights, { inputIds, labels }, {
      config,
      classWeights,
    });
    const [value] = await lossSum.data();
    lossSum.dispose();
    return [value, tokens];
  };
  const targets = [[1, 0, 1], [0, 0, 0], [1, 1, 1]];
  const yesNo = rows.flatMap((row, i) =>
    row.map((x, j) => -Math.log(1 / (1 + Math.exp(targets[i][j] ? -x : x))) / 3)
  ).reduce((a, b) => a + b);
  const [any, texts] = await loss(targets, { classification: "multi-label" });
  assertAlmostEquals(any, yesNo, 1e-4);
  assertEquals(texts, 3);
  const squares = rows.flatMap((row, i) => row.map((x, j) => (x - targets[i][j]) ** 2 / 3))
    .reduce((a, b) => a + b);
  assertAlmostEquals((await loss(targets, { classification: "regression" }))[0], squares, 1e-4);
  const nll = (row: number[], label: number) =>
    Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[label];
  const weights = [1, 2, 0.5], labels = [2, 0, 1];
  const weighted = labels.reduce((sum, label, i) => sum + weights[label] * nll(rows[i], label), 0);
  const [value, total] = await loss(labels, { classWeights: weights });
  assertAlmostEquals(value, weighted, 1e-4);
  assertAlmostEquals(total, 3.5, 1e-6);
});

Deno.test("trainableBert() learns, leaves frozen layers alone, and keeps no tensor", async () => {
  const { directory, golden: { gradients } } = await readGolden("bert/token-classification");
  using model = await loadBert(directory, { device: "wasm", trainable: true });
  const trainable = trainableBert(model, { frozenLayers: 1 });
  const batch = batchOf(gradients);
  using optimizer = new Optimizer(trainable.variables);
  const frozen = model.named.get("bert.encoder.layer.0.output.dense.weight")!;
  const before = await frozen.data();
  const step = (step: number) =>
    trainingStep(trainable, [batch], { optimizer, step, learningRate: 0.01, seed: 1 });
  const first = await step(1);
  const { numTensors } = tf.memory();
  for (let i = 2; i < 60; i++) await step(i);
  const last = await step(60);
  assertEquals(tf.memory().numTensors, numTensors);
  assertEquals(last.loss < first.loss / 2, true, `${first.loss} -> ${last.loss}`);
  assertEquals(await frozen.data(), before);
  assertThrows(() => trainableBert(model, { frozenLayers: 3 }), RangeError, "has 2");
});

Deno.test("a batch without a labelled token has no loss, and its gradients are zero", async () => {
  const { directory } = await readGolden("bert/masked-lm");
  using model = await loadBert(directory, { device: "wasm" });
  const { lossSum, tokens } = encoderLoss(
    model.weights,
    { inputIds: [[0, 5, 2]], labels: [[-100, -100, -100]] },
    { config: model.config },
  );
  assertEquals([(await lossSum.data())[0], tokens], [0, 0]);
});
