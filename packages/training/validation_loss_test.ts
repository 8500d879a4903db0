import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { createToyModel, toyBatches } from "./testing/toy_model.ts";
import type { TokenBatch } from "./data/token_batches.ts";
import { validationLoss } from "./validation_loss.ts";

await tf.setBackend("cpu");

async function* devBatches(): AsyncGenerator<TokenBatch> {
  for await (const { batch } of (await toyBatches({ epochs: 1 }))({})) yield batch;
}

Deno.test("validationLoss() is the mean over tokens, whatever the batches", async () => {
  const model = createToyModel({ dropoutRate: 0.5 });
  const whole: { inputIds: (readonly number[])[]; labels: (readonly number[])[] } = {
    inputIds: [],
    labels: [],
  };
  for await (const { inputIds, labels } of devBatches()) {
    whole.inputIds.push(...inputIds);
    whole.labels.push(...labels);
  }
  async function* once(): AsyncGenerator<TokenBatch> {
    yield await Promise.resolve(whole);
  }
  const tensors = tf.memory().numTensors;
  const apart = await validationLoss(model, devBatches());
  const together = await validationLoss(model, once());
  assertEquals(tf.memory().numTensors, tensors);
  assertEquals([apart.tokens, together.tokens], [299, 299]);
  assertAlmostEquals(apart.loss, together.loss, 1e-5);
  // Without dropout, although the model has it: an untrained model is near log(12).
  assertEquals(await validationLoss(model, devBatches()), apart);
  assertAlmostEquals(apart.loss, Math.log(12), 0.3);
  model.dispose();
});

Deno.test("validationLoss() stops at a signal and refuses an empty dev set", async () => {
  const model = createToyModel();
  const signal = AbortSignal.abort();
  await assertRejects(() => validationLoss(model, devBatches(), { signal }), DOMException);
  async function* none(): AsyncGenerator<TokenBatch> {}
  await assertRejects(() => validationLoss(model, none()), RangeError, "there is no batch");
  model.dispose();
});
