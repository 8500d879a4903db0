import type { OptimizerConfig } from "../run_config.ts";
import type { ExchangeMemory } from "./exchange.ts";

/** What a thread needs to take part in a run. */
export interface ReplicaSetup {
  /** Shared by all threads. */
  readonly memory: ExchangeMemory;
  /** Which of them this is; 0 is the caller's. */
  readonly rank: number;
  /** Hyper-parameters. */
  readonly optimizer: Partial<OptimizerConfig>;
}

/** What the threads do together; each does the same at the same time. */
export type Command<Batch> =
  /** Row 0 has the weights: take them. */
  | { readonly do: "take weights" }
  /** Rows 0 and 1 have the moments: take those of the own weights. */
  | { readonly do: "take moments" }
  /** Put the moments of the own weights into rows 0 and 1. */
  | { readonly do: "give moments" }
  | { readonly do: "step"; readonly step: ReplicaStep<Batch> };

/** One thread's part in a step. */
export interface ReplicaStep<Batch> {
  /** This thread's part of each batch of the step; undefined where there is none. */
  readonly parts: readonly (Batch | undefined)[];
  /** Number of the step, from 1. */
  readonly step: number;
  /** Learning rate of the step. */
  readonly learningRate: number;
  /** Seed of the run. */
  readonly seed: number;
}

/** Caller -> worker. `create` comes first, `begin` when a run begins. */
export type ToWorker<Batch> =
  | { readonly create: unknown }
  | { readonly begin: ReplicaSetup }
  | Command<Batch>;

/** Worker -> caller. */
export type FromWorker =
  | { readonly created: readonly (readonly [name: string, size: number])[] }
  | { readonly failed: string };
