import type { DirectoryLock } from "@heed/checkpoint";
import type { BatchSource } from "./data/batch_source.ts";
import type { TrainingProgress } from "./progress.ts";
import type { RunConfig } from "./run_config.ts";
import type { Steps } from "./steps.ts";

/** Figures of an evaluation by name: that of `config.evaluate.metric`, and any others for the log. */
export type Evaluation = Readonly<Record<string, number>>;

/** Measures the model after a step; may throw when the signal says to stop. */
export type Evaluate = (at: { step: number; signal?: AbortSignal }) => Promise<Evaluation>;

/** Options of {@linkcode train}. */
export interface TrainOptions<Batch, Position> {
  /** The run. */
  readonly config: RunConfig;
  /** Gives the batches; the run ends with them, if not before. */
  readonly batches: BatchSource<Batch, Position>;
  /** Measures the model on the dev set; without it every checkpoint is as good as the last. */
  readonly evaluate?: Evaluate;
  /** Threads that compute the steps together; default the caller's alone. They are not disposed of. */
  readonly workers?: Steps<Batch>;
  /** Lock of `config.output`, when the caller has it already and will let it go; taken by default. */
  readonly lock?: DirectoryLock;
  /** Goes on from the last complete checkpoint in `config.output`; default false. */
  readonly resume?: boolean;
  /** Ends the run after the current step, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Called after each step. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Called with what a person should know: skipped lines (the first 20), damaged checkpoints. */
  readonly onWarning?: (text: string) => void;
}

/** How a run ended. */
export interface TrainingResult {
  /** Why: all steps were taken, no improvement, or the signal. */
  readonly reason: "finished" | "stopped early" | "interrupted";
  /** Steps taken. */
  readonly step: number;
  /** Best value of `config.evaluate.metric`, and its step. */
  readonly best?: { readonly step: number; readonly value: number };
  /** Directory of the final model: averaged, else the best, else the last; none when interrupted. */
  readonly model?: string;
}
