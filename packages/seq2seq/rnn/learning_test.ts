import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { adamStep, deriveSeed, type Device, randomWord, selectDevice } from "@heed/nn";
import type { Seq2SeqBatch } from "../teacher_forcing.ts";
import { defaultRnnConfig, type RnnConfig } from "../config.ts";
import { createModel } from "../load.ts";
import type { RnnModel } from "../model.ts";
import { gpuTest } from "../testing/webgpu.ts";
import { trainableEncoderDecoder } from "../trainable.ts";

const EOS = 0;

function config(changes: Partial<RnnConfig>): RnnConfig {
  return defaultRnnConfig({
    vocabSize: 10,
    embeddingSize: 24,
    encoderHiddenSize: 24,
    decoderHiddenSize: 48,
    attentionSize: 24,
    maxPositionEmbeddings: 16,
    dropout: 0,
    ...changes,
  });
}

/** Sequences of random tokens, and the same backwards. */
function reversals({ vocabSize }: RnnConfig, rows: number, seed: number): Seq2SeqBatch {
  const forward = Array.from({ length: rows }, (_, row) => {
    const word = (i: number) => randomWord(deriveSeed(seed, row), i);
    return Array.from({ length: 2 + word(9) % 3 }, (_, i) => 1 + word(i) % (vocabSize - 2));
  });
  return {
    inputIds: forward.map((row) => [...row, EOS]),
    labels: forward.map((row) => [...row.toReversed(), EOS]),
  };
}

/** Trains for some steps; returns the mean loss of every step. */
async function train(
  model: RnnModel,
  { steps, rows, learningRate }: { steps: number; rows: number; learningRate: number },
): Promise<number[]> {
  const trainable = trainableEncoderDecoder(model);
  const variables = [...trainable.variables.values()];
  const zeros = () => variables.map((v) => tf.variable(tf.zeros(v.shape), false));
  const moments = { first: zeros(), second: zeros() };
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    let tokens = 0;
    const { value, grads } = tf.variableGrads(() => {
      const batch = reversals(model.config, rows, step);
      const result = trainable.loss(batch, { training: true, seed: step });
      tokens = result.tokens;
      return result.lossSum;
    }, variables);
    adamStep(variables, variables.map(({ name }) => grads[name]), {
      moments,
      step,
      // Up, and down to nothing at the end, which settles sooner than a constant rate.
      learningRate: learningRate * Math.min(1, step / 20, 2 * (1 - step / (steps + 1))),
      gradientScale: 1 / tokens,
    });
    losses.push((await value.data())[0] / tokens);
    tf.dispose([value, grads]);
  }
  tf.dispose([moments.first, moments.second]);
  return losses;
}

async function shareOfRightTokens(model: RnnModel): Promise<number> {
  const { inputIds, labels } = reversals(model.config, 100, 1e6);
  const generated = await model.generate(inputIds, { numBeams: 1, maxNewTokens: 8 });
  let right = 0, total = 0;
  labels.forEach((label, row) =>
    label.forEach((id, i) => {
      total++;
      if (generated[row][0].ids[i] === id) right++;
    })
  );
  return right / total;
}

const cases: [string, Partial<RnnConfig>, number][] = [
  ["additive attention", {}, 100],
  ["dot attention", { attentionScore: "dot" }, 100],
  ["general attention", { attentionScore: "general" }, 100],
  ["no attention", { architecture: "rnnencdec" }, 160],
  ["no attention, LSTM", { architecture: "rnnencdec", cell: "lstm" }, 160],
];

/** Trains a model to reverse, and leaves it to the caller. */
async function reverser(changes: Partial<RnnConfig>, steps: number): Promise<RnnModel> {
  const device = await selectDevice({ prefer: "wasm" });
  const model = await createModel(config(changes), { device, seed: 1 });
  await train(model, { steps, rows: 32, learningRate: 1e-2 });
  return model;
}

for (const [name, changes, steps] of cases) {
  Deno.test(`a recurrent model learns to reverse sequences: ${name}`, async (t) => {
    using model = await reverser(changes, steps);
    const share = await shareOfRightTokens(model);
    assert(share > 0.95, `only ${share} of the tokens are right`);
    if (name !== "additive attention") return;

    await t.step("attention learns where to look: backwards", async () => {
      const source = [3, 7, 5, 8, EOS], target = [8, 5, 7, 3, EOS];
      const { weights } = await model.crossAttention(source, target);
      const best = target.map((_, i) => {
        const row = [...weights.slice(i * 5, i * 5 + 5)];
        return row.indexOf(Math.max(...row));
      });
      assertEquals(best.slice(0, 4), [3, 2, 1, 0]);
    });
  });
}

gpuTest("a recurrent model trains with the same losses on WebGPU and WASM", async (webgpu) => {
  const run = async (device: Device) => {
    using model = await createModel(config({}), { device, seed: 1 });
    return await train(model, { steps: 4, rows: 8, learningRate: 1e-2 });
  };
  const gpu = await run(webgpu);
  const wasm = await run(await selectDevice({ prefer: "wasm" }));
  gpu.forEach((loss, i) =>
    assert(Math.abs(loss - wasm[i]) < 2e-3, `step ${i}: ${loss}, ${wasm[i]}`)
  );
});
