import type { ReplicaModel } from "../trainable_model.ts";
import { GivenUpError } from "./exchange.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";
import { Replica } from "./replica.ts";

/** What a worker's global scope is to {@linkcode serveTraining}. */
export interface TrainingWorkerScope {
  /** Gets the caller's messages. */
  onmessage: ((event: MessageEvent) => void) | null;
  /** Answers. */
  postMessage(message: unknown): void;
}

/**
 * The worker's side of {@linkcode TrainingWorkers}: what `@heed/training/worker` calls, and a worker's module
 * of your own may.
 *
 * @param scope The worker's global scope.
 * @param create Makes the model from what `TrainingWorkers.start` got as `setup`; with any weights,
 * they are replaced.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { serveTraining, type TrainingWorkerScope } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const answered = Promise.withResolvers<unknown>();
 * const scope: TrainingWorkerScope = { onmessage: null, postMessage: answered.resolve }; // a worker's `self`
 * serveTraining<number[], { size: number }>(scope, ({ size }) => {
 *   const mean: tf.Variable = tf.variable(tf.zeros([size]));
 *   return Promise.resolve({
 *     variables: new Map([["mean", mean]]),
 *     loss: (batch) => ({ lossSum: tf.sum(tf.sub(mean, batch)) as tf.Scalar, tokens: 1 }),
 *   });
 * });
 * scope.onmessage!(new MessageEvent("message", { data: { create: { size: 3 } } }));
 * assertEquals(await answered.promise, { created: [["mean", 3]] });
 * ```
 */
export function serveTraining<Batch, Setup>(
  scope: TrainingWorkerScope,
  create: (setup: Setup) => Promise<ReplicaModel<Batch>>,
): void {
  let model: ReplicaModel<Batch>;
  let replica: Replica<Batch> | undefined;
  const post = (message: FromWorker) => scope.postMessage(message);

  async function answer(message: ToWorker<Batch>): Promise<void> {
    if ("create" in message) {
      model = await create(message.create as Setup);
      post({ created: [...model.variables].map(([name, { size }]) => [name, size]) });
    } else if ("begin" in message) {
      replica?.dispose();
      replica = new Replica(model, message.begin, { block: true });
    } else {
      await replica!.run(message);
    }
  }

  // One after the other, although a message may arrive while another is worked on.
  let last = Promise.resolve();
  scope.onmessage = ({ data }: MessageEvent<ToWorker<Batch>>) => {
    last = last.then(() => answer(data)).catch((error) => {
      if (!(error instanceof GivenUpError)) post({ failed: String((error as Error)?.message) });
    });
  };
}
