/**
 * How near an encoder's vectors in int8 are to those in float32: mean and least cosine, and texts per second of both on
 * one thread.
 *
 *     deno run --allow-all scripts/bench/bert_fidelity.ts MODEL_DIR TEXTS [REPEATS]
 *
 * TEXTS has one text a line. float32 equals sentence-transformers to 0.9999 and more.
 */
import { openTextEncoder } from "@heed/bert";
import { fastest } from "./random_encoder.ts";

const [model, path, repeats = "1"] = Deno.args;
const texts = (await Deno.readTextFile(path)).trimEnd().split("\n");
const vectors: Float32Array[][] = [];
for (const dtype of ["fp32", "int8"] as const) {
  const start = performance.now();
  using encoder = await openTextEncoder(model, { device: "wasm", dtype, threads: 1 });
  const loaded = performance.now() - start;
  const options = { normalize: true };
  vectors.push(await encoder.embed(texts, options));
  const ms = await fastest(() => encoder.embed(texts, options), Number(repeats));
  const rate = (1000 * texts.length / ms).toFixed(1);
  console.log(`${dtype}: loaded in ${loaded.toFixed(0)} ms, ${rate} texts/s`);
}
const cosines = vectors[0].map((vector, i) =>
  vector.reduce((sum, value, at) => sum + value * vectors[1][i][at], 0)
);
const mean = cosines.reduce((a, b) => a + b) / cosines.length;
console.log(
  `${texts.length} texts: cosine mean ${mean.toFixed(5)}, least ${Math.min(...cosines).toFixed(5)}`,
);
