import { assert, assertAlmostEquals } from "@std/assert";
import { type Device, selectDevice } from "@heed/nn";
import { Optimizer, trainingStep } from "@heed/training";
import { defaultSeq2SeqConfig } from "./config.ts";
import { createModel } from "./load.ts";
import { gpuTest } from "./testing/webgpu.ts";
import { trainableEncoderDecoder } from "./trainable.ts";

const config = defaultSeq2SeqConfig({
  vocabSize: 24,
  hiddenSize: 16,
  encoderLayers: 4,
  decoderLayers: 2,
  encoderFfnDim: 32,
  decoderFfnDim: 32,
  maxPositionEmbeddings: 16,
  dropout: 0.1,
});
const batches = [
  { inputIds: [[5, 6, 7, 0], [8, 0]], labels: [[9, 10, 0], [11, 12, 13, 14, 0]] },
  { inputIds: [[15, 16, 0]], labels: [[17, 0]] },
];

/** Losses and norms of four steps with dropout, label smoothing, two batches a step and clipping. */
async function steps(device: Device): Promise<number[]> {
  using model = await createModel(config, { device, seed: 3 });
  const trainable = trainableEncoderDecoder(model, { labelSmoothing: 0.1, dropout: 0.1 });
  using optimizer = new Optimizer(trainable.variables, { clipNorm: 0.5 });
  const measured: number[] = [];
  for (let step = 1; step <= 4; step++) {
    const options = { optimizer, step, learningRate: 3e-3, seed: 5 };
    const { loss, gradientNorm, failedBatch } = await trainingStep(trainable, batches, options);
    assert(failedBatch === undefined);
    measured.push(loss, gradientNorm);
  }
  return measured;
}

gpuTest("trainingStep() on WebGPU measures and changes what it does on WASM", async (device) => {
  const gpu = await steps(device);
  const wasm = await steps(await selectDevice({ prefer: "wasm" }));
  assert(wasm[0] > wasm[6], "four steps lower the loss");
  gpu.forEach((value, i) => assertAlmostEquals(value, wasm[i], 2e-3, `number ${i}`));
});
