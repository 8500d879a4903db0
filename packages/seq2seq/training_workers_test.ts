import { assert, assertEquals } from "@std/assert";
import { randomWord } from "@heed/nn";
import { Optimizer, trainingStep } from "@heed/training";
import { createModel, defaultSeq2SeqConfig } from "./mod.ts";
import { parallelProblem, type Seq2SeqBatch, startTrainingWorkers } from "./layers.ts";
import { trainableEncoderDecoder } from "./trainable.ts";

const config = defaultSeq2SeqConfig({
  vocabSize: 50,
  hiddenSize: 16,
  encoderLayers: 2,
  decoderLayers: 1,
  encoderFfnDim: 32,
  decoderFfnDim: 32,
});

function batchOf(seed: number): Seq2SeqBatch {
  const rows = (side: number) =>
    Array.from({ length: 12 }, (_, row) => {
      const length = 2 + randomWord(seed, row) % 9;
      return [...Array.from({ length }, (_, i) => 1 + randomWord(side, 20 * row + i) % 40), 0];
    });
  return { inputIds: rows(seed), labels: rows(seed + 1) };
}

/** Losses of 12 steps, and the weights after them. */
async function run(
  { workers, dropout }: { workers: number; dropout: number },
): Promise<{ losses: number[]; weights: number[] }> {
  using model = await createModel(config, { seed: 3, device: "wasm" });
  const options = { labelSmoothing: 0.1, dropout };
  const trainable = trainableEncoderDecoder(model, options);
  using optimizer = new Optimizer(trainable.variables);
  using team = workers === 1
    ? undefined
    : await startTrainingWorkers(model, { ...options, workers });
  team?.begin({});
  await team?.shareWeights();
  const losses: number[] = [];
  for (let step = 1; step <= 12; step++) {
    const at = { step, learningRate: 2e-3, seed: 1 };
    const batches = [batchOf(step)];
    const { loss } = team
      ? await team.step(batches, at)
      : await trainingStep(trainable, batches, { ...at, optimizer });
    losses.push(loss);
  }
  const weights: number[] = [];
  for (const [name, variable] of trainable.variables) {
    // A key's bias shifts all scores of a query alike, so its gradient is nothing but rounding, of which
    // Adam makes steps as large as any.
    if (!name.endsWith("k_proj.bias")) weights.push(...await variable.data());
  }
  return { losses, weights };
}

Deno.test("startTrainingWorkers() trains a Transformer as one thread does, to rounding", async () => {
  const one = await run({ workers: 1, dropout: 0 });
  assert(one.losses[11] < one.losses[0] - 0.1, `from ${one.losses[0]} to ${one.losses[11]}`);
  for (const workers of [2, 3]) {
    const several = await run({ workers, dropout: 0 });
    several.losses.forEach((loss, i) => {
      const expected = one.losses[i];
      assert(
        Math.abs(loss - expected) <= 1e-4 * expected,
        `step ${i + 1}: ${loss}, not ${expected}`,
      );
    });
    const apart = several.weights.map((weight, i) => Math.abs(weight - one.weights[i]));
    const largest = apart.reduce((a, b) => Math.max(a, b)), sum = apart.reduce((a, b) => a + b);
    assert(largest < 1e-3, `largest difference of weights ${largest}`);
    assert(sum / apart.length < 1e-6, `mean difference of weights ${sum / apart.length}`);
  }
});

Deno.test("startTrainingWorkers() with dropout gives the same bytes again", async () => {
  const [first, again] = [
    await run({ workers: 2, dropout: 0.1 }),
    await run({ workers: 2, dropout: 0.1 }),
  ];
  assertEquals(again, first);
});

Deno.test("parallelProblem() names why one thread must do", () => {
  assertEquals(parallelProblem({ device: { name: "wasm", reason: "" } }), undefined);
  const gpu = { device: { name: "webgpu", reason: "" } } as const;
  assertEquals(parallelProblem(gpu), "WebGPU is one device, which one thread keeps busy");
  const { SharedArrayBuffer: shared } = globalThis;
  try {
    Reflect.deleteProperty(globalThis, "SharedArrayBuffer");
    assert(parallelProblem({ device: { name: "wasm", reason: "" } })!.includes("no shared memory"));
  } finally {
    globalThis.SharedArrayBuffer = shared;
  }
});
