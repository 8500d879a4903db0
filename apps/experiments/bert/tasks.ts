import type { FinetuningConfig } from "@heed/bert/training";

/** A task with real data, and how it is learnt. */
export interface Task
  extends Pick<FinetuningConfig, "task" | "columns" | "maxTokens" | "epochs" | "learningRate"> {
  /** Files below the folder of the data. */
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** What the figure should reach, and which one it is. */
  readonly goal?: number;
  readonly figure: "accuracy" | "entityF1";
  readonly batchSize: number;
}

const named = (text: string | number, label: string | number) => ({ columns: { text, label } });
const texts = { task: "classification", figure: "accuracy", batchSize: 32 } as const;

/** Tasks of the study by name; `README.md` says what the folder of the data holds. */
export const TASKS: Readonly<Record<string, Task>> = {
  banking77: {
    ...texts,
    ...named("text", "category"),
    train: ["banking77/train.csv"],
    test: ["banking77/test.csv"],
    goal: 0.91,
    epochs: 14,
    learningRate: 1.5e-4,
    maxTokens: 64,
  },
  "sst-2": {
    ...texts,
    ...named("sentence", "label"),
    train: ["SST-2/train.tsv"],
    test: ["SST-2/dev.tsv"],
    goal: 0.88,
    epochs: 1,
    learningRate: 5e-5,
    maxTokens: 64,
  },
  clinc150: {
    ...texts,
    ...named(1, 0),
    train: ["clinc150/train.tsv"],
    test: ["clinc150/test.tsv"],
    goal: 0.94,
    epochs: 8,
    learningRate: 1.5e-4,
    maxTokens: 48,
  },
  "ag-news": {
    ...texts,
    ...named("text", "label"),
    train: ["made/ag-news-train.jsonl"],
    test: ["made/ag-news-test.jsonl"],
    goal: 0.91,
    epochs: 3,
    learningRate: 5e-5,
    maxTokens: 128,
  },
  wnut17: {
    task: "tagging",
    figure: "entityF1",
    columns: { text: 0, label: 1 },
    train: ["wnut17/wnut17train.conll"],
    test: ["wnut17/emerging.test.annotated"],
    epochs: 4,
    learningRate: 5e-5,
    maxTokens: 128,
    batchSize: 16,
  },
  snips: {
    ...texts,
    ...named(1, 0),
    train: ["snips/train.tsv"],
    test: ["snips/validate.tsv"],
    epochs: 3,
    learningRate: 1e-4,
    maxTokens: 64,
  },
  wordnet: {
    ...texts,
    ...named("text", "label"),
    train: ["made/wordnet-train.jsonl"],
    test: ["made/wordnet-test.jsonl"],
    goal: 0.8,
    epochs: 3,
    learningRate: 1e-4,
    maxTokens: 64,
  },
  sections: {
    ...texts,
    ...named("text", "label"),
    train: ["made/sections-train.jsonl"],
    test: ["made/sections-test.jsonl"],
    goal: 0.7,
    epochs: 3,
    learningRate: 1e-4,
    maxTokens: 64,
  },
};
