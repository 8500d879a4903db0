/**
 * A thread of data-parallel training, for models of any family: it imports the module that it is told, has it
 * make a replica of the model, and gets the weights from the caller. `startTrainingWorkers` starts it.
 *
 * @module
 */
import { serveTraining, type TrainingWorkerScope } from "./parallel/serve_training.ts";
import type { ReplicaModule, WorkerSetup } from "./replica_module.ts";

export type { TrainingWorkerScope } from "./parallel/serve_training.ts";
export type { ReplicaModel } from "./trainable_model.ts";
export type { ReplicaModule, WorkerSetup } from "./replica_module.ts";

/**
 * Answers the caller's messages; called by itself where this module is a worker.
 *
 * @param scope The worker's global scope.
 *
 * @example
 * ```ts
 * import { serve, type TrainingWorkerScope } from "@heed/training/worker";
 * import { assertEquals } from "@std/assert";
 *
 * const answered = Promise.withResolvers<unknown>();
 * const scope: TrainingWorkerScope = { onmessage: null, postMessage: answered.resolve };
 * serve(scope);
 * const module = `data:text/javascript,export async function createReplica({ size }) {
 *   return { variables: new Map([["bias", { size }]]) };
 * }`;
 * const create = { module, options: { size: 3 } };
 * scope.onmessage!(new MessageEvent("message", { data: { create } }));
 * assertEquals(await answered.promise, { created: [["bias", 3]] });
 * ```
 */
export function serve(scope: TrainingWorkerScope): void {
  serveTraining<never, WorkerSetup>(scope, async ({ module, options }) => {
    const { createReplica } = await import(module) as ReplicaModule<never>;
    return await createReplica(options);
  });
}

if ("WorkerGlobalScope" in globalThis) serve(globalThis as unknown as TrainingWorkerScope);
