/**
 * Times training steps by one worker and by several on the same batches, and prints one line of
 * JSON for each number of workers.
 *
 *     deno run --allow-all scripts/bench/parallel_training.ts [--workers 1,2] [--rounds 3]
 *         [--steps 4] [--tokens 4096] [--length 32]
 *
 * d 256, feed-forward 1024, 4 heads, 4+2 layers, vocabulary 8000; `tokens` target tokens in a step. The
 * numbers of workers take turns, round by round, so that a busy machine is busy for all.
 */
import { parseArgs } from "@std/cli";
import { randomWord } from "@heed/nn";
import { createModel, defaultSeq2SeqConfig, type Seq2SeqBatch } from "@heed/seq2seq";
import { startTrainingWorkers, trainableEncoderDecoder } from "@heed/seq2seq/layers";
import { Optimizer, type StepResult, trainingStep } from "@heed/training";

const args = parseArgs(Deno.args, {
  string: ["workers"],
  default: { workers: "1,2", rounds: 3, steps: 4, tokens: 4096, length: 32 },
});
const VOCAB = 8000;
const options = { labelSmoothing: 0.1, dropout: 0.1 };

interface Contender {
  readonly workers: number;
  readonly step: (step: number) => Promise<StepResult>;
  readonly milliseconds: number[];
  readonly processorMilliseconds: number[];
  readonly losses: number[];
}

const contenders: Contender[] = [];
for (const workers of args.workers.split(",")) contenders.push(await contender(Number(workers)));
for (const { step } of contenders) await step(0); // compiles and allocates
for (let round = 0; round < args.rounds; round++) {
  for (const { step, milliseconds, processorMilliseconds, losses } of contenders) {
    for (let i = 0; i < args.steps; i++) {
      const begin = performance.now(), used = processorTime();
      losses.push((await step(1 + losses.length)).loss);
      milliseconds.push(performance.now() - begin);
      processorMilliseconds.push(processorTime() - used);
    }
  }
}
const [first] = contenders;
for (const { workers, milliseconds, processorMilliseconds, losses } of contenders) {
  console.log(JSON.stringify({
    workers,
    targetTokens: args.tokens,
    medianMs: rounded(median(milliseconds)),
    fastestMs: rounded(Math.min(...milliseconds)),
    processorMs: rounded(median(processorMilliseconds)),
    tokensPerSecond: Math.round(args.tokens / median(milliseconds) * 1000),
    fasterThanFirst: Number((median(first.milliseconds) / median(milliseconds)).toFixed(2)),
    losses: losses.slice(0, 4),
  }));
}
Deno.exit(0); // and with it the workers

async function contender(workers: number): Promise<Contender> {
  const config = defaultSeq2SeqConfig({ vocabSize: VOCAB });
  const model = await createModel(config, { seed: 1, device: "wasm" });
  const measured = { workers, milliseconds: [], processorMilliseconds: [], losses: [] };
  const at = (step: number) => ({ step: step + 1, learningRate: 5e-4, seed: 1 });
  if (workers === 1) {
    const trainable = trainableEncoderDecoder(model, options);
    const optimizer = new Optimizer(trainable.variables);
    const step = (step: number) =>
      trainingStep(trainable, [randomBatch(step)], { ...at(step), optimizer });
    return { ...measured, step };
  }
  const team = await startTrainingWorkers(model, { ...options, workers });
  team.begin({});
  await team.shareWeights();
  return { ...measured, step: (step) => team.step([randomBatch(step)], at(step)) };
}

function randomBatch(seed: number): Seq2SeqBatch {
  const rows = (offset: number) =>
    Array.from({ length: Math.ceil(args.tokens / args.length) }, (_, row) =>
      Array.from(
        { length: args.length },
        (_, i) => randomWord(seed, offset + row * args.length + i) % (VOCAB - 1),
      ));
  return { inputIds: rows(0), labels: rows(args.tokens) };
}

/** Processor time of all threads of this process so far, in milliseconds; Linux only, else NaN. */
function processorTime(): number {
  try {
    const fields = Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /, "").split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return NaN;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function rounded(value: number): number {
  return Number(value.toFixed(1));
}
