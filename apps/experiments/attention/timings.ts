import { randomWord } from "@heed/nn";
import { trainableEncoderDecoder } from "@heed/seq2seq/layers";
import { Optimizer, trainingStep } from "@heed/training";
import { architectures, type ExperimentConfig } from "./config.ts";
import { type AnyModel, createModel, modelConfig } from "./models.ts";
import type { Timing } from "./results.ts";

/** How {@linkcode measureTimings} measures. */
export interface MeasureOptions {
  readonly signal: AbortSignal;
  /** Called before each measurement with what is measured. */
  readonly onProgress: (what: string) => void;
}

/**
 * Times a training step and a greedy translation of each architecture with fresh weights and made ids, on one
 * thread: how long both take depends on the shapes alone.
 */
export async function measureTimings(
  config: ExperimentConfig,
  { signal, onProgress }: MeasureOptions,
): Promise<Timing[]> {
  const { vocabSize, timings: { lengths, batches, rounds } } = config;
  const vocabulary = { vocabSize, padTokenId: vocabSize - 1, eosTokenId: 0 };
  const timings: Timing[] = [];
  for (const architecture of architectures) {
    using model = await createModel(modelConfig(architecture, config, vocabulary), { seed: 1 });
    using steps = trainingSteps(model);
    for (const batch of batches) {
      for (const length of lengths) {
        signal.throwIfAborted();
        onProgress(`${architecture}, batch ${batch}, length ${length}`);
        const rows = idRows({ batch, length, vocabSize });
        const search = { numBeams: 1, maxNewTokens: length, minNewTokens: length };
        timings.push({
          architecture,
          batch,
          length,
          stepMs: await leastMs(rounds, () => steps.step(rows)),
          decodeMsPerToken: await leastMs(rounds, () => model.generate(rows, search)) /
            (length * batch),
        });
      }
    }
  }
  return timings;
}

/** The least time of some rounds, after one that is not counted. */
async function leastMs(rounds: number, run: () => Promise<unknown>): Promise<number> {
  await run();
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await run();
    least = Math.min(least, performance.now() - start);
  }
  return Number(least.toPrecision(4));
}

/** Ids of whole rows: no padding, no end but the last. */
function idRows(
  { batch, length, vocabSize }: { batch: number; length: number; vocabSize: number },
): number[][] {
  return Array.from(
    { length: batch },
    (_, row) =>
      Array.from(
        { length },
        (_, i) => i === length - 1 ? 0 : 2 + randomWord(row, i) % (vocabSize - 3),
      ),
  );
}

function trainingSteps(model: AnyModel) {
  const trainable = trainableEncoderDecoder(model, { labelSmoothing: 0.1, dropout: 0 });
  const optimizer = new Optimizer(trainable.variables);
  let step = 0;
  return {
    step: (rows: number[][]) =>
      trainingStep(trainable, [{ inputIds: rows, labels: rows }], {
        optimizer,
        step: ++step,
        learningRate: 1e-5,
        seed: 1,
      }),
    [Symbol.dispose]: () => optimizer.dispose(),
  };
}
