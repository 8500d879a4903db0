/**
 * What BERT-base and BERT-large take on the CPU, with random weights: time and memory of a forward pass in int8 (base
 * in float32 too) on one thread, and of training steps of base.
 *
 *     deno run --allow-all scripts/bench/bert_sizes.ts [base|large|train ...] [--write]
 *
 * `--write` writes the section `bert sizes` of BENCHMARKS.md, else it is printed. Large takes 670 MB of disk for a moment, training some 3 GB of memory.
 */
import { createBert } from "@heed/bert";
import { trainableBert } from "@heed/bert/layers";
import { EncoderEngine } from "@heed/engine";
import { parseEncoderConfig } from "@heed/model";
import { selectDevice } from "@heed/nn";
import { Optimizer, trainingStep } from "@heed/training";
import { describeMachine, writeSection } from "./report.ts";
import { fastest, randomIds, SIZES, writeRandomEncoder } from "./random_encoder.ts";

const named = Deno.args.filter((arg) => arg !== "--write");
const what = named.length > 0 ? named : ["base", "large", "train"];
const megabytes = () => `${(Deno.memoryUsage().rss / 1e6).toFixed(0)} MB`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
/** Rows of the two tables. */
const forward: string[][] = [], steps: string[][] = [];
let products = "its own kernels";

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
        const weights = `${(engine.weightBytes / 1e6).toFixed(0)} MB`;
        const cells = [seconds(ms), seconds(loaded), weights, megabytes()];
        forward.push([size, dtype, String(length), ...cells]);
        console.error(forward.at(-1)!.join("  "));
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
  const { blas } = await selectDevice({ prefer: "wasm", blasThreads: 1 });
  if (blas !== undefined) products = `the BLAS ${blas.library.split("/").at(-1)}`;
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
    steps.push([String(step), loss.toFixed(3), seconds(ms), megabytes()]);
    console.error(steps.at(-1)!.join("  "));
  }
}
const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const body = `
## BERT-base and BERT-large

\`scripts/bench/bert_sizes.ts\`: all layers with random weights, one text, one thread; the faster of two runs. Memory is
all that the process holds.

${await describeMachine()}.

${table(["size", "type", "tokens", "forward", "loading", "weights", "memory"], forward)}

Training steps of BERT-base on masked words, 4 rows of 128 tokens, AdamW; products by ${products}.

${table(["step", "loss", "time", "memory"], steps)}
`;
if (Deno.args.includes("--write")) await writeSection("bert sizes", body);
else console.log(body);
