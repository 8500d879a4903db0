/**
 * Times a GRU layer forward and backward on WASM; prints one line of JSON for each hidden size.
 *
 *     deno run --allow-all scripts/bench/rnn_layer.ts [--rounds 30] [--hidden 256,512]
 */
import * as tf from "@tensorflow/tfjs";
import { parseArgs } from "@std/cli";
import { gru, type GruWeights, initGruWeights, selectDevice } from "@heed/nn";

const args = parseArgs(Deno.args, {
  string: ["hidden"],
  default: { rounds: 30, batch: 32, length: 32, hidden: "256,512" },
});
await selectDevice({ prefer: "wasm" });
for (const hidden of args.hidden.split(",").map(Number)) {
  const weights = initGruWeights({ inSize: hidden, hiddenSize: hidden }, { seed: 1 });
  const x = tf.randomNormal([args.batch, args.length, hidden], 0, 1, "float32", 1) as tf.Tensor;
  const dy = tf.onesLike(x);
  const names = Object.keys(weights) as (keyof GruWeights)[];
  const gradients = tf.grads((x: tf.Tensor, ...given: tf.Tensor[]) =>
    gru(Object.fromEntries(names.map((name, i) => [name, given[i]])) as unknown as GruWeights, x)
  );
  let best = Infinity, bestForward = Infinity;
  for (let round = 0; round < args.rounds; round++) {
    const start = performance.now();
    tf.dispose(gru(weights, x));
    bestForward = Math.min(bestForward, performance.now() - start);
    const again = performance.now();
    tf.dispose(gradients([x, ...names.map((name) => weights[name])], dy));
    best = Math.min(best, performance.now() - again);
  }
  console.log(JSON.stringify({ hidden, ms: best, forwardMs: bestForward }));
}
