// Trains the toy model in a process of its own, for the test that kills it:
// deno run -A testing/toy_run.ts OUTPUT WORKERS
import { selectDevice } from "@heed/nn";
import { createToyModel, startToyWorkers, toyBatches, toyConfig } from "./toy_model.ts";
import { train } from "../trainer.ts";
import { validationLoss } from "../validation_loss.ts";

await selectDevice({ prefer: "wasm" });
const [output, count] = Deno.args;
const model = createToyModel();
using workers = count === "1"
  ? undefined
  : await startToyWorkers(model, Number(count), { device: "wasm", dropoutRate: 0.2 });
const dev = await toyBatches({ epochs: 1 });
const { reason } = await train(model, {
  config: toyConfig(output, { steps: 60, evaluate: { every: 6 }, checkpoint: { every: 4 } }),
  batches: await toyBatches(),
  workers,
  resume: true,
  evaluate: async () => {
    async function* batches() {
      for await (const { batch } of dev({})) yield batch;
    }
    return { loss: (await validationLoss(model, batches())).loss };
  },
});
console.log(reason);
