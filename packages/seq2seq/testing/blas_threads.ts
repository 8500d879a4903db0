/**
 * How many threads a BLAS uses when a model is made, and when two threads train it. A program of its own: a
 * library is one for a whole process, and tests that run beside each other each say how many threads they want.
 *
 * @module
 */
import { startTrainingWorkers } from "../layers.ts";
import { createModel, defaultSeq2SeqConfig } from "../mod.ts";

const [library] = Deno.args;
using opened = opener(library);
const config = defaultSeq2SeqConfig({ vocabSize: 16, hiddenSize: 8 });
using model = await createModel(config, { seed: 1, device: "wasm" });
const alone = opened.threads();
using _team = await startTrainingWorkers(model, { workers: 2 });
const { blas } = model.device;
console.log(JSON.stringify({ reported: blas?.threads, alone, inTeam: opened.threads() }));

function opener(name: string) {
  const opened = Deno.dlopen(name, {
    openblas_get_num_threads: { parameters: [], result: "i32" },
  });
  return {
    threads: () => opened.symbols.openblas_get_num_threads(),
    [Symbol.dispose]: () => opened.close(),
  };
}
