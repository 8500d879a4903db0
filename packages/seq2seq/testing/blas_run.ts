// Trains a small Transformer to reverse its input, for tests that compare products of the kernels and of a
// native library: HEED_BLAS=off|PATH deno run -A testing/blas_run.ts OUTPUT WORKERS STEPS DROPOUT
// Goes on where an earlier run in OUTPUT has ended. Prints what computes the products.
import { randomWord } from "@heed/nn";
import { indexParallelText, tokenBatches, train } from "@heed/training";
import { createModel, defaultSeq2SeqConfig } from "../mod.ts";
import { startTrainingWorkers, trainableEncoderDecoder } from "../layers.ts";

const [output, workers, steps, dropout] = Deno.args;
const VOCAB = 64, LONGEST = 12;
const config = {
  optimizer: { learningRate: 5e-4 },
  schedule: { name: "inverse-sqrt", warmupSteps: 50 },
  steps: Number(steps),
  checkpoint: { every: 4 },
  output,
} as const;
const lines = Array.from({ length: 1000 }, (_, i) => {
  const length = 2 + randomWord(1, i) % (LONGEST - 3);
  const ids = Array.from({ length }, (_, j) => 1 + randomWord(2 + i, j) % (VOCAB - 2));
  return `${ids.join(" ")} 0\t${ids.toReversed().join(" ")} 0`;
});
const text = await indexParallelText(["data:," + encodeURIComponent(lines.join("\n"))]);
const ids = (words: string) => words.split(" ").map(Number);
const sizes = defaultSeq2SeqConfig({
  vocabSize: VOCAB,
  hiddenSize: 64,
  encoderLayers: 2,
  decoderLayers: 1,
  encoderFfnDim: 128,
  decoderFfnDim: 128,
});
using model = await createModel(sizes, { seed: 3, device: "wasm" });
const options = { labelSmoothing: 0.1, dropout: Number(dropout) };
using team = workers === "1"
  ? undefined
  : await startTrainingWorkers(model, { ...options, workers: Number(workers) });
await train(trainableEncoderDecoder(model, options), {
  config,
  batches: tokenBatches(text, {
    encode: (source, target) => ({ inputIds: ids(source), labels: ids(target) }),
    tokens: 256,
    maxSourceTokens: LONGEST,
    maxTargetTokens: LONGEST,
    bucketLines: 400,
  }),
  workers: team,
  resume: true,
});
console.log(model.device.blas?.library ?? "kernels");
