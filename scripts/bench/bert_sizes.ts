/**
 * What BERT-base and BERT-large take on the CPU, with random weights: time and memory of a forward pass in int8 (base
 * in float32 too) on one thread, and of training steps of base.
 *
 *     deno run --allow-all scripts/bench/bert_sizes.ts [base|large|train ...]
 *
 * Large takes 670 MB of disk for a moment, training some 3 GB of memory.
 */
import { createBert } from "@heed/bert";
import { trainableBert } from "@heed/bert/layers";
import { EncoderEngine } from "@heed/engine";
import { parseEncoderConfig } from "@heed/model";
import { Optimizer, trainingStep } from "@heed/training";
import { fastest, randomIds, SIZES, writeRandomEncoder } from "./random_encoder.ts";

const what = Deno.args.length > 0 ? Deno.args : ["base", "large", "train"];
const megabytes = () => `${(Deno.memoryUsage().rss / 1e6).toFixed(0)} MB in memory`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

for (const size of ["base", "large"] as const) {
  if (!what.includes(size)) continue;
  const folder = await Deno.makeTempDir();
  try {
    await writeRandomEncoder(folder, { model_type: "bert", ...SIZES[size] });
    for (const dtype of size === "base" ? ["fp32", "int8"] as const : ["int8"] as const) {
      const start = performance.now();
      using engine = await EncoderEngine.load(folder, { threads: 1, dtype });
      const loaded = performance.now() - start;
      for (const length of [128, 512]) {
        const ids = [randomIds(length)];
        const ms = await fastest(() => engine.pool(ids, { pooling: "mean" }), 2);
        const [vector] = await engine.pool(ids, { pooling: "mean" });
        if (!vector.every(Number.isFinite)) throw new Error(`Cannot go on: ${size} gives NaN`);
        console.log(
          `${size}, ${dtype}: ${length} tokens in ${seconds(ms)}; loaded in ${seconds(loaded)}, ` +
            `weights ${(engine.weightBytes / 1e6).toFixed(0)} MB, ${megabytes()}`,
        );
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (what.includes("train")) {
  const config = parseEncoderConfig({
    model_type: "bert",
    architectures: ["BertForMaskedLM"],
    vocab_size: 30522,
    hidden_act: "gelu",
    max_position_embeddings: 512,
    type_vocab_size: 2,
    ...SIZES.base,
  });
  using model = await createBert(config, { seed: 1, device: "wasm" });
  const trainable = trainableBert(model);
  using optimizer = new Optimizer(trainable.variables, { name: "adamw" });
  const inputIds = Array.from({ length: 4 }, (_, i) => randomIds(128).map((id) => id - i));
  const labels = inputIds.map((row) => row.map((id, i) => i % 7 === 0 ? id : -100));
  for (let step = 1; step <= 3; step++) {
    const start = performance.now();
    const at = { optimizer, step, learningRate: 1e-4, seed: 1 };
    const { loss } = await trainingStep(trainable, [{ inputIds, labels }], at);
    const ms = performance.now() - start;
    console.log(
      `base, step ${step} of 4 x 128 tokens: loss ${loss.toFixed(3)}, ${
        seconds(ms)
      }, ${megabytes()}`,
    );
  }
}
