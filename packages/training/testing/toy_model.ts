import { joinPath, writeSafetensors } from "@heed/checkpoint";
import {
  crossEntropySum,
  dropout,
  initLinearWeights,
  linear,
  type LinearWeights,
  randomWord,
} from "@heed/nn";
import * as tf from "@tensorflow/tfjs";
import type { BatchSource } from "../data/batch_source.ts";
import type { BatchPosition } from "../data/chunks.ts";
import { type TokenBatch, tokenBatches } from "../data/token_batches.ts";
import { splitTokenBatch } from "../parallel/split_batch.ts";
import type { TrainingWorkers } from "../parallel/training_workers.ts";
import type { RunConfig } from "../run_config.ts";
import { startTrainingWorkers } from "../start_training_workers.ts";
import { indexParallelText } from "../data/parallel_text.ts";
import type { TrainableModel } from "../trainable_model.ts";
import { tensorsToWrite } from "../weights_file.ts";

const VOCAB = 12, HIDDEN = 16;

/** A classifier of bags of words with dropout, for tests: it predicts the first label of each row. */
export interface ToyModel extends TrainableModel<TokenBatch> {
  /** Releases the weights. */
  dispose(): void;
}

/** What `toy_replica.ts` gets. */
export interface ToyReplicaOptions {
  readonly device: "wasm" | "cpu";
  readonly dropoutRate: number;
  /** Fails at this computation of a loss, the first is 1. */
  readonly failAt?: { readonly call: number; readonly how: "throw" | "crash" };
}

/** Threads that train a toy model together. */
export async function startToyWorkers(
  model: ToyModel,
  workers: number,
  options: ToyReplicaOptions,
): Promise<TrainingWorkers<TokenBatch>> {
  return await startTrainingWorkers(model, {
    workers,
    module: new URL("./toy_replica.ts", import.meta.url),
    options,
    split: splitTokenBatch,
  });
}

/** Fresh weights, the same for every call. */
export function createToyModel({ dropoutRate = 0.2 }: { dropoutRate?: number } = {}): ToyModel {
  const variables = new Map<string, tf.Variable>();
  const layer = (name: string, inSize: number, outSize: number, seed: number): LinearWeights => {
    const initial = initLinearWeights({ inSize, outSize }, { seed });
    const weight = tf.variable(initial.weight), bias = tf.variable(initial.bias!);
    tf.dispose([initial.weight, initial.bias!]);
    variables.set(`${name}.weight`, weight).set(`${name}.bias`, bias);
    return { weight, bias };
  };
  const input = layer("input", VOCAB, HIDDEN, 1), output = layer("output", HIDDEN, VOCAB, 2);
  return {
    variables,
    loss({ inputIds, labels }, { training, seed }) {
      const bags = inputIds.map((row) => {
        const bag = new Array(VOCAB).fill(0);
        for (const id of row) bag[id] += 1 / row.length;
        return bag;
      });
      const first = tf.tensor1d(labels.map((row) => row[0]), "int32");
      const hidden = linear(input, tf.tensor2d(bags), { activation: "tanh" });
      const dropped = dropout(hidden, { rate: training ? dropoutRate : 0, seed });
      const lossSum = crossEntropySum(linear(output, dropped), first);
      return { lossSum, tokens: labels.length };
    },
    async save(directory) {
      await writeSafetensors(joinPath(directory, "model.safetensors"), tensorsToWrite(variables));
    },
    dispose() {
      tf.dispose([...variables.values()]);
    },
  };
}

/** 300 pairs, one of them bad; the label to learn is the smallest id of the source. */
export async function toyBatches(
  { epochs, badLine = true }: { epochs?: number; badLine?: boolean } = {},
): Promise<BatchSource<TokenBatch, BatchPosition>> {
  const lines: string[] = [];
  for (let i = 0; i < 300; i++) {
    const ids = Array.from(
      { length: 1 + randomWord(3, i) % 5 },
      (_, j) => randomWord(i, j) % VOCAB,
    );
    lines.push(`${ids.join(" ")}\t${Math.min(...ids)}`);
  }
  if (badLine) lines[100] = "one column";
  const text = await indexParallelText(["data:," + encodeURIComponent(lines.join("\n"))], {
    blockLines: 8,
  });
  const ids = (words: string) => words.split(" ").map(Number);
  return tokenBatches(text, {
    encode: (source, target) => ({ inputIds: ids(source), labels: ids(target) }),
    tokens: 40,
    maxSourceTokens: 8,
    maxTargetTokens: 8,
    bucketLines: 80,
    epochs,
  });
}

/** A run of it. */
export function toyConfig(output: string, change: Partial<RunConfig> = {}): RunConfig {
  return {
    optimizer: { learningRate: 0.02 },
    schedule: { name: "inverse-sqrt", warmupSteps: 10 },
    steps: 40,
    evaluate: { every: 10 },
    checkpoint: { every: 8 },
    identity: { "architecture.hiddenSize": HIDDEN },
    output,
    ...change,
  };
}
