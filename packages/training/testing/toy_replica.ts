// A replica for tests that trains the toy model, or fails as it is told.
import { selectDevice } from "@heed/nn";
import type { TokenBatch } from "../data/token_batches.ts";
import type { ReplicaModel } from "../trainable_model.ts";
import { createToyModel, type ToyReplicaOptions } from "./toy_model.ts";

export async function createReplica(
  { device, dropoutRate, failAt }: ToyReplicaOptions,
): Promise<ReplicaModel<TokenBatch>> {
  await selectDevice({ prefer: device });
  const model = createToyModel({ dropoutRate });
  let calls = 0;
  return {
    variables: model.variables,
    loss(batch, options) {
      if (++calls === failAt?.call) {
        if (failAt.how === "throw") throw new RangeError("Out of memory: a test said so");
        // Outside of every try: what nobody has caught.
        setTimeout(() => {
          throw new Error("a test broke it");
        });
      }
      return model.loss(batch, options);
    },
  };
}
