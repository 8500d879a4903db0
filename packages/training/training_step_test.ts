import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { createToyModel, toyBatches, toyConfig } from "./testing/toy_model.ts";
import type { TokenBatch } from "./data/token_batches.ts";
import { Optimizer } from "./optimizer.ts";
import { trainingStep } from "./training_step.ts";

await tf.setBackend("cpu");

const config = toyConfig("unused").optimizer;

async function firstBatches(count: number): Promise<TokenBatch[]> {
  const batches: TokenBatch[] = [];
  for await (const { batch } of (await toyBatches())({})) {
    batches.push(batch);
    if (batches.length === count) break;
  }
  return batches;
}

async function valuesOf(variables: ReadonlyMap<string, tf.Variable>): Promise<number[]> {
  const values: number[] = [];
  for (const variable of variables.values()) values.push(...await variable.data());
  return values;
}

Deno.test("trainingStep() over several batches equals one step over them together", async () => {
  const small = await firstBatches(4);
  const sizes = new Set(small.map(({ labels }) => labels.length));
  assert(sizes.size > 1, "batches of the same size would not show a wrong weight");
  const large: TokenBatch = {
    inputIds: small.flatMap(({ inputIds }) => inputIds),
    labels: small.flatMap(({ labels }) => labels),
  };
  const ends = [];
  for (const batches of [small, [large]]) {
    const model = createToyModel({ dropoutRate: 0 });
    const optimizer = new Optimizer(model.variables, config);
    const result = await trainingStep(model, batches, {
      optimizer,
      step: 1,
      learningRate: 0.1,
      seed: 1,
    });
    ends.push({ result, weights: await valuesOf(model.variables) });
    optimizer.dispose();
    model.dispose();
  }
  const [accumulated, together] = ends;
  assertEquals(accumulated.result.tokens, together.result.tokens);
  assertAlmostEquals(accumulated.result.loss, together.result.loss, 1e-5);
  assertAlmostEquals(accumulated.result.gradientNorm, together.result.gradientNorm, 1e-5);
  // The first step of Adam moves every weight by about the learning rate, so 1e-3 is 1%.
  accumulated.weights.forEach((w, i) => assertAlmostEquals(w, together.weights[i], 1e-3));
});

Deno.test("trainingStep() lowers the loss", async () => {
  const batches = await firstBatches(1);
  const model = createToyModel();
  const optimizer = new Optimizer(model.variables, config);
  const losses: number[] = [];
  for (let step = 1; step <= 60; step++) {
    const options = { optimizer, step, learningRate: 0.02, seed: 1 };
    losses.push((await trainingStep(model, batches, options)).loss);
  }
  assert(losses.at(-1)! < losses[0] / 3, `from ${losses[0]} to ${losses.at(-1)}`);
  optimizer.dispose();
  model.dispose();
});

Deno.test("trainingStep() keeps the number of tensors", async () => {
  const batches = await firstBatches(3);
  const model = createToyModel();
  const before = tf.memory().numTensors;
  const optimizer = new Optimizer(model.variables, config);
  const withMoments = tf.memory().numTensors;
  assertEquals(withMoments, before + 2 * model.variables.size);
  for (let step = 1; step <= 3; step++) {
    await trainingStep(model, batches, { optimizer, step, learningRate: 0.1, seed: 1 });
    assertEquals(tf.memory().numTensors, withMoments);
  }
  optimizer.dispose();
  optimizer.dispose();
  assertEquals(tf.memory().numTensors, before);
  model.dispose();
});

Deno.test("trainingStep() leaves weights and moments alone when a loss is not finite", async () => {
  const [good, other] = await firstBatches(2);
  const model = createToyModel();
  const optimizer = new Optimizer(model.variables, config);
  const faulty = {
    ...model,
    loss: (batch: TokenBatch, options: { training: boolean; seed: number }) => {
      const { lossSum, tokens } = model.loss(batch, options);
      return { lossSum: batch === other ? tf.mul(lossSum, NaN) as tf.Scalar : lossSum, tokens };
    },
  };
  const weights = await valuesOf(model.variables);
  const tensors = tf.memory().numTensors;
  const options = { optimizer, step: 1, learningRate: 0.1, seed: 1 };
  const result = await trainingStep(faulty, [good, other], options);
  assertEquals(result.failedBatch, 1);
  assertEquals(await valuesOf(model.variables), weights);
  assertEquals(tf.memory().numTensors, tensors);
  optimizer.dispose();
  model.dispose();
});

Deno.test("trainingStep() notices gradients that are not finite under a finite loss", async () => {
  const weight = tf.variable(tf.scalar(0));
  const model = {
    variables: new Map<string, tf.Variable>([["weight", weight]]),
    loss: () => ({ lossSum: tf.sqrt(weight) as tf.Scalar, tokens: 1 }), // slope 1/0 at 0
    save: () => Promise.resolve(),
  };
  const optimizer = new Optimizer(model.variables, config);
  const options = { optimizer, step: 1, learningRate: 0.1, seed: 1 };
  const result = await trainingStep(model, ["batch"], options);
  assertEquals([result.loss, result.failedBatch], [0, -1]);
  assertEquals([...await weight.data()], [0]);
  optimizer.dispose();
});

Deno.test("trainingStep() names weights that the loss does not depend on", async () => {
  const used = tf.variable(tf.scalar(1)), idle = tf.variable(tf.scalar(1));
  const model = {
    variables: new Map<string, tf.Variable>([["used", used], ["idle", idle]]),
    loss: () => ({ lossSum: tf.square(used) as tf.Scalar, tokens: 1 }),
    save: () => Promise.resolve(),
  };
  const optimizer = new Optimizer(model.variables, config);
  const tensors = tf.memory().numTensors;
  await assertRejects(
    () => trainingStep(model, ["batch"], { optimizer, step: 1, learningRate: 0.1, seed: 1 }),
    TypeError,
    "Cannot train idle",
  );
  assertEquals(tf.memory().numTensors, tensors);
  optimizer.dispose();
});

Deno.test("trainingStep() draws dropout from seed, step and index of the batch alone", async () => {
  const [batch] = await firstBatches(1);
  const model = createToyModel({ dropoutRate: 0.5 });
  const seeds: number[][] = [];
  const spy = (run: number[]) => ({
    ...model,
    loss: (b: TokenBatch, options: { training: boolean; seed: number }) => {
      run.push(options.seed);
      return model.loss(b, options);
    },
  });
  for (const [seed, step] of [[1, 5], [1, 5], [1, 6], [2, 5]]) {
    const run: number[] = [];
    const optimizer = new Optimizer(model.variables, config);
    const options = { optimizer, step, learningRate: 1e-9, seed };
    await trainingStep(spy(run), [batch, batch], options);
    optimizer.dispose();
    seeds.push(run);
  }
  assertEquals(seeds[0], seeds[1]);
  assertEquals(new Set(seeds.slice(1).flat()).size, 6);
  model.dispose();
});
