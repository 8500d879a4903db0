/**
 * Times training steps on the WebGPU adapter in this process and prints one line of JSON.
 *
 *     deno run --allow-all scripts/bench/webgpu_training_step.ts [--kernels own|stock] [--wait]
 *
 * `stock` is tfjs's WebGPU backend without Heed's kernels. `--wait` reads the norm and the loss back in
 * every step; without it the norm stays on the device and the losses are read at the end. Stock steps
 * always wait.
 */
import { parseArgs } from "@std/cli";
import * as tf from "@tensorflow/tfjs";
import { adamStep, globalNorm, gradientNorm, randomWord, selectDevice } from "@heed/nn";
import { createModel, defaultSeq2SeqConfig } from "@heed/seq2seq";
import { type Seq2SeqBatch, trainableEncoderDecoder } from "@heed/seq2seq/layers";
import { DeviceProbe } from "./webgpu_probe.ts";

const args = parseArgs(Deno.args, {
  string: ["kernels"],
  boolean: ["wait", "profile"],
  default: {
    kernels: "own",
    steps: 20,
    warmup: 3,
    tokens: 4096,
    length: 32,
    hidden: 256,
    ffn: 1024,
    heads: 4,
    "encoder-layers": 4,
    "decoder-layers": 2,
    vocab: 8000,
    dropout: 0.1,
    submit: 15,
  },
});
const stock = args.kernels === "stock";
const waits = args.wait || stock;
const rows = Math.max(1, Math.round(args.tokens / args.length));

const device = await selectDevice({ prefer: "webgpu" });
if (stock) {
  for (const { kernelName } of tf.getKernelsForBackend("webgpu")) {
    if (kernelName.startsWith("Heed")) tf.unregisterKernel(kernelName, "webgpu");
  }
}
tf.env().set("WEBGPU_CPU_FORWARD", false);
tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", args.submit);
const { device: gpu } = tf.backend() as unknown as {
  device: { queue: { onSubmittedWorkDone(): Promise<void> } };
};
const probe = new DeviceProbe(gpu);

const config = defaultSeq2SeqConfig({
  vocabSize: args.vocab,
  hiddenSize: args.hidden,
  encoderLayers: args["encoder-layers"],
  decoderLayers: args["decoder-layers"],
  encoderAttentionHeads: args.heads,
  decoderAttentionHeads: args.heads,
  encoderFfnDim: args.ffn,
  decoderFfnDim: args.ffn,
  maxPositionEmbeddings: Math.max(512, args.length),
  dropout: args.dropout,
});
using model = await createModel(config, { device, seed: 1 });
const trainable = trainableEncoderDecoder(model, { labelSmoothing: 0.1 });
const variables = [...trainable.variables.values()];
const zeros = () => variables.map(({ shape }) => tf.variable(tf.zeros(shape), false));
const moments = { first: zeros(), second: zeros() };
const losses: tf.Scalar[] = [];
const batches = Array.from({ length: 4 }, (_, i) => randomBatch(i));

let step = 0;
for (let i = 0; i < args.warmup; i++) await trainingStep();
await gpu.queue.onSubmittedWorkDone();
probe.take();
let recordMs = 0;
const start = performance.now();
for (let i = 0; i < args.steps; i++) recordMs += await trainingStep();
await gpu.queue.onSubmittedWorkDone();
const elapsedMs = performance.now() - start;
const { dispatches, submits, readbacks, byLabel } = probe.take();

const { numBytesAllocatedInGPU } = tf.memory() as unknown as { numBytesAllocatedInGPU: number };
const times = args.profile && probe.hasTimestamps ? await profile() : undefined;
const values = await Promise.all(losses.map(async (loss) => (await loss.data())[0]));
console.log(JSON.stringify({
  kernels: args.kernels,
  waits,
  adapter: device.adapter,
  steps: args.steps,
  tokensPerStep: 2 * rows * args.length,
  msPerStep: elapsedMs / args.steps,
  recordMsPerStep: recordMs / args.steps,
  tokensPerSecond: Math.round(2 * rows * args.length * args.steps / elapsedMs * 1000),
  dispatchesPerStep: dispatches / args.steps,
  submitsPerStep: submits / args.steps,
  readbacksPerStep: readbacks / args.steps,
  deviceMb: Math.round(numBytesAllocatedInGPU / 2 ** 20),
  losses: values.map((loss) => Number((loss / rows / args.length).toFixed(4))),
  profile: [...byLabel]
    .map(([label, calls]) => ({ label, calls: calls / args.steps, ms: times?.get(label) }))
    .sort((a, b) => (b.ms ?? b.calls) - (a.ms ?? a.calls)),
}));

/** Returns the milliseconds that it took to record the step, without any waiting. */
async function trainingStep(): Promise<number> {
  step++;
  let begin = performance.now(), recorded = 0;
  let tokens = 0;
  const { value, grads } = tf.variableGrads(() => {
    const batch = batches[step % batches.length];
    const result = trainable.loss(batch, { training: true, seed: step });
    tokens = result.tokens;
    return result.lossSum;
  }, variables);
  const gradients = variables.map(({ name }) => grads[name]);
  const options = { moments, step, learningRate: 5e-4 };
  if (waits) {
    recorded = performance.now() - begin;
    const norm = (stock ? await stockNorm(gradients) : await globalNorm(gradients)) / tokens;
    begin = performance.now();
    adamStep(variables, gradients, { ...options, gradientScale: Math.min(1, 1 / norm) / tokens });
    recorded += performance.now() - begin;
    await value.data();
  } else {
    const norm = gradientNorm(gradients);
    const clip = { norm, maxNorm: 1 };
    adamStep(variables, gradients, { ...options, gradientScale: 1 / tokens, clip });
    norm.dispose();
    recorded = performance.now() - begin;
  }
  losses.push(value as tf.Scalar);
  tf.dispose(grads);
  return recorded;
}

/** tfjs's sum of many tensors binds them all, which no device allows; so a few at a time. */
async function stockNorm(gradients: tf.Tensor[]): Promise<number> {
  const norm = tf.tidy(() => {
    let sums: tf.Tensor[] = gradients.map((gradient) => tf.sum(tf.square(gradient)));
    while (sums.length > 1) {
      sums = Array.from(
        { length: Math.ceil(sums.length / 6) },
        (_, i) => tf.addN(sums.slice(6 * i, 6 * i + 6)),
      );
    }
    return tf.sqrt(sums[0]);
  });
  const [value] = await norm.data();
  norm.dispose();
  return value;
}

/** One more step with a pass for every dispatch. */
async function profile(): Promise<Map<string, number>> {
  tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", 1);
  return await probe.time(async () => {
    await trainingStep();
    await gpu.queue.onSubmittedWorkDone();
  });
}

function randomBatch(seed: number): Seq2SeqBatch {
  const ids = (offset: number) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from(
        { length: args.length },
        (_, i) => randomWord(seed, offset + row * args.length + i) % (args.vocab - 1),
      ));
  return { inputIds: ids(0), labels: ids(rows * args.length) };
}
