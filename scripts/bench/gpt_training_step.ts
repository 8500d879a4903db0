/**
 * Times training steps of a GPT on WASM, with the update: one line of JSON.
 *
 *     deno run --allow-all scripts/bench/gpt_training_step.ts SETTINGS [--profile]
 *
 * `SETTINGS`: JSON as scripts/bench/gpt_training.ts gives it. A BLAS is used as in training; HEED_BLAS=off does without.
 * `--profile` adds where the time of the last step went.
 */
import * as tf from "@tensorflow/tfjs";
import { createGpt, gptConfig } from "@heed/gpt";
import { trainableGpt } from "@heed/gpt/layers";
import { Optimizer } from "@heed/training";
import { type KernelTime, profileKernels } from "./kernel_profile.ts";

const { rows, length, steps, ...sizes } = JSON.parse(Deno.args[0]);
using model = await createGpt(gptConfig(sizes), { seed: 1, device: "wasm" });
const trainable = trainableGpt(model);
const variables = [...trainable.variables.values()];
using optimizer = new Optimizer(trainable.variables, {
  name: "adamw",
  weightDecay: 0.1,
  clipNorm: 1,
});
const batch = {
  inputIds: Array.from(
    { length: rows },
    (_, row) => Array.from({ length }, (_, i) => (row * 7919 + i * 104729) % sizes.vocabSize),
  ),
};
const times: number[] = [];
let profile: (() => KernelTime[]) | undefined;
for (let step = 1; step <= steps; step++) {
  if (step === steps && Deno.args.includes("--profile")) profile = profileKernels("wasm");
  const start = performance.now();
  let tokens = 0;
  const { value, grads } = tf.variableGrads(() => {
    const loss = trainable.loss(batch, { training: true, seed: step });
    tokens = loss.tokens as number;
    return loss.lossSum;
  }, variables);
  const sums = { gradients: variables.map(({ name }) => grads[name]), tokens };
  optimizer.apply(sums, { step, learningRate: 1e-3, norm: await optimizer.norm(sums) });
  await value.data();
  tf.dispose([value, ...Object.values(grads)]);
  times.push(performance.now() - start);
}
const parameters = variables.reduce((sum, { size }) => sum + size, 0);
const { blas } = model.device;
console.log(JSON.stringify({
  ms: Math.min(...times),
  parameters,
  program: `Heed, ${blas ? `BLAS ${blas.library.replace(/.*\//, "")}` : "own kernels"}`,
  profile: profile?.(),
}));
