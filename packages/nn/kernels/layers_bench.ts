/**
 * Layers of a training step, forward and backward, 1024 rows of hidden size 256.
 *
 *     deno bench --allow-read --allow-env packages/nn/kernels/layers_bench.ts
 */
import * as tf from "@tensorflow/tfjs";
import { activate } from "../activation.ts";
import { attentionCore } from "../attention_core.ts";
import { crossEntropySum } from "../cross_entropy.ts";
import { selectDevice } from "../device.ts";
import { dropout } from "../dropout.ts";
import { embedding } from "../embedding.ts";
import { layerNorm } from "../layer_norm.ts";
import { randomNormal } from "../random.ts";

await selectDevice({ prefer: "wasm" });

const normal = (...shape: number[]) =>
  tf.tensor(randomNormal(tf.util.sizeFromShape(shape), { seed: 1 }), shape);
const x = normal(32, 32, 256), wide = normal(1024, 1024), logits = normal(1024, 8000);
const weight = tf.ones([256]), bias = tf.zeros([256]), table = normal(8000, 256);
const labels = tf.tensor1d(Int32Array.from({ length: 1024 }, (_, i) => i * 7 % 8000), "int32");

const layers: Record<string, () => tf.Tensor[]> = {
  layerNorm: () =>
    tf.grads((x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
      layerNorm({ weight: w, bias: b }, x, { residual: x })
    )([x, weight, bias]),
  attentionCore: () =>
    tf.grads((q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
      attentionCore(q, k, v, { heads: 4, causal: true, dropout: { rate: 0.1, seed: 1 } }).context
    )([x, x, x]),
  "dropout of [1024, 1024]": () => [
    tf.grad((x: tf.Tensor) => dropout(x, { rate: 0.1, seed: 1 }))(wide),
  ],
  "gelu of [1024, 1024]": () => [tf.grad((x: tf.Tensor) => activate("gelu", x))(wide)],
  "silu of [1024, 1024]": () => [tf.grad((x: tf.Tensor) => activate("silu", x))(wide)],
  "tanh of [1024, 1024]": () => [tf.grad((x: tf.Tensor) => activate("tanh", x))(wide)],
  embedding: () => [
    tf.grad((w: tf.Tensor) => embedding({ weight: w }, labels, { scale: 16 }))(table),
  ],
  crossEntropySum: () => [
    tf.grad((x: tf.Tensor) => crossEntropySum(x, labels, { labelSmoothing: 0.1 }))(logits),
  ],
};

for (const [name, run] of Object.entries(layers)) {
  Deno.bench(`${name}, forward and backward`, () => tf.dispose(run()));
}
