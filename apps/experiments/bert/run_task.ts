import { type FinetuningConfig, prepareFinetuning } from "@heed/bert/training";
import { train } from "@heed/training";
import type { Task } from "./tasks.ts";

/** Where a task is learnt. */
export interface RunOptions {
  /** Checkpoint to begin with. */
  readonly model: string;
  /** Folder of the data. */
  readonly data: string;
  /** Folder of the run. */
  readonly output: string;
  readonly workers: number;
  readonly seed: number;
  /** Files in the place of the task's own. */
  readonly train?: readonly string[];
  /** Steps in the place of passes, to see that it runs. */
  readonly steps?: number;
}

/** What came out. */
export interface RunResult {
  readonly figures: Readonly<Record<string, number>>;
  readonly steps: number;
  /** Median of a step. */
  readonly secondsPerStep: number;
}

/** Learns a task and measures it on the test. */
export async function runTask(task: Task, options: RunOptions): Promise<RunResult> {
  const { data, steps } = options;
  const at = (files: readonly string[]) => files.map((file) => `${data}/${file}`);
  const config: FinetuningConfig = {
    task: task.task,
    model: options.model,
    train: options.train ?? at(task.train),
    output: options.output,
    batchSize: task.batchSize,
    seed: options.seed,
    device: "wasm",
    workers: options.workers,
    ...task.columns && { columns: task.columns },
    ...task.maxTokens && { maxTokens: task.maxTokens },
    ...task.learningRate && { learningRate: task.learningRate },
    ...steps === undefined ? { epochs: task.epochs ?? 3 } : { steps },
  };
  using run = await prepareFinetuning(config, { onWarning: (text) => console.error(text) });
  const times: number[] = [];
  let last = performance.now(), count = 0;
  await train(run.model, {
    ...run,
    onProgress({ step }) {
      const now = performance.now();
      if (step > count) times.push((now - last) / (step - count));
      [last, count] = [now, step];
    },
  });
  const { figures } = await run.measure(at(task.test));
  times.sort((a, b) => a - b);
  return { figures, steps: count, secondsPerStep: (times[times.length >> 1] ?? 0) / 1000 };
}
