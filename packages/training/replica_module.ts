import type { ReplicaModel } from "./trainable_model.ts";

/** What a worker makes its replica from: plain values, which can be sent to it. */
export interface WorkerSetup {
  /** URL of a {@linkcode ReplicaModule}. */
  readonly module: string;
  /** What its `createReplica` gets. */
  readonly options: unknown;
}

/** The module of a family of models that a worker imports to have a model of its own. */
export interface ReplicaModule<Batch, Options = unknown> {
  /**
   * Makes a model with the weights, by name and in order, of the caller's.
   *
   * @param options Plain values, for example the sizes of the model.
   * @returns The model; with any weights, they are replaced.
   */
  createReplica(options: Options): Promise<ReplicaModel<Batch>>;
}
