/** Weights that are changed in another way than the others. */
export interface WeightGroup {
  /** A regular expression; a weight whose name it matches belongs to the group, unless it does to an earlier one. */
  readonly names: string;
  /** Factor of the learning rate; default 1. */
  readonly learningRateFactor?: number;
  /** Decoupled weight decay; default that of the optimizer. */
  readonly weightDecay?: number;
}

/** Adam or AdamW. */
export interface OptimizerConfig {
  /** `adamw` decays the weights; default `adam`. */
  readonly name: "adam" | "adamw";
  /** Highest learning rate, reached after the warm-up; default 5e-4. */
  readonly learningRate: number;
  /** Decay of the first moment; default 0.9. */
  readonly beta1: number;
  /** Decay of the second moment; default 0.98. */
  readonly beta2: number;
  /** Added to the root of the second moment; default 1e-9. */
  readonly epsilon: number;
  /** Decoupled weight decay; default 0, and only `adamw` may have another. */
  readonly weightDecay: number;
  /** Largest norm of all gradients together, 0 for no limit; default 1. */
  readonly clipNorm: number;
  /** Weights with another rate or decay, such as none for biases; default none. One thread alone trains with them. */
  readonly groups?: readonly WeightGroup[];
}

/** How the learning rate runs over the steps. */
export interface ScheduleConfig {
  /** Shape after the warm-up; default `inverse-sqrt`. */
  readonly name: "inverse-sqrt" | "linear" | "constant";
  /** Steps of linear growth from zero; default 4000. */
  readonly warmupSteps: number;
  /** Step at which `linear` reaches zero; default `steps`. */
  readonly totalSteps?: number;
}

/** A figure of an evaluation that tells better checkpoints from worse ones. */
export interface Metric {
  /** Its name among the figures that `evaluate` gives. */
  readonly name: string;
  /** True when more is better (BLEU, accuracy), false for a loss. */
  readonly higherIsBetter: boolean;
}

/** When a run is measured, and what by. */
export interface EvaluationConfig {
  /** Steps between evaluations; default 500. */
  readonly every: number;
  /** What the best checkpoint is chosen by, and early stopping watches; default `loss`, less is better. */
  readonly metric: Metric;
  /** Evaluations without improvement before training stops; default never. */
  readonly patience?: number;
  /** Measures before the first step, too: for a model that goes on from another; default false. */
  readonly atStart: boolean;
}

/** What is kept on disk. */
export interface CheckpointConfig {
  /** Steps between checkpoints; default 500. */
  readonly every: number;
  /** How many of the last ones are kept, beside the best; default 2. */
  readonly keep: number;
  /** Averages the weights of so many checkpoints at the end; default no averaging. */
  readonly average?: {
    /** How many. */
    readonly count: number;
    /** The last ones or the best ones by `evaluate.metric`; default `last`. */
    readonly of: "last" | "best";
  };
}

/** A run: all that {@linkcode train} itself goes by, whatever is trained on whatever data. */
export interface RunConfig {
  /** Optimizer. */
  readonly optimizer?: Partial<OptimizerConfig>;
  /** Learning rate. */
  readonly schedule?: Partial<ScheduleConfig>;
  /** Batches whose gradients are added up for one step; default 1. */
  readonly accumulate?: number;
  /** Seed of what is random in a step, such as dropout; default 1. */
  readonly seed?: number;
  /** Steps to train; default until the batches end. */
  readonly steps?: number;
  /** Evaluation. */
  readonly evaluate?: Partial<EvaluationConfig>;
  /** Checkpoints. */
  readonly checkpoint?: Partial<CheckpointConfig>;
  /** Directory for checkpoints, log and the final model. */
  readonly output: string;
  /**
   * What else a run cannot change half-way, by names that errors mention: sizes of the model, all that
   * decides which batch comes when. A run is resumed only where they are the same; `seed`,
   * `batch.accumulate` and `evaluate.metric` are among them without being given. Paths should not be, so that
   * a run may be moved.
   */
  readonly identity?: Readonly<Record<string, unknown>>;
}

/** A run with every default in place. */
export type CompleteRunConfig =
  & Required<Omit<RunConfig, "optimizer" | "schedule" | "evaluate" | "checkpoint" | "steps">>
  & Pick<RunConfig, "steps">
  & {
    /** Optimizer. */
    readonly optimizer: OptimizerConfig;
    /** Learning rate. */
    readonly schedule: ScheduleConfig;
    /** Evaluation. */
    readonly evaluate: EvaluationConfig;
    /** Checkpoints. */
    readonly checkpoint: CheckpointConfig;
  };

/** The optimizer of Vaswani et al. 2017 (section 5.3), with clipping. */
export const defaultOptimizer: OptimizerConfig = {
  name: "adam",
  learningRate: 5e-4,
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-9,
  weightDecay: 0,
  clipNorm: 1,
};
