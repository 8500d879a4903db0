import { assert } from "@std/assert";
import { randomWord } from "@heed/nn";
import { Optimizer, trainingStep } from "@heed/training";
import type { Seq2SeqBatch } from "../teacher_forcing.ts";
import { startTrainingWorkers } from "../training_workers.ts";
import { defaultRnnConfig, type RnnConfig } from "../config.ts";
import { createModel } from "../load.ts";
import { trainableEncoderDecoder } from "../trainable.ts";

function batchOf(seed: number): Seq2SeqBatch {
  const rows = (side: number) =>
    Array.from({ length: 12 }, (_, row) => {
      const length = 2 + randomWord(seed, row) % 9;
      return [...Array.from({ length }, (_, i) => 1 + randomWord(side, 20 * row + i) % 40), 0];
    });
  return { inputIds: rows(seed), labels: rows(seed + 1) };
}

/** Losses of 10 steps. */
async function run(config: RnnConfig, workers: number): Promise<number[]> {
  using model = await createModel(config, { seed: 3, device: "wasm" });
  const options = { labelSmoothing: 0.1, dropout: 0 };
  const trainable = trainableEncoderDecoder(model, options);
  using optimizer = new Optimizer(trainable.variables);
  using team = workers === 1
    ? undefined
    : await startTrainingWorkers(model, { ...options, workers });
  team?.begin({});
  await team?.shareWeights();
  const losses: number[] = [];
  for (let step = 1; step <= 10; step++) {
    const at = { step, learningRate: 2e-3, seed: 1 };
    const batches = [batchOf(1)];
    const { loss } = team
      ? await team.step(batches, at)
      : await trainingStep(trainable, batches, { ...at, optimizer });
    losses.push(loss);
  }
  return losses;
}

for (const architecture of ["rnnsearch", "rnnencdec"] as const) {
  Deno.test(`several workers train ${architecture} as one thread does, to rounding`, async () => {
    const sizes = { embeddingSize: 16, encoderHiddenSize: 16, decoderHiddenSize: 16 };
    const config = defaultRnnConfig({ vocabSize: 50, architecture, ...sizes });
    const one = await run(config, 1), two = await run(config, 2);
    assert(one[9] < one[0] - 0.05, `from ${one[0]} to ${one[9]}`);
    two.forEach((loss, i) => {
      assert(Math.abs(loss - one[i]) <= 1e-4 * one[i], `step ${i + 1}: ${loss}, not ${one[i]}`);
    });
  });
}
