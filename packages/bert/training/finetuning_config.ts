import type { ClassificationKind } from "@heed/model";
import type { RunConfig } from "@heed/training";
import type { BertModel } from "../model.ts";
import { bertWeightGroups } from "../trainable.ts";
import type { AnyTask, FinetuningTaskName, TaskColumns } from "./tasks.ts";

/** What is fine-tuned, on what, and how. */
export interface FinetuningConfig {
  /** What the model is to do. */
  readonly task: FinetuningTaskName;
  /** Of classification: one label for each text (default `single`), any number (`a|b`), or a number. */
  readonly classification?: ClassificationKind;
  /** Directory of the checkpoint to begin with. */
  readonly model: string;
  /** Files to learn from: CSV, TSV, JSONL; of tagging, CoNLL. */
  readonly train: readonly string[];
  /** Files to choose the best checkpoint by, and to stop early; default none: the last one counts. */
  readonly dev?: readonly string[];
  /** Where things stand in the files. */
  readonly columns?: TaskColumns;
  /** Directory for checkpoints, log and the final model. */
  readonly output: string;
  /** Passes over the data; default 3. */
  readonly epochs?: number;
  /** Steps to train, instead of passes. */
  readonly steps?: number;
  /** Texts of a step; default 16. */
  readonly batchSize?: number;
  /** Batches whose gradients are added up for one step; default 1. */
  readonly accumulate?: number;
  /** Tokens of a text; what is longer is cut. Default 128, of question answering 384, and never more than the model has. */
  readonly maxTokens?: number;
  /** Highest learning rate; default 5e-5. It falls to zero at the end. */
  readonly learningRate?: number;
  /** Share of the steps over which the learning rate grows; default 0.1. */
  readonly warmup?: number;
  /** Decay of weights that are no biases and no norms; default 0.01. */
  readonly weightDecay?: number;
  /** Factor of the learning rate from each layer to the one below; default 1. */
  readonly layerDecay?: number;
  /** Layers from the bottom on, with the embeddings, that stay as they are; default none. */
  readonly frozenLayers?: number;
  /** Whether rare labels count more: each as much as all others; default false. */
  readonly balanced?: boolean;
  /** Share of a label's probability spread over all; default 0. */
  readonly labelSmoothing?: number;
  /** Evaluations on `dev` without improvement before training stops; default never. */
  readonly patience?: number;
  /** Steps between evaluations; default once in each pass. */
  readonly evaluateEvery?: number;
  /** Seed of the order, of dropout, and of a new head; default 1. */
  readonly seed?: number;
  /** Device to train on; default `auto`. */
  readonly device?: "auto" | "webgpu" | "wasm";
  /** Threads that train together on the device `wasm`; default 1. */
  readonly workers?: number;
}

/** The run that a configuration asks for. */
export function runConfig(
  config: FinetuningConfig,
  { inPass, steps, encoder, task }: {
    inPass: number;
    steps: number;
    encoder: BertModel;
    task: AnyTask;
  },
): RunConfig {
  const { learningRate = 5e-5, weightDecay = 0.01, warmup = 0.1, layerDecay = 1 } = config;
  const { seed = 1, accumulate = 1, patience, evaluateEvery, batchSize = 16, output } = config;
  const every = evaluateEvery ?? Math.min(inPass, steps);
  return {
    output,
    steps,
    seed,
    accumulate,
    optimizer: {
      name: "adamw",
      learningRate,
      weightDecay,
      beta2: 0.999,
      epsilon: 1e-8,
      groups: bertWeightGroups({ layers: encoder.config.numHiddenLayers, layerDecay }),
    },
    schedule: { name: "linear", warmupSteps: Math.min(steps - 1, Math.floor(warmup * steps)) },
    evaluate: {
      every,
      metric: config.dev ? task.metric : undefined,
      patience,
    },
    checkpoint: { every, keep: 1 },
    identity: {
      task: config.task,
      batchSize,
      labels: encoder.config.labels,
      hiddenSize: encoder.config.hiddenSize,
    },
  };
}
