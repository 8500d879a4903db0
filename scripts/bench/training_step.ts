/**
 * Times training steps of the benchmark model in this process and prints one line of JSON.
 *
 *     deno run --allow-all scripts/bench/training_step.ts [--kernels own|stock] [--steps 20]
 *         [--workers 1] [--blas off|auto|PATH] [--profile]
 *
 * A step is split between several workers as `heed train --workers` does it. `stock` is tfjs's WASM backend without
 * Heed's kernels. It has no kernel for the gradient of an embedding, so a plain JavaScript one stands in.
 */
import { parseArgs } from "@std/cli";
import * as tf from "@tensorflow/tfjs";
import { adamStep, type Device, globalNorm, randomWord, selectDevice } from "@heed/nn";
import { createModel, defaultSeq2SeqConfig } from "@heed/seq2seq";
import {
  type Seq2SeqBatch,
  startTrainingWorkers,
  trainableEncoderDecoder,
} from "@heed/seq2seq/layers";
import { type KernelTime, profileKernels } from "./kernel_profile.ts";

const args = parseArgs(Deno.args, {
  string: ["kernels", "blas"],
  boolean: ["profile"],
  default: { kernels: "own", blas: "off", workers: 1, steps: 20, warmup: 3, dropout: 0.1 },
});
const BATCH = 32, LENGTH = 32, VOCAB = 8000;

const device = args.kernels === "stock"
  ? await useStockKernels()
  : await selectDevice({ prefer: "wasm", blas: args.blas });
if (args.blas !== "off" && !device.blas) {
  throw new Error(`Cannot time training with a BLAS: ${device.blasReason}`);
}

const config = defaultSeq2SeqConfig({
  vocabSize: VOCAB,
  encoderLayers: 3,
  decoderLayers: 3,
  dropout: args.dropout,
});
using model = await createModel(config, { device, seed: 1 });
const trainable = trainableEncoderDecoder(model, { labelSmoothing: 0.1 });
const variables = [...trainable.variables.values()];
const zeros = () => variables.map(({ shape }) => tf.variable(tf.zeros(shape), false));
const moments = { first: zeros(), second: zeros() };

const team = args.workers > 1 ? await startTeam() : undefined;

let profile: (() => KernelTime[]) | undefined;
const times: number[] = [], losses: number[] = [];
const total = args.warmup + args.steps;
for (let step = 1; step <= total; step++) {
  if (args.profile && step === total) profile = profileKernels("wasm");
  const start = performance.now();
  losses.push(await (team ? teamStep(team, step) : trainingStep(step)));
  if (step > args.warmup) times.push(performance.now() - start);
}
times.sort((a, b) => a - b);
console.log(JSON.stringify({
  kernels: args.kernels,
  workers: args.workers,
  blas: device.blas?.library ?? "none",
  msPerStep: times[times.length >> 1],
  fastest: times[0],
  steps: args.steps,
  losses,
  peakRssMb: await peakRss(),
  profile: profile?.(),
}));
team?.dispose();

type Team = Awaited<ReturnType<typeof startTrainingWorkers>>;

/** Workers with the optimizer and the clipping of `trainingStep`. */
async function startTeam(): Promise<Team> {
  const { workers, dropout } = args;
  const started = await startTrainingWorkers(model, { workers, labelSmoothing: 0.1, dropout });
  started.begin({});
  await started.shareWeights();
  return started;
}

async function teamStep(team: Team, step: number): Promise<number> {
  const at = { step, learningRate: 5e-4, seed: step };
  return (await team.step([randomBatch(step)], at)).loss;
}

async function trainingStep(step: number): Promise<number> {
  let tokens = 0;
  const { value, grads } = tf.variableGrads(() => {
    const result = trainable.loss(randomBatch(step), { training: true, seed: step });
    tokens = result.tokens;
    return result.lossSum;
  }, variables);
  const gradients = variables.map(({ name }) => grads[name]);
  const norm = await globalNorm(gradients) / tokens;
  adamStep(variables, gradients, {
    moments,
    step,
    learningRate: 5e-4,
    gradientScale: Math.min(1, 1 / norm) / tokens,
  });
  const loss = (await value.data())[0] / tokens;
  tf.dispose([value, grads]);
  return loss;
}

function randomBatch(seed: number): Seq2SeqBatch {
  const rows = (offset: number) =>
    Array.from(
      { length: BATCH },
      (_, row) =>
        Array.from({ length: LENGTH }, (_, i) =>
          randomWord(seed, offset + row * LENGTH + i) % (VOCAB - 1)),
    );
  return { inputIds: rows(0), labels: rows(BATCH * LENGTH) };
}

async function useStockKernels(): Promise<Device> {
  await import("@tensorflow/tfjs-backend-wasm");
  if (!await tf.setBackend("wasm")) throw new Error("Cannot start tfjs's WASM backend");
  tf.registerKernel({
    kernelName: "UnsortedSegmentSum",
    backendName: "wasm",
    // deno-lint-ignore no-explicit-any -- tfjs types neither its backend nor kernel arguments
    kernelFunc: ({ inputs, backend, attrs }: any) => {
      const { x, segmentIds } = inputs;
      const width = x.shape.slice(segmentIds.shape.length).reduce(
        (a: number, b: number) => a * b,
        1,
      );
      const out = backend.makeOutput([attrs.numSegments, width], "float32");
      const values = backend.typedArrayFromHeap(x), ids = backend.typedArrayFromHeap(segmentIds);
      const sums = backend.typedArrayFromHeap(out).fill(0);
      for (let row = 0; row < ids.length; row++) {
        for (let i = 0; i < width; i++) sums[ids[row] * width + i] += values[row * width + i];
      }
      return out;
    },
  });
  return { name: "wasm", reason: "tfjs's own kernels" };
}

/** The largest resident size of this process so far, in MB. */
async function peakRss(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1000);
}
