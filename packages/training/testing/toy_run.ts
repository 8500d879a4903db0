// Trains the toy model in a process of its own, for the test that kills it:
// deno run -A testing/toy_run.ts OUTPUT
import { selectDevice } from "@heed/nn";
import { createToyModel, toyBatches, toyConfig } from "./toy_model.ts";
import { train } from "../trainer.ts";
import { validationLoss } from "../validation_loss.ts";

await selectDevice({ prefer: "wasm" });
const model = createToyModel();
const dev = await toyBatches({ epochs: 1 });
const { reason } = await train(model, {
  config: toyConfig(Deno.args[0], { steps: 90, evaluate: { every: 6 }, checkpoint: { every: 4 } }),
  batches: await toyBatches(),
  resume: true,
  evaluate: async () => {
    async function* batches() {
      for await (const { batch } of dev({})) yield batch;
    }
    return { loss: (await validationLoss(model, batches())).loss };
  },
});
console.log(reason);
