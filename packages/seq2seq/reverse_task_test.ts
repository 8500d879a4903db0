import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals } from "@std/assert";
import { adamStep, deriveSeed, randomWord, selectDevice } from "@heed/nn";
import { defaultSeq2SeqConfig } from "./config.ts";
import type { Seq2SeqBatch } from "./loss.ts";
import { Seq2SeqModel } from "./model.ts";
import { trainableSeq2Seq } from "./trainable.ts";

const VOCAB = 16, EOS = 0, PAD = VOCAB - 1;

const config = defaultSeq2SeqConfig({
  vocabSize: VOCAB,
  hiddenSize: 32,
  encoderLayers: 1,
  decoderLayers: 1,
  encoderAttentionHeads: 2,
  decoderAttentionHeads: 2,
  encoderFfnDim: 64,
  decoderFfnDim: 64,
  maxPositionEmbeddings: 16,
  dropout: 0,
});

/** Sequences of 3 to 6 random tokens, and the same backwards. */
function reversals(rows: number, seed: number): Seq2SeqBatch {
  const forward = Array.from({ length: rows }, (_, row) => {
    const word = (i: number) => randomWord(deriveSeed(seed, row), i);
    return Array.from({ length: 3 + word(0) % 4 }, (_, i) => 1 + word(i + 1) % (VOCAB - 2));
  });
  return {
    inputIds: forward.map((row) => [...row, EOS]),
    labels: forward.map((row) => [...row.toReversed(), EOS]),
  };
}

/** Trains for some steps; returns the mean loss of every step. */
async function train(
  model: Seq2SeqModel,
  { steps, rows, learningRate }: { steps: number; rows: number; learningRate: number },
): Promise<number[]> {
  const trainable = trainableSeq2Seq(model);
  const variables = [...trainable.variables.values()];
  const zeros = () => variables.map((v) => tf.variable(tf.zeros(v.shape), false));
  const moments = { first: zeros(), second: zeros() };
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    let tokens = 0;
    const { value, grads } = tf.variableGrads(() => {
      const result = trainable.loss(reversals(rows, step), { training: true, seed: step });
      tokens = result.tokens;
      return result.lossSum;
    }, variables);
    adamStep(variables, variables.map(({ name }) => grads[name]), {
      moments,
      step,
      learningRate: learningRate * Math.min(1, step / 50),
      gradientScale: 1 / tokens,
    });
    losses.push((await value.data())[0] / tokens);
    tf.dispose([value, grads]);
  }
  tf.dispose([moments.first, moments.second]);
  return losses;
}

async function shareOfRightTokens(model: Seq2SeqModel): Promise<number> {
  const { inputIds, labels } = reversals(100, 1e6);
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

Deno.test("A model learns to reverse sequences, on WASM", async () => {
  const device = await selectDevice({ prefer: "wasm" });
  using model = Seq2SeqModel.create(config, { device, seed: 1 });
  const losses = await train(model, { steps: 600, rows: 64, learningRate: 3e-3 });
  assert(losses.at(-1)! < losses[0] / 10, `loss went from ${losses[0]} to ${losses.at(-1)}`);
  const share = await shareOfRightTokens(model);
  assert(share > 0.99, `only ${share} of the tokens are right`);
});

Deno.test("A model learns the same on WebGPU as on WASM", async () => {
  let device;
  try {
    device = await selectDevice({ prefer: "webgpu" });
  } catch (error) {
    console.warn(`skipped: ${(error as Error).message}`);
    return;
  }
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  const settings = { steps: 12, rows: 16, learningRate: 3e-3 };
  const run = async (on: typeof device) => {
    using model = Seq2SeqModel.create(config, { device: on, seed: 1 });
    return await train(model, settings);
  };
  const gpu = await run(device);
  const wasm = await run(await selectDevice({ prefer: "wasm" }));
  gpu.forEach((loss, step) => assertAlmostEquals(loss, wasm[step], 2e-3, `step ${step + 1}`));
  assert(gpu.at(-1)! < gpu[0] - 0.3, `loss went from ${gpu[0]} to ${gpu.at(-1)}`);
});
