import { Optimizer } from "./optimizer.ts";
import type { RunConfig } from "./run_config.ts";
import type { TrainableModel } from "./trainable_model.ts";
import { type StepResult, trainingStep, type TrainingStepOptions } from "./training_step.ts";

/** When and how a step is taken. */
export type StepAt = Omit<TrainingStepOptions, "optimizer">;

/** What takes the steps of a run: one thread, or several together. */
export interface Steps<Batch> {
  /** Threads that compute. */
  readonly workers: number;
  /** Begins a run with moments of zero. */
  begin(config: Pick<RunConfig, "optimizer" | "accumulate">): void;
  /** Has to be called when the weights of the model were set, and before the first step. */
  shareWeights(): Promise<void>;
  /** Changes the weights. */
  step(batches: readonly Batch[], at: StepAt): Promise<StepResult>;
  /** Writes the moments. */
  save(path: string | URL): Promise<void>;
  /** Reads the moments. */
  load(path: string | URL): Promise<void>;
}

/** Steps on the caller's thread alone. */
export class SoloSteps<Batch> implements Steps<Batch> {
  /** One thread. */
  readonly workers = 1;
  readonly #model: TrainableModel<Batch>;
  #optimizer!: Optimizer;

  constructor(model: TrainableModel<Batch>) {
    this.#model = model;
  }

  begin({ optimizer }: Pick<RunConfig, "optimizer">): void {
    this.#optimizer = new Optimizer(this.#model.variables, optimizer);
  }

  shareWeights(): Promise<void> {
    return Promise.resolve();
  }

  step(batches: readonly Batch[], at: StepAt): Promise<StepResult> {
    return trainingStep(this.#model, batches, { ...at, optimizer: this.#optimizer });
  }

  save(path: string | URL): Promise<void> {
    return this.#optimizer.save(path);
  }

  load(path: string | URL): Promise<void> {
    return this.#optimizer.load(path);
  }

  dispose(): void {
    this.#optimizer?.dispose();
  }
}
