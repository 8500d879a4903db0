/**
 * Times training steps of the three architectures at about equal sizes on WASM; one line of JSON each,
 * with the kernels that take most of a step.
 *
 *     deno run --allow-all scripts/bench/rnn_step.ts [--rounds 5] [--length 32] [--batch 32]
 */
import * as tf from "@tensorflow/tfjs";
import { parseArgs } from "@std/cli";
import { selectDevice } from "@heed/nn";
import { createModel, defaultRnnConfig, defaultSeq2SeqConfig } from "@heed/seq2seq";
import { trainableEncoderDecoder } from "@heed/seq2seq/layers";

const args = parseArgs(Deno.args, { default: { rounds: 5, length: 32, batch: 32, vocab: 8000 } });
const device = await selectDevice({ prefer: "wasm" });
const row = () => Array.from({ length: args.length }, () => 1 + Math.random() * 7000 | 0);
const batch = {
  inputIds: Array.from({ length: args.batch }, row),
  labels: Array.from({ length: args.batch }, row),
};
const sizes = { vocabSize: args.vocab, dropout: 0.1 };
const makers = {
  transformer: async () => {
    const layers = { encoderLayers: 3, decoderLayers: 3, attentionDropout: 0.1 };
    return await createModel(defaultSeq2SeqConfig({ ...sizes, ...layers }), { device, seed: 1 });
  },
  rnnsearch: async () =>
    await createModel(defaultRnnConfig({ ...sizes, decoderHiddenSize: 512 }), { device, seed: 1 }),
  rnnencdec: async () => {
    const config = defaultRnnConfig({
      ...sizes,
      decoderHiddenSize: 512,
      architecture: "rnnencdec",
    });
    return await createModel(config, { device, seed: 1 });
  },
};
for (const [name, make] of Object.entries(makers)) {
  using model = await make();
  const trainable = trainableEncoderDecoder(model, { labelSmoothing: 0.1 });
  const variables = [...trainable.variables.values()];
  const step = () =>
    tf.dispose(tf.variableGrads(
      () => trainable.loss(batch, { training: true, seed: 1 }).lossSum,
      variables,
    ));
  step();
  let best = Infinity;
  for (let round = 0; round < args.rounds; round++) {
    const start = performance.now();
    step();
    best = Math.min(best, performance.now() - start);
  }
  const { kernels } = await tf.profile(() => {
    step();
    return tf.scalar(0);
  });
  const times = new Map<string, number>();
  for (const { name, kernelTimeMs } of kernels) {
    times.set(name, (times.get(name) ?? 0) + (await kernelTimeMs as number));
  }
  const top = [...times].sort((a, b) => b[1] - a[1]).slice(0, 12)
    .map(([kernel, ms]) => `${kernel} ${ms.toFixed(1)}`);
  const parameters = variables.reduce((sum, { size }) => sum + size, 0);
  console.log(JSON.stringify({ name, parameters, msPerStep: Math.round(best), top }));
}
